"""Runs multilingual-e5-small: token ids in, vectors of unit length out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.device import Placement
from workbench.models.e5_file import E5File
from workbench.models.eight_bits import Exactness, in_eight_bits
from workbench.models.token_ids import batches_of

BUDGET = 4096
"""Most tokens, padded, in one pass through the model."""

Ids = NDArray[np.int32]

_LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORM = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the model sees it: float32 ``states`` of (ids, layers x hidden), and a vector."""

    states: torch.Tensor
    vector: NDArray[np.float32]


class E5Body:
    """The model in memory; in ``eight_bits`` its layers are quicker on some processors.

    Vectors made in float32, in bfloat16 and, of passages, in eight bits may lie side by side: on
    480 passages and 300 questions of XQuAD in both languages their cosine to float32's was .99998
    on average (least .99996) in bfloat16 and .9993 (.9988) in eight bits. Recall at 10 of the
    passage in the other language, .973 in float32, stayed so in bfloat16 and was .970 with passages
    in eight bits; with the questions in eight bits too it was .957, so those are read ``exact``.

    Raises:
        Unavailable: ``embedder_missing`` or ``weights_damaged``.
    """

    kind = "e5"

    def __init__(self, path: Path, placement: Placement, *, eight_bits: bool = False) -> None:
        file = E5File(path)
        self.path, self.placement = path, placement
        self.dtype = "int8" if eight_bits else placement.dtype
        self.revision = file.revision()
        self.dim = file.shape.hidden
        self.max_positions = file.shape.positions
        self._vocabulary = file.shape.vocabulary
        self._controls = (file.vocabulary.bos, file.vocabulary.eos, file.vocabulary.pad)
        model: torch.nn.Module = _model(file)
        self._model = model.to(placement.device, placement.torch_dtype).eval()
        self._exactness = Exactness()
        if eight_bits:
            in_eight_bits(self._model, self._exactness)

    @property
    def parameters(self) -> int:
        """Return how many weights there are."""
        return sum(p.numel() for p in self._model.parameters())

    def embed(self, texts: Sequence[Ids], *, exact: bool = False) -> NDArray[np.float32]:
        """Return float32 of shape (texts, dim), each row of unit length.

        ``texts`` are ids without begin and end. What does not fit one window is read in windows,
        whose means are averaged by length. ``exact`` uses no eight bits.

        Raises:
            InvalidInput: ``text_empty`` where a text has no id, ``id_unknown`` where one is not in
                the vocabulary.
            Unavailable: ``not_finite``.

        Source: pooling and normalisation as on the card of intfloat/multilingual-e5-small.
        """
        self._check(texts)
        self._exactness.exact = exact
        windows = self._windows(texts)
        sums = np.zeros((len(texts), self.dim), np.float32)
        for batch in batches_of([len(ids) for _, ids in windows], BUDGET):
            means = self._means([windows[i][1] for i in batch])
            for mean, i in zip(means, batch, strict=True):
                owner, ids = windows[i]
                sums[owner] += len(ids) * mean
        if not np.isfinite(sums).all():
            raise Unavailable("not_finite", tokens=sum(map(len, texts)))
        norms = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return np.asarray(sums / norms, np.float32)

    @torch.inference_mode()
    def read(
        self, texts: Sequence[Ids], layers: Sequence[int], *, exact: bool = False
    ) -> list["Reading"]:
        """Return what the model makes of each text at the given layers, which count from 1.

        Begin and end are read with each window of a text; ``vector`` is what ``embed`` gives, and
        ``states`` are of the text's own ids. Raises as ``embed``.
        """
        self._check(texts)
        self._exactness.exact = exact
        windows = self._windows(texts)
        states: list[dict[int, torch.Tensor]] = [{} for _ in texts]
        sums = np.zeros((len(texts), self.dim), np.float32)
        for batch in batches_of([len(ids) for _, ids in windows], BUDGET):
            chosen = [windows[i][1] for i in batch]
            hidden = self._run(chosen, output_hidden_states=True).hidden_states
            joined = torch.cat([hidden[layer] for layer in layers], -1).float()
            means = self._mean(hidden[-1].float(), chosen)
            for row, i in enumerate(batch):
                owner, ids = windows[i]
                states[owner][i] = joined[row, 1 : len(ids) + 1].clone()
                sums[owner] += len(ids) * means[row]
        vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return [
            Reading(torch.cat([found[i] for i in sorted(found)]), vector)
            for found, vector in zip(states, vectors, strict=True)
        ]

    def _windows(self, texts: Sequence[Ids]) -> list[tuple[int, Ids]]:
        room = self.max_positions - 2
        return [
            (owner, ids[start : start + room])
            for owner, ids in enumerate(texts)
            for start in range(0, len(ids), room)
        ]

    def _check(self, texts: Sequence[Ids]) -> None:
        for position, ids in enumerate(texts):
            if not len(ids):
                raise InvalidInput("text_empty", position=position)
            if ids.min() < 0 or ids.max() >= self._vocabulary:
                raise InvalidInput("id_unknown", id=int(ids.max()), limit=self._vocabulary)

    @torch.inference_mode()
    def _means(self, windows: list[Ids]) -> NDArray[np.float32]:
        return self._mean(self._run(windows).last_hidden_state.float(), windows)

    def _mean(self, hidden: torch.Tensor, windows: Sequence[Ids]) -> NDArray[np.float32]:
        lengths = torch.tensor([len(window) + 2 for window in windows], device=hidden.device)
        places = torch.arange(hidden.shape[1], device=hidden.device)
        counted = (places < lengths[:, None])[..., None].float()
        means = (hidden * counted).sum(1) / counted.sum(1)
        return np.asarray(means.cpu().numpy(), np.float32)

    def _run(self, windows: Sequence[Ids], **asked: bool) -> Any:
        bos, eos, pad = self._controls
        longest = max(map(len, windows)) + 2
        ids = np.full((len(windows), longest), pad, np.int64)
        mask = np.zeros((len(windows), longest), np.int64)
        for row, window in enumerate(windows):
            ids[row, : len(window) + 2] = [bos, *window, eos]
            mask[row, : len(window) + 2] = 1
        device = self.placement.device
        given = torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)
        return self._model(input_ids=given[0], attention_mask=given[1], **asked)


