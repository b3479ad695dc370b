"""Runs a cross-encoder: token ids of a question with a passage in, the model's one number out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import XLMRobertaForSequenceClassification

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.checkpoint import (
    CrossEncoder,
    load_cross_encoder,
    require_checkpoint,
    require_finite,
)
from workbench.models.configuration import position_limit
from workbench.models.device import Placement, release_memory
from workbench.models.heartbeat import Heartbeat
from workbench.models.passes import Ids, groups_of
from workbench.models.prefixes import KeptPrefixes, Prefix
from workbench.models.run import Budget, Run, Scored

BUDGET = 4096
"""Most tokens in one pass through the model, padding counted."""


class CrossEncoderBody:
    """The model in memory, in two parts: a body in the format asked for, and a head in float32.

    Its number stands where other rerankers' log-odds stand; it is a logit that no scale binds.

    Raises:
        Unavailable: ``model_incomplete``, ``weights_not_safe``, ``weights_truncated``,
            ``weights_damaged``, ``weights_not_finite``, ``labels_unsupported``, or
            ``architecture_unsupported`` with what was found.
    """

    kind = "cross_encoder"
    strategy = "padded"
    packed = False
    beats = True

    def __init__(
        self,
        folder: Path,
        placement: Placement,
        budget: int = BUDGET,
        *,
        heart: Heartbeat | None = None,
    ) -> None:
        require_checkpoint(folder, "cross_encoder")
        self.placement = placement
        model = load_cross_encoder(folder, placement)
        self.parameters: int = sum(p.numel() for p in model.parameters())
        self.max_positions: int = position_limit(folder) or model.config.max_position_embeddings
        self._vocabulary: int = model.config.vocab_size
        self._padding: int = model.config.pad_token_id or 0
        require_finite(model, folder)
        self._body, self._head = _parts(model)
        layers = _layers(model)
        self._heart = heart or Heartbeat()
        self._heart.watch(layers, placement.device)
        self._width: int = model.config.hidden_size
        self._largest = max(sum(p.numel() for p in layer.parameters()) for layer in layers)
        self._budget = Budget(budget)
        self._computed = 0

    @property
    def computed(self) -> int:
        """Return how many tokens have gone through the model so far, padding counted."""
        return self._computed

    def log_odds(self, prompts: Sequence[Ids], groups: Sequence[int] = ()) -> NDArray[np.float64]:
        """Return the model's number for each prompt, in the order given.

        Raises:
            InvalidInput: As ``scored``.
            Unavailable: What the first prompt without a number failed with.
        """
        scored = self.scored(prompts, groups)
        for position in sorted(scored.failed):
            raise scored.failed[position]
        return scored.log_odds

    def scored(self, prompts: Sequence[Ids], groups: Sequence[int] = ()) -> Scored:
        """Return the model's number for each prompt, or why there is none.

        A prompt's number depends on no other prompt (beyond rounding). Every token sees all others,
        so nothing is shared within ``groups``. Where memory does not suffice, passes are halved
        down to one prompt, which fails alone with ``out_of_memory``; so does one with
        ``not_finite``.

        Raises:
            InvalidInput: ``prompt_empty``, ``prompt_too_long``, ``id_unknown`` or
                ``groups_do_not_match``.
        """
        self._check(prompts)
        together = groups_of(prompts, groups, 0)
        run = Run(self, prompts, self._budget, KeptPrefixes())
        run.read(together)
        for position in np.flatnonzero(~np.isfinite(run.scored.log_odds)).tolist():
            tokens = len(prompts[position])
            run.scored.failed.setdefault(position, Unavailable("not_finite", tokens=tokens))
            run.scored.log_odds[position] = np.nan
        return run.scored

    def _check(self, prompts: Sequence[Ids]) -> None:
        for position, ids in enumerate(prompts):
            if not len(ids):
                raise InvalidInput("prompt_empty", position=position)
            if len(ids) > self.max_positions:
                raise InvalidInput("prompt_too_long", tokens=len(ids), limit=self.max_positions)
            for extreme in (int(ids.min()), int(ids.max())):
                if not 0 <= extreme < self._vocabulary:
                    raise InvalidInput("id_unknown", id=extreme, limit=self._vocabulary)

    def release(self) -> None:
        """Give back memory that is not in use."""
        release_memory(self.placement.device)

    def prefixes(self, ids: Sequence[Ids], after: Sequence[Prefix]) -> list[Prefix]:
        """Return what is known already: a model that reads both ways can reuse no beginning."""
        return list(after)

    @torch.inference_mode()
    def odds(self, own: Sequence[Ids], after: Sequence[Prefix]) -> NDArray[np.float64]:
        """Return the numbers of prompts in one pass, padded on the right and masked."""
        ids = np.full((len(own), max(map(len, own))), self._padding, np.int64)
        mask = np.zeros_like(ids)
        for row, prompt in enumerate(own):
            ids[row, : len(prompt)] = prompt
            mask[row, : len(prompt)] = 1
        self._computed += ids.size
        # Every token of a row attends to all places in it.
        seen = ids.size * ids.shape[1]
        self._heart.begin((2 * self._largest * ids.size + 4 * self._width * seen) / 1e9)
        device = self.placement.device
        states = self._body(
            input_ids=torch.from_numpy(ids).to(device),
            attention_mask=torch.from_numpy(mask).to(device),
        ).last_hidden_state
        # What has 8 bits of precision would tie passages that the model tells apart.
        logits = self._head(states[:, :1].float())
        return np.asarray(logits[:, 0].cpu().numpy(), np.float64)


def _parts(model: CrossEncoder) -> tuple[torch.nn.Module, torch.nn.Module]:
    """Return the body, and the head that reads its first token."""
    if isinstance(model, XLMRobertaForSequenceClassification):
        return model.roberta, model.classifier.float()
    pooler: Any = model.gte.pooler
    model.gte.pooler = None
    return model.gte, torch.nn.Sequential(pooler, model.classifier).float()


def _layers(model: CrossEncoder) -> list[torch.nn.Module]:
    if isinstance(model, XLMRobertaForSequenceClassification):
        return list(model.roberta.encoder.layer)
    return list(model.gte.layers)
