"""Many texts in one blob of utf-8 with offsets, as they lie on disk, and a way to find one."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Arrays: TypeAlias = Mapping[str, NDArray[np.generic]]
Bytes: TypeAlias = NDArray[np.uint8]
Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Digests: TypeAlias = NDArray[np.uint64]

_DIGEST_BYTES = 8


def encoded(text: str) -> bytes:
    """Return the text as utf-8; a lone surrogate, which a file name may hold, passes."""
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, eq=False)
class Strings:
    """Texts under numbers from 0; text n lies from ``offsets[n]`` to ``offsets[n + 1]``."""

    blob: Bytes
    offsets: Longs

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Strings":
        """Return these texts, numbered in this order."""
        pieces = [encoded(text) for text in texts]
        ends = np.fromiter((len(piece) for piece in pieces), np.int64, len(pieces)).cumsum()
        blob = np.frombuffer(b"".join(pieces), dtype=np.uint8)
        return cls(blob, np.concatenate(([0], ends)).astype(np.int64))

    @classmethod
    def from_arrays(cls, name: str, arrays: Arrays) -> "Strings":
        """Return the texts that ``arrays`` gave under this name."""
        blob = arrays[f"{name}.blob"].view(np.uint8)
        return cls(blob, arrays[f"{name}.offsets"].view(np.int64))

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """Return what has to be kept, under names that begin with ``name``."""
        return {f"{name}.blob": self.blob, f"{name}.offsets": self.offsets}

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, at: int) -> str:
        return self.bytes_of(at).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        whole, ends = self.blob.tobytes(), self.offsets.tolist()
        for start, end in zip(ends, ends[1:], strict=False):
            yield whole[start:end].decode("utf-8", "surrogatepass")

    def bytes_of(self, at: int) -> bytes:
        """Return text ``at`` as utf-8."""
        return self.blob[self.offsets[at] : self.offsets[at + 1]].tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Texts that can be looked up: ``digests`` ascending, and the number of each one's text."""

    texts: Strings
    digests: Digests
    numbers: Ints

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Names":
        """Return these texts with their digests."""
        held = Strings.of(texts)
        found = digests_of(held.bytes_of(at) for at in range(len(held)))
        order = np.argsort(found, kind="stable")
        return cls(held, found[order], order.astype(np.int32))

    @classmethod
    def from_arrays(cls, name: str, arrays: Arrays) -> "Names":
        """Return the texts that ``arrays`` gave under this name."""
        digests = arrays[f"{name}.digests"].view(np.uint64)
        numbers = arrays[f"{name}.numbers"].view(np.int32)
        return cls(Strings.from_arrays(name, arrays), digests, numbers)

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """Return what has to be kept, under names that begin with ``name``."""
        found = self.texts.arrays(name)
        return found | {f"{name}.digests": self.digests, f"{name}.numbers": self.numbers}

    def __len__(self) -> int:
        return len(self.texts)

    def find(self, text: str) -> int | None:
        """Return the number of ``text``, None where it is not among them."""
        wanted = encoded(text)
        digest = np.uint64(int.from_bytes(_digest(wanted), "little"))
        at = int(np.searchsorted(self.digests, digest))
        while at < len(self.digests) and self.digests[at] == digest:
            number = int(self.numbers[at])
            if self.texts.bytes_of(number) == wanted:
                return number
            at += 1
        return None

    def by_number(self) -> Digests:
        """Return the digest of each text, in the order of their numbers."""
        found = np.empty(len(self.digests), dtype=np.uint64)
        found[self.numbers] = self.digests
        return found


def digests_of(texts: Iterable[bytes]) -> Digests:
    """Return 64 bits for each text, in the order given.

    Where texts are counted by their digests, two that share one count as one: among a million
    terms there is such a pair with a probability of 3e-8. Where one is looked up, its bytes decide.
    """
    return np.frombuffer(b"".join(map(_digest, texts)), dtype="<u8").astype(np.uint64)


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=_DIGEST_BYTES).digest()
