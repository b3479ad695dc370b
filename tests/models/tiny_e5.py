"""A small weight file in the format of multilingual-e5-small's, with weights drawn at random."""

import struct
from pathlib import Path

import numpy as np

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 64, 2, 4, 96, 16
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "\u2581", "a", "b", "\u2581ab", "<", "s", ">", "\u4e2d")
SCORES = (0.0, 0.0, 0.0, 0.0, -3.0, -4.0, -4.5, -2.0, -5.0, -5.0, -5.0, -3.5)
CHARACTERS = {0x07: "", 0x0A: " ", 0xFF41: "a"}


def quantised(values: np.ndarray) -> bytes:
    """Return values as blocks of a float16 scale and 32 nibbles."""
    blocks = values.reshape(-1, 32)
    scales = (np.abs(blocks).max(1, keepdims=True) / 7).astype("<f2")
    steps = np.clip(np.rint(blocks / scales.astype("f4")) + 8, 0, 15).astype(np.uint8)
    packed = steps[:, :16] | steps[:, 16:] << 4
    return np.concatenate([scales.view(np.uint8), packed], axis=1).tobytes()


def tensors(seed: int) -> dict[str, tuple[int, int, bytes]]:
    """Return kind, number of items and bytes of each tensor."""
    draw = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> tuple[int, int, bytes]:
        return 1, rows * columns, quantised(draw.normal(0, 0.3, (rows, columns)))

    def vector(size: int, centre: float) -> tuple[int, int, bytes]:
        return 0, size, draw.normal(centre, 0.1, size).astype("<f4").tobytes()

    found = {
        "emb.word": matrix(len(PIECES), HIDDEN),
        "emb.pos": vector(POSITIONS * HIDDEN, 0),
        "emb.type": vector(2 * HIDDEN, 0),
        "emb.ln.w": vector(HIDDEN, 1),
        "emb.ln.b": vector(HIDDEN, 0),
    }
    shapes = {"q": 1, "k": 1, "v": 1, "ao": 1}
    for layer in range(LAYERS):
        for name in shapes:
            found[f"l{layer}.{name}.w"] = matrix(HIDDEN, HIDDEN)
            found[f"l{layer}.{name}.b"] = vector(HIDDEN, 0)
        found[f"l{layer}.fi.w"] = matrix(INNER, HIDDEN)
        found[f"l{layer}.fi.b"] = vector(INNER, 0)
        found[f"l{layer}.fo.w"] = matrix(HIDDEN, INNER)
        found[f"l{layer}.fo.b"] = vector(HIDDEN, 0)
        for name in ("aln", "oln"):
            found[f"l{layer}.{name}.w"] = vector(HIDDEN, 1)
            found[f"l{layer}.{name}.b"] = vector(HIDDEN, 0)
    return found


def head() -> bytes:
    sizes = (HIDDEN, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 2)
    spelled = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, spelled)]).astype("<u4")
    mapped = b"".join(
        struct.pack(f"<IB{len(text)}I", character, len(text), *map(ord, text))
        for character, text in CHARACTERS.items()
    )
    return b"".join(
        [
            b"E5S1" + struct.pack("<I", 1),
            struct.pack("<7ifi", *sizes, 1e-12, 32),
            struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, spelled))),
            offsets.tobytes(),
            np.array(SCORES, "<f4").tobytes(),
            b"".join(spelled),
            struct.pack("<iI", len(CHARACTERS), len(mapped)) + mapped,
        ]
    )


def write(path: Path, seed: int = 0) -> Path:
    """Write the file and return its path."""
    found = tensors(seed)
    start = head()
    directory_size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in found)
    offset = len(start) + directory_size
    directory = struct.pack("<i", len(found))
    for name, (kind, items, data) in found.items():
        directory += struct.pack(f"<H{len(name)}sB", len(name), name.encode(), kind)
        directory += struct.pack("<IQQ", items, offset, len(data))
        offset += len(data)
    path.write_bytes(start + directory + b"".join(data for _, _, data in found.values()))
    return path
