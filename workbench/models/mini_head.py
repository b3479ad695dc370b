"""What the embedded reranker's folder says of itself: sizes, weights of the score, its body.

``mini.json`` holds the format, the sizes of the readers, the layers of the body that they read, the
weights of the margin's parts, the revision of the body, and in how many parts the weights lie.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.domain.errors import Unavailable

FORMAT = 1
HEAD = "mini.json"
MEMORY_LAYERS = (3, 7, 12)
"""Layers of the body whose states are read: spelling, words across languages, meaning."""
HIDDEN = 384


@dataclass(frozen=True, slots=True)
class ReaderShape:
    """Sizes of a reader; ``states`` is the width of one layer of the body."""

    width: int = 256
    heads: int = 8
    depth: int = 2
    inner: int = 1024
    states: int = HIDDEN
    layers: int = len(MEMORY_LAYERS)

    def as_dict(self) -> Mapping[str, int]:
        """Return the sizes by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MiniHead:
    """What the folder says of itself; ``weights`` of likeness, relevance and criterion.

    ``layers`` of the body are what the readers read, counted from 1.
    """

    revision: str
    body: str
    weights: Mapping[str, float]
    shapes: Mapping[str, ReaderShape]
    layers: tuple[int, ...]
    parts: int


def read_head(folder: Path) -> MiniHead:
    """Return the head; the revision is made of what the folder's files hold.

    Raises:
        Unavailable: ``mini_missing``, or ``weights_damaged`` where it is of another format.
    """
    path = folder / HEAD
    if not path.is_file():
        raise Unavailable("mini_missing", folder=str(folder))
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        shapes = {name: ReaderShape(**sizes) for name, sizes in told["readers"].items()}
        weights = {name: float(value) for name, value in told["weights"].items()}
        parts = int(told["parts"])
        layers = tuple(map(int, told["layers"]))
        head = MiniHead(_revision(folder), str(told["body"]), weights, shapes, layers, parts)
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("weights_damaged", file=str(path), detail=str(error)[:300]) from error
    if told.get("format") != FORMAT:
        raise Unavailable("weights_damaged", file=str(path), detail=f"format {told.get('format')}")
    return head


def _revision(folder: Path) -> str:
    made = hashlib.sha256()
    for path in sorted(folder.glob("mini*")):
        made.update(path.read_bytes())
    return made.hexdigest()[:16]
