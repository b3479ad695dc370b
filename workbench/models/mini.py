"""The embedded reranker: two readers over what e5 makes of question, instruction and passages."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.domain.errors import Unavailable
from workbench.models.e5 import E5Body, Reading
from workbench.models.mini_file import load_readers
from workbench.models.mini_head import read_head
from workbench.models.token_ids import batches_of

KEPT_BYTES = 512 << 20
"""Most memory for what is kept of passages, so that another instruction reads none again."""
READERS = ("relevance", "criterion")
"""What the readers are called, in the order of what they are asked: question, instruction."""
_BUDGET = 6144

Ids = NDArray[np.int32]


class MiniBody:
    """The model in memory. It takes the e5 that it reads with from whoever has it loaded."""

    kind = "mini"

    def __init__(self, folder: Path, body: E5Body) -> None:
        head = read_head(folder)
        if head.body != body.revision:
            raise Unavailable("mini_other_body", wanted=head.body, found=body.revision)
        self.body, self.revision, self._layers = body, head.revision, head.layers
        readers = load_readers(folder, head)
        self._readers = [readers[name].to(body.placement.device) for name in READERS]
        self._kept = KeptPassages(KEPT_BYTES)
        self.computed = 0

    @property
    def parameters(self) -> int:
        """Return how many weights there are, those of the body among them."""
        own = sum(p.numel() for reader in self._readers for p in reader.parameters())
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
        told = self.body.read(asked, self._layers, exact=True)
        held = self._held(passages)
        found = np.zeros((1 + len(passages), 2 + self.body.dim), np.float32)
        found[:, 2:] = [told[0].vector, *(one.vector for one in held)]
        with self._precision():
            for column, one in enumerate(told):
                found[1:, column] = self._logits(column, one.states, held)
        if not np.isfinite(found).all():
            raise Unavailable("not_finite", tokens=sum(map(len, passages)))
        return found

    def _precision(self) -> torch.autocast:
        """Compute as the body does; what a layer adds up stays in float32."""
        placement = self.body.placement
        half = placement.dtype != "float32"
        return torch.autocast(placement.device, placement.torch_dtype, enabled=half)

    def _held(self, passages: Sequence[Ids]) -> list["Held"]:
        keys = [ids.tobytes() for ids in passages]
        known = {key: found for key in keys if (found := self._kept.get(key))}
        missing = {key: ids for key, ids in zip(keys, passages, strict=True) if key not in known}
        if missing:
            read = self.body.read(list(missing.values()), self._layers)
            known |= zip(missing, map(self._remembered, read), strict=True)
            self.computed += sum(map(len, missing.values()))
        for key in missing:
            self._kept.put(key, known[key])
        return [known[key] for key in keys]

    @torch.inference_mode()
    def _remembered(self, reading: Reading) -> "Held":
        with self._precision():
            memories = [reader.memory(reading.states[None])[0] for reader in self._readers]
        return Held(reading.vector, tuple(memory.to(torch.float16) for memory in memories))

    @torch.inference_mode()
    def _logits(
        self, column: int, asked: torch.Tensor, held: Sequence["Held"]
    ) -> NDArray[np.float32]:
        device = asked.device
        there = torch.ones((1, len(asked)), dtype=torch.bool, device=device)
        found = np.empty(len(held), np.float32)
        for batch in batches_of([len(one.memories[column]) for one in held], _BUDGET):
            rows = [held[i].memories[column].float() for i in batch]
            memory = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
            lengths = torch.tensor([len(row) for row in rows], device=device)
            real = torch.arange(memory.shape[1], device=device) < lengths[:, None]
            logits = self._readers[column].judge(asked[None], there, memory, real)
            found[batch] = logits[:, 0].float().cpu().numpy()
        return found


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of a passage: its unit vector, and each reader's memory of it in float16."""

    vector: NDArray[np.float32]
    memories: tuple[torch.Tensor, ...]

    @property
    def nbytes(self) -> int:
        """Return the bytes of the memories."""
        return sum(memory.nbytes for memory in self.memories)


class KeptPassages:
    """The passages that were used last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit, self._bytes = limit, 0
        self._passages: OrderedDict[bytes, Held] = OrderedDict()

    def get(self, key: bytes) -> Held | None:
        """Return a passage, which then counts as used last; None where it is not kept."""
        found = self._passages.get(key)
        if found is not None:
            self._passages.move_to_end(key)
        return found

    def put(self, key: bytes, held: Held) -> None:
        """Keep a passage; what was not used for longest goes, itself too where it is too large."""
        self._passages[key] = held
        self._bytes += held.nbytes
        while self._bytes > self._limit:
            _, gone = self._passages.popitem(last=False)
            self._bytes -= gone.nbytes