def _model(file: E5File) -> BertModel:
    shape = file.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=file.vocabulary.pad,
    )
    # On "meta" nothing is allocated or drawn at random before the weights take their places.
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_weights(file), strict=True, assign=True)
    return _with_buffers(model, shape.positions)


def _with_buffers(model: BertModel, positions: int) -> BertModel:
    # Buffers are not among the weights, so they are still on "meta".
    buffers = {
        "position_ids": torch.arange(positions)[None],
        "token_type_ids": torch.zeros((1, positions), dtype=torch.long),
    }
    for name, values in buffers.items():
        model.embeddings.register_buffer(name, values, persistent=False)
    return model


def _weights(file: E5File) -> dict[str, torch.Tensor]:
    hidden, inner = file.shape.hidden, file.shape.inner
    found = {
        "embeddings.word_embeddings.weight": file.tensor("emb.word", hidden),
        "embeddings.position_embeddings.weight": file.tensor("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": file.tensor("emb.type", hidden),
        "embeddings.LayerNorm.weight": file.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.tensor("emb.ln.b"),
    }
    for layer in range(file.shape.layers):
        for short, name in {**_LINEAR, **_NORM}.items():
            columns = 0 if short in _NORM else inner if short == "fo" else hidden
            to = f"encoder.layer.{layer}.{name}"
            found[f"{to}.weight"] = file.tensor(f"l{layer}.{short}.w", columns)
            found[f"{to}.bias"] = file.tensor(f"l{layer}.{short}.b")
    return {name: torch.from_numpy(values) for name, values in found.items()}
