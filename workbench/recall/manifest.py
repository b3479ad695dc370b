"""What an index on disk consists of: one small file that names all others and changes at once."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.domain.experiments import canonical_json
from workbench.recall.segment_files import Fingerprint, not_usable, sync_folder
from workbench.recall.statistics import EPSILON, K1, B

FORMAT = 1
FILE_NAME = "manifest.json"
_NUMBERS = {"k1": K1, "b": B, "epsilon": EPSILON}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A segment by the name of its folder, its files, and the file of what is gone from it."""

    name: str
    chunks: int
    files: Mapping[str, Fingerprint]
    gone_file: str = ""
    gone: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One state of an index: ``generation`` is the corpus's, ``commit`` counts the states."""

    commit: int
    generation: int
    analyzer: str
    segments: tuple[Recorded, ...] = ()

    @property
    def names(self) -> set[str]:
        """Return the folders and files that belong to this state."""
        gone = {each.gone_file for each in self.segments if each.gone_file}
        return {each.name for each in self.segments} | gone


def read_manifest(folder: Path, analyzer: str | None) -> Manifest | None:
    """Return the present state, None where nothing was ever committed.

    ``analyzer`` None takes that of any analyzer.

    Raises:
        Unavailable: ``index_not_usable`` with the reason ``damaged``, ``format`` or ``analyzer``.
    """
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise not_usable("damaged") from error
    try:
        kept = json.loads(text)
        if kept["format"] != FORMAT or any(kept[key] != one for key, one in _NUMBERS.items()):
            raise not_usable("format")
        if analyzer is not None and kept["analyzer"] != analyzer:
            raise not_usable("analyzer")
        return Manifest(
            int(kept["commit"]),
            int(kept["generation"]),
            kept["analyzer"],
            tuple(map(_recorded, kept["segments"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise not_usable("damaged") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make ``manifest`` the present state; whoever reads meanwhile finds the old one or this."""
    kept = {"format": FORMAT, **_NUMBERS, **asdict(manifest)}
    kept["segments"] = list(kept["segments"])
    written = folder / f"{FILE_NAME}.tmp"
    with written.open("w", encoding="utf-8") as file:
        file.write(canonical_json(kept))
        file.flush()
        os.fsync(file.fileno())
    written.replace(folder / FILE_NAME)
    sync_folder(folder)


def _recorded(kept: Mapping[str, Any]) -> Recorded:
    files = {name: Fingerprint(**known) for name, known in kept["files"].items()}
    gone = Fingerprint(**kept["gone"]) if kept["gone"] else None
    return Recorded(kept["name"], int(kept["chunks"]), files, kept["gone_file"], gone)
