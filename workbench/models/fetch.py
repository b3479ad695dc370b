"""Fetches a model from a hub: the only function of the product that contacts one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from workbench.domain.errors import InvalidInput, NotFound, Unavailable
from workbench.domain.ports import ProgressCall
from workbench.models.download import Patience, Watch, download, host_of, sha256_of
from workbench.models.weights import is_complete, shards_in

HubKind: TypeAlias = Literal["huggingface", "modelscope"]

HUGGING_FACE = "https://huggingface.co"
MODELSCOPE = "https://modelscope.cn"

INDEX = "model.safetensors.index.json"

KNOWN_HASHES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("Qwen/Qwen3-Reranker-0.6B", "model.safetensors"): (
            "27cd75a405b9c1b46b59abfd88aaa209e6fed2a1972cde9b70e7659537c5e65b"
        ),
        ("Qwen/Qwen3-Reranker-0.6B", "tokenizer.json"): (
            "aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4"
        ),
    }
)
"""SHA-256 by model and file.

Source: public manifests of revision e61197ed45024b0ed8a2d74b80b4d909f1255473.
"""


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a model is fetched from: Hugging Face, a mirror that speaks like it, or ModelScope."""

    kind: HubKind = "huggingface"
    address: str = HUGGING_FACE

    @classmethod
    def of(cls, kind: str, mirror: str = HUGGING_FACE) -> "Hub":
        """Return the hub called ``kind``; ``mirror`` is where Hugging Face's files are taken from.

        Raises:
            InvalidInput: ``hub_unknown``.
        """
        if kind == "huggingface":
            return cls("huggingface", mirror)
        if kind == "modelscope":
            return cls("modelscope", MODELSCOPE)
        raise InvalidInput("hub_unknown", hub=kind, known="huggingface, modelscope")

    def url(self, name: str, file: str) -> str:
        """Return the address of a model's file."""
        base = self.address.rstrip("/")
        if self.kind == "modelscope":
            return f"{base}/models/{name}/resolve/master/{file}"
        return f"{base}/{name}/resolve/main/{file}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model that lies in ``folder`` now; ``size`` in bytes is that of all its files."""

    folder: Path
    files: tuple[str, ...]
    size: int


def fetch(
    name: str,
    folder: Path,
    hub: Hub | None = None,
    *,
    progress: ProgressCall | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    hashes: Mapping[tuple[str, str], str] = KNOWN_HASHES,
    patience: Patience | None = None,
) -> Fetched:
    """Return the model called ``name`` once all its files lie in ``folder``.

    Files that are there are not fetched again, and a part of one is gone on with. ``progress`` gets
    bytes: the total grows as sizes become known.

    Raises:
        NotFound: ``file_not_on_hub``: no such model, or it has no safetensors.
        Unavailable: As ``download``, and ``hub_answer_odd`` where a page came instead of the file.
        Conflict: ``fetch_cancelled``; what has arrived is kept.
        InvalidInput: ``hub_invalid``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fetching = _Fetching(name, folder, hub or Hub(), progress, cancelled, hashes, patience)
    fetching.file("config.json")
    fetching.file("tokenizer.json")
    fetching.optional("tokenizer_config.json")
    if fetching.optional(INDEX):
        fetching.expect(folder / INDEX)
        for shard in shards_in(folder / INDEX):
            fetching.file(shard)
    else:
        fetching.file("model.safetensors")
    if not is_complete(folder):
        raise Unavailable("hub_answer_odd", file=INDEX, host=host_of(fetching.hub.address))
    return Fetched(folder, tuple(fetching.sizes), sum(fetching.sizes.values()))


class _Fetching:
    """One fetch under way: which files are there, and how large they are."""

    def __init__(
        self,
        name: str,
        folder: Path,
        hub: Hub,
        progress: ProgressCall | None,
        cancelled: Callable[[], bool],
        hashes: Mapping[tuple[str, str], str],
        patience: Patience | None,
    ) -> None:
        self._name, self._folder, self.hub = name, folder, hub
        self._progress, self._cancelled = progress, cancelled
        self._hashes, self._patience = hashes, patience
        self.sizes: dict[str, int] = {}
        self._least = 0

    def optional(self, file: str) -> bool:
        """Fetch a file that a model may lack; return whether it has it."""
        try:
            self.file(file)
        except NotFound:
            return False
        return True

    def expect(self, index: Path) -> None:
        """Count what the index says that all shards hold, so that the total is known early."""
        content = json.loads(index.read_text(encoding="utf-8"))
        try:
            told = int(content["metadata"]["total_size"])
        except (KeyError, TypeError, ValueError):
            told = 0
        self._least = sum(self.sizes.values()) + told

    def file(self, file: str) -> None:
        """Fetch a file that the model must have, unless it is there."""
        target = self._folder / file
        sha256 = self._hashes.get((self._name, file))
        if not self._has(target, sha256):
            download(
                self.hub.url(self._name, file),
                target,
                sha256=sha256,
                watch=Watch(self._report, self._cancelled),
                patience=self._patience,
            )
            self._require_json(target)
        self.sizes[file] = target.stat().st_size
        self._report(0, 0)

    def _has(self, target: Path, sha256: str | None) -> bool:
        return target.is_file() and (sha256 is None or sha256_of(target) == sha256)

    def _report(self, received: int, expected: int) -> None:
        if self._progress:
            before = sum(self.sizes.values())
            total = max(before + expected, before + received, self._least)
            self._progress(before + received, total)

    def _require_json(self, target: Path) -> None:
        # A sign-in page of a network answers every address with success.
        if target.suffix != ".json":
            return
        try:
            json.loads(target.read_text(encoding="utf-8"))
        except ValueError as error:
            target.unlink()
            host = host_of(self.hub.address)
            raise Unavailable("hub_answer_odd", file=target.name, host=host) from error
