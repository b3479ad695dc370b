"""Reads and writes the weights of the embedded reranker: eight bits a number, a scale a row.

They lie beside ``mini.json`` in ``mini-N.safetensors``, N from 1. A matrix W is kept as ``W`` in
int8 and ``W.scale`` in float32, one a row; everything else as float32.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from workbench.domain.errors import Unavailable
from workbench.models.mini_head import FORMAT, HEAD, MEMORY_LAYERS, MiniHead, ReaderShape
from workbench.models.reader import Reader

SHARD_BYTES = 14_000_000
_STEPS = 127
_TINY = 1e-12


def load_readers(folder: Path, head: MiniHead) -> dict[str, Reader]:
    """Return the readers by name, in float32 on the processor.

    Raises:
        Unavailable: ``weights_damaged``.
    """
    try:
        kept: dict[str, torch.Tensor] = {}
        for number in range(1, head.parts + 1):
            kept |= load_file(folder / f"mini-{number}.safetensors")
        return {name: _reader(name, shape, kept) for name, shape in head.shapes.items()}
    except (OSError, SafetensorError, RuntimeError, KeyError) as error:
        raise Unavailable("weights_damaged", file=str(folder), detail=str(error)[:300]) from error


def _reader(name: str, shape: ReaderShape, kept: Mapping[str, torch.Tensor]) -> Reader:
    state = {}
    for key, values in kept.items():
        reader, _, tensor = key.partition("/")
        if reader == name and not key.endswith(".scale"):
            scale = kept.get(f"{key}.scale")
            state[tensor] = values if scale is None else values.float() * scale
    with torch.device("meta"):
        reader_ = Reader(shape)
    reader_.load_state_dict(state, strict=True, assign=True)
    return reader_.eval()


def save_readers(
    folder: Path,
    readers: Mapping[str, Reader],
    weights: Mapping[str, float],
    body: str,
    layers: Sequence[int] = MEMORY_LAYERS,
    *,
    packed: bool = True,
) -> None:
    """Write the readers; ``body`` is the revision of the e5 they were taught with.

    Not ``packed``, matrices stay in float32, to measure what eight bits cost.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shards: list[dict[str, torch.Tensor]] = [{}]
    for name, reader in readers.items():
        for tensor, values in reader.state_dict().items():
            key = f"{name}/{tensor}"
            pieces = packed_tensor(key, values) if packed else {key: values.float()}
            for key, piece in pieces.items():
                if sum(t.nbytes for t in shards[-1].values()) + piece.nbytes > SHARD_BYTES:
                    shards.append({})
                shards[-1][key] = piece
    for number, shard in enumerate(shards, start=1):
        path = folder / f"mini-{number}.safetensors"
        save_file(shard, path)
        path.chmod(0o644)  # the library keeps its files to their owner
    told = {
        "format": FORMAT,
        "body": body,
        "parts": len(shards),
        "layers": list(layers),
        "readers": {name: dict(reader.shape.as_dict()) for name, reader in readers.items()},
        "weights": dict(weights),
    }
    (folder / HEAD).write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def packed_tensor(key: str, values: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return a matrix as int8 and scales, anything else as it is."""
    values = values.detach().float().contiguous()
    if values.ndim != 2 or "." not in key:
        return {key: values}
    scale = values.abs().amax(1, keepdim=True).clamp_min(_TINY) / _STEPS
    return {key: (values / scale).round().to(torch.int8), f"{key}.scale": scale}
