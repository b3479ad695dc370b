"""The embedded reranker: two readers over what e5 makes of question, instruction and passages."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.domain.errors import Unavailable
from workbench.models.e5 import E5Body, Reading
from workbench.models.mini_file import load_readers
from workbench.models.mini_head import read_head
from workbench.models.reader import Reader
from workbench.models.token_ids import batches_of

KEPT_BYTES = 192 << 20
"""Most memory for states of passages, so that another instruction does not read them again."""
READERS = ("relevance", "criterion")
"""What the readers are called, in the order of what they are asked: question, instruction."""
_BUDGET = 6144
_LONGEST_ASKED = 256

Ids = NDArray[np.int32]


class MiniBody:
    """The model in memory. It takes the e5 that it reads with from whoever has it loaded."""

    kind = "mini"

    def __init__(self, folder: Path, body: E5Body) -> None:
        head = read_head(folder)
        if head.body != body.revision:
            raise Unavailable("mini_other_body", wanted=head.body, found=body.revision)
        self.body, self.revision, self._layers = body, head.revision, head.layers
        self._readers = {
            name: reader.to(body.placement.device)
            for name, reader in load_readers(folder, head).items()
        }
        self._kept = KeptReadings(KEPT_BYTES)
        self.computed = 0

    @property
    def parameters(self) -> int:
        """Return how many weights there are, those of the body among them."""
        own = sum(p.numel() for reader in self._readers.values() for p in reader.parameters())
        return own + self.body.parameters

    def read(
        self, question: Ids, instruction: Ids | None, passages: Sequence[Ids]
    ) -> NDArray[np.float32]:
        """Return float32 of shape (1 + passages, 2 + dim): two logits and a unit vector each.

        The first row is the question's, its logits 0. The first logit says whether the passage
        answers it, the second whether it meets what the instruction asks for, 0 without one.

        Raises:
            InvalidInput: As ``E5Body.embed``.
            Unavailable: ``not_finite``.
        """
        asked = [question] if instruction is None else [question, instruction]
        asked = [ids[:_LONGEST_ASKED] for ids in asked]
        told = self.body.read(asked, self._layers, exact=True)
        readings = self._readings(passages)
        found = np.zeros((1 + len(passages), 2 + self.body.dim), np.float32)
        found[:, 2:] = [one.vector for one in (told[0], *readings)]
        for column, (name, one) in enumerate(zip(READERS, told, strict=False)):
            found[1:, column] = self._logits(self._readers[name], one.states, readings)
        if not np.isfinite(found).all():
            raise Unavailable("not_finite", tokens=sum(map(len, passages)))
        return found

    def _readings(self, passages: Sequence[Ids]) -> list[Reading]:
        keys = [ids.tobytes() for ids in passages]
        known = {key: found for key in keys if (found := self._kept.get(key))}
        missing = {key: ids for key, ids in zip(keys, passages, strict=True) if key not in known}
        if missing:
            read = self.body.read(list(missing.values()), self._layers)
            known |= zip(missing, read, strict=True)
            self.computed += sum(map(len, missing.values()))
        for key in missing:
            self._kept.put(key, known[key])
        return [known[key] for key in keys]

    @torch.inference_mode()
    def _logits(
        self, reader: Reader, asked: torch.Tensor, readings: Sequence[Reading]
    ) -> NDArray[np.float32]:
        device = asked.device
        there = torch.ones((1, len(asked)), dtype=torch.bool, device=device)
        found = np.empty(len(readings), np.float32)
        for batch in batches_of([len(one.states) for one in readings], _BUDGET):
            rows = [readings[i].states for i in batch]
            held = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
            lengths = torch.tensor([len(row) for row in rows], device=device)
            real = torch.arange(held.shape[1], device=device) < lengths[:, None]
            found[batch] = reader(asked[None], there, held, real)[:, 0].cpu().numpy()
        return found


class KeptReadings:
    """The readings that were used last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit, self._held = limit, 0
        self._readings: OrderedDict[bytes, Reading] = OrderedDict()

    def get(self, key: bytes) -> Reading | None:
        """Return a reading, which then counts as used last; None where it is not held."""
        found = self._readings.get(key)
        if found is not None:
            self._readings.move_to_end(key)
        return found

    def put(self, key: bytes, reading: Reading) -> None:
        """Hold a reading; what was not used for longest goes, itself too where it is too large."""
        self._readings[key] = reading
        self._held += reading.states.nbytes
        while self._held > self._limit:
            _, gone = self._readings.popitem(last=False)
            self._held -= gone.states.nbytes
