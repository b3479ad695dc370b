"""Checks that a model's weights lie there in safetensors, every part of them and to its end."""

import json
from pathlib import Path

from workbench.domain.errors import Unavailable
from workbench.models.configuration import Family, architecture_of
from workbench.models.weights import shards_in

_PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl"}
_ONE, _INDEX = "model.safetensors", "model.safetensors.index.json"


def require_model(folder: Path, family: Family | None = None) -> None:
    """Return when ``folder`` holds a whole model that can be run, by the body asked for or any.

    Raises:
        Unavailable: As ``require_safe_weights`` and ``architecture_of``, ``model_folder_missing``,
            or ``model_incomplete`` where the tokenizer is missing.
    """
    if not folder.is_dir():
        raise Unavailable("model_folder_missing", folder=str(folder))
    architecture_of(folder, family)
    require_safe_weights(folder)
    if not (folder / "tokenizer.json").is_file():
        raise Unavailable("model_incomplete", folder=str(folder), missing="tokenizer.json")


def require_safe_weights(folder: Path) -> None:
    """Return when every part of the weights lies in ``folder`` as long as it says it is.

    Raises:
        Unavailable: ``weights_not_safe`` where only pickled weights lie there,
            ``model_incomplete`` with what is missing, ``weights_truncated`` or ``weights_damaged``.
    """
    parts = [_ONE] if (folder / _ONE).is_file() else shards_in(folder / _INDEX)
    missing = [part for part in parts if not (folder / part).is_file()]
    if not parts:
        pickled = [p.name for p in sorted(folder.iterdir()) if p.suffix in _PICKLED]
        if pickled:
            raise Unavailable("weights_not_safe", folder=str(folder), found=", ".join(pickled))
        missing = [_ONE]
    if missing:
        raise Unavailable("model_incomplete", folder=str(folder), missing=", ".join(missing))
    for part in parts:
        _require_whole(folder / part)


def _require_whole(file: Path) -> None:
    """Return when ``file`` is as long as its header says.

    Source: format of safetensors: header length in 8 bytes, header as JSON, then the tensors.
    """
    found = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if found < 8 or found < 8 + length:
            raise Unavailable(
                "weights_truncated", file=str(file), found=found, expected=max(8 + length, 9)
            )
        head = stream.read(length)
    expected = 8 + length + _end_of_tensors(file, head)
    if found < expected:
        raise Unavailable("weights_truncated", file=str(file), found=found, expected=expected)


def _end_of_tensors(file: Path, head: bytes) -> int:
    try:
        tensors = json.loads(head)
        ends = [told["data_offsets"][1] for name, told in tensors.items() if name[:2] != "__"]
        return max(map(int, ends), default=0)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise Unavailable("weights_damaged", file=str(file), detail=str(error)[:300]) from error
