"""Looks for a model's weights in the places where they usually lie, and contacts nobody."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from workbench.domain.errors import InvalidInput, Unavailable

WeightSource: TypeAlias = Literal["folder", "home", "huggingface", "modelscope"]

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look; None stands for the default of the tool that owns the cache.

    With an ``explicit`` folder nothing else is looked at: who names one wants that one. The caches
    are the values of HF_HUB_CACHE, HF_HOME and MODELSCOPE_CACHE.
    """

    home: Path
    user_home: Path
    explicit: Path | None = None
    hf_hub_cache: Path | None = None
    hf_home: Path | None = None
    modelscope_cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """A complete model folder; ``revision`` changes when its files do."""

    folder: Path
    revision: str
    source: WeightSource


@dataclass(frozen=True, slots=True)
class WeightSearch:
    """What was found, and every place looked at before it, in order."""

    found: Weights | None
    looked_in: tuple[str, ...]


def position_limit(folder: Path) -> int | None:
    """Return how many tokens the model in ``folder`` has positions for; None where it says nothing.

    Raises:
        Unavailable: ``weights_missing`` or ``weights_damaged``.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise Unavailable("weights_missing", places=str(folder))
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unavailable("weights_damaged", file=str(path), detail=str(error)) from error
    found = told.get("max_position_embeddings") if isinstance(told, dict) else None
    return found if isinstance(found, int) else None


def folder_for(home: Path, name: str) -> Path:
    """Return the workbench's own folder of the model called ``name``, such as "Qwen/Qwen3-…".

    Raises:
        InvalidInput: ``model_name_invalid`` where it is not "owner/model".
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput("model_name_invalid", name=name)
    owner, model = name.split("/")
    return home / "models" / owner / model


def find_weights(name: str, places: Places) -> WeightSearch:
    """Return the first complete folder with the model called ``name``, and where it was looked for.

    Raises:
        InvalidInput: ``model_name_invalid``.
    """
    looked = []
    for source, folder in _candidates(name, places):
        looked.append(str(folder))
        for place in _snapshots(folder) if source == "huggingface" else [folder]:
            if is_complete(place):
                revision = place.name if source == "huggingface" else revision_of(place)
                return WeightSearch(Weights(place, revision, source), tuple(looked))
    return WeightSearch(None, tuple(looked))


def is_complete(folder: Path) -> bool:
    """Return whether configuration, tokenizer and every part of the weights lie in ``folder``."""
    if not all((folder / file).is_file() for file in ("config.json", "tokenizer.json")):
        return False
    if (folder / "model.safetensors").is_file():
        return True
    shards = shards_in(folder / "model.safetensors.index.json")
    return bool(shards) and all((folder / shard).is_file() for shard in shards)


def shards_in(index: Path) -> list[str]:
    """Return the file names that an index of shards lists; none where it cannot be read.

    Names with a folder in them are left out, since no index of a hub has them.
    """
    try:
        mapping = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        names = {str(name) for name in mapping.values()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return sorted(name for name in names if Path(name).name == name and "\\" not in name)


def revision_of(folder: Path) -> str:
    """Return 16 hexadecimal digits from the configuration and the sizes of tokenizer and weights.

    Cheap on purpose: weights of another content but the same size to the byte are not told apart.
    """
    files = sorted([*folder.glob("*.safetensors"), folder / "tokenizer.json"])
    sizes = "".join(f"\n{file.name} {file.stat().st_size}" for file in files)
    config = (folder / "config.json").read_bytes()
    return hashlib.sha256(config + sizes.encode()).hexdigest()[:16]


def content_stamp(folder: Path) -> str:
    """Return place, size and times of every file that makes the model; it changes when they do.

    Unlike ``revision_of`` it tells apart two trainings of one model, whose files have equal sizes.
    A copied folder has another stamp; a folder whose files are gone has one of its own.
    """
    files = sorted([*folder.glob("*.safetensors*"), *folder.glob("*.json")])
    told = []
    for file in files:
        found = file.stat()
        # A copy may bring its time of change along, but not the time at which it came to be here.
        told.append(f"{file.name} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}")
    return "\n".join((str(folder.absolute()), *told))


def _candidates(name: str, places: Places) -> Iterator[tuple[WeightSource, Path]]:
    if places.explicit is not None:
        yield "folder", places.explicit.expanduser()
        return
    yield "home", folder_for(places.home, name)
    hf_home = places.hf_home or places.user_home / ".cache" / "huggingface"
    hub = places.hf_hub_cache or hf_home / "hub"
    yield "huggingface", hub / f"models--{name.replace('/', '--')}"
    owner, model = name.split("/")
    # ModelScope writes a dot as three underscores, and has moved its folders more than once.
    root = places.modelscope_cache or places.user_home / ".cache" / "modelscope"
    for middle in (("hub", "models"), ("hub",), ("models",), ()):
        for spelled in dict.fromkeys((model.replace(".", "___"), model)):
            yield "modelscope", root.joinpath(*middle, owner, spelled)


def _snapshots(repository: Path) -> list[Path]:
    """Return a Hugging Face cache's snapshots: what "main" stands for first, then the newest."""
    found = [place for place in (repository / "snapshots").glob("*") if place.is_dir()]
    main = repository / "refs" / "main"
    current = main.read_text(encoding="utf-8").strip() if main.is_file() else ""
    return sorted(found, key=lambda place: (place.name == current, place.stat().st_mtime))[::-1]
