"""Runs a Qwen3 embedder: token ids in, the last token's state as a vector of unit length out."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.checkpoint import load_qwen3_states, require_checkpoint, require_finite
from workbench.models.device import Placement
from workbench.models.token_ids import batches_of

BUDGET = 4096
"""Most tokens, padded, in one pass through the model."""

Ids = NDArray[np.int32]


class Qwen3StatesBody:
    """The model in memory, without an output matrix.

    Raises:
        Unavailable: As ``Qwen3Body``.
    """

    kind = "qwen3"
    revision: str | None = None

    def __init__(self, folder: Path, placement: Placement) -> None:
        require_checkpoint(folder, "qwen3")
        self.placement = placement
        self.dtype = placement.dtype
        self._model = load_qwen3_states(folder, placement)
        require_finite(self._model, folder)
        self.dim: int = self._model.config.hidden_size
        self.max_positions: int = self._model.config.max_position_embeddings
        self._vocabulary: int = self._model.config.vocab_size

    @property
    def parameters(self) -> int:
        """Return how many weights there are."""
        return sum(p.numel() for p in self._model.parameters())

    def embed(self, texts: Sequence[Ids], *, exact: bool = False) -> NDArray[np.float32]:
        """Return float32 of shape (texts, dim), each row of unit length.

        ``texts`` are ids with the token that ends a text. ``exact`` changes nothing here.

        Raises:
            InvalidInput: ``text_empty``, ``prompt_too_long`` or ``id_unknown``.
            Unavailable: ``not_finite``.

        Source: last-token pooling and normalisation, card of Qwen/Qwen3-Embedding-0.6B.
        """
        self._check(texts)
        found = np.zeros((len(texts), self.dim), np.float32)
        for batch in batches_of([len(ids) for ids in texts], BUDGET):
            found[batch] = self._last_states([texts[at] for at in batch])
        if not np.isfinite(found).all():
            raise Unavailable("not_finite", tokens=sum(map(len, texts)))
        norms = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return np.asarray(found / norms, np.float32)

    def _check(self, texts: Sequence[Ids]) -> None:
        for position, ids in enumerate(texts):
            if not len(ids):
                raise InvalidInput("text_empty", position=position)
            if len(ids) > self.max_positions:
                raise InvalidInput("prompt_too_long", tokens=len(ids), limit=self.max_positions)
            if ids.min() < 0 or ids.max() >= self._vocabulary:
                raise InvalidInput("id_unknown", id=int(ids.max()), limit=self._vocabulary)

    @torch.inference_mode()
    def _last_states(self, texts: Sequence[Ids]) -> NDArray[np.float32]:
        ids = np.zeros((len(texts), max(map(len, texts))), np.int64)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text
        # No mask: a token sees only what stands before it, so what is padded on the right changes
        # nothing and positions begin at 0, as they do with the card's padding on the left.
        device = self.placement.device
        given = torch.from_numpy(ids).to(device)
        states = self._model(input_ids=given, use_cache=False).last_hidden_state
        last = torch.tensor([len(text) - 1 for text in texts], device=device)
        chosen = states[torch.arange(len(texts), device=device), last].float()
        return np.asarray(chosen.cpu().numpy(), np.float32)
