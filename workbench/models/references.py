"""Finds the model that a path or a hub's name refers to, on this machine alone."""

from dataclasses import replace
from pathlib import Path

from workbench.domain.errors import Unavailable
from workbench.models.safe_weights import require_model
from workbench.models.weights import (
    Places,
    Weights,
    WeightSearch,
    find_weights,
    folders_of,
    is_name,
    revision_of,
)


def is_reference(name: str) -> bool:
    """Return whether ``name`` is a path or "owner/model", as no reranker's own name is."""
    return "/" in name or "\\" in name or name.startswith(("~", "."))


def model_called(name: str) -> str:
    """Return what to call the model: its name on a hub, or its folder's."""
    return name if is_name(name) else Path(name).expanduser().name


def find_model(name: str, places: Places) -> Weights:
    """Return the model that ``name`` refers to, checked to be whole and of a kind that can be run.

    What is the path of a folder is that folder; else "owner/model" is looked for where weights
    usually lie.

    Raises:
        Unavailable: ``model_missing`` with every place looked at, ``model_folder_missing``, or as
            ``require_model``.
    """
    folder = Path(name).expanduser().absolute()
    if folder.is_dir() or not is_name(name):
        require_model(folder)
        return Weights(folder, revision_of(folder), "folder")
    # A folder of weights that is named for Qwen3-Reranker says nothing of another model.
    anywhere = replace(places, explicit=None)
    search = find_weights(name, anywhere)
    if search.found:
        require_model(search.found.folder)
        return search.found
    for place in folders_of(name, anywhere):
        if any(place.iterdir()):
            # Says what is wrong with the one that is there.
            require_model(place)
    raise Unavailable("model_missing", name=name, places="; ".join(search.looked_in))


def find_embedder(name: str, places: Places) -> tuple[Weights | None, tuple[str, ...]]:
    """Return the Qwen3 that ``name`` refers to, and where it was looked for.

    None where it is not there, or is not whole, or is no Qwen3; what is wrong then stands beside
    the place.
    """
    try:
        weights = find_model(name, places)
        require_model(weights.folder, "qwen3")
    except Unavailable as error:
        told = error.params.get("places") or error.params.get("folder") or error.params.get("file")
        code = "" if error.code == "model_missing" else f" ({error.code})"
        return None, (f"{told}{code}",)
    return weights, (str(weights.folder),)


def wrong_with(search: WeightSearch, explicit: Path | None) -> Unavailable | None:
    """Return why no Qwen3-Reranker can be made of what was found, or of the folder that was named.

    None where it can, and where nothing lies there.
    """
    folder = search.found.folder if search.found else explicit
    try:
        if folder and folder.is_dir():
            require_model(folder, "qwen3")
    except Unavailable as error:
        return error
    return None
