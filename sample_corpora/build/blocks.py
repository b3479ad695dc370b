"""What a source document is made of: headings, paragraphs, items, tables and code."""

from dataclasses import dataclass
from typing import TypeAlias


class SourceError(Exception):
    """A source that cannot be built; its text names file and line."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style; a line break inside is a break that the author asked for."""

    text: str
    bold: bool = False
    code: bool = False


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title; level 2 is ``##``."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``depth`` counts the lists that it stands in."""

    runs: Runs
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """The first paragraph of a list item.

    ``marker`` is "•" or the number as written ("3."); ``first`` begins a new list.
    """

    marker: str
    runs: Runs
    depth: int = 1
    first: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one head row; every row has as many cells as the head."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A code block, without its fence and its last line break."""

    text: str
    depth: int = 0


Block: TypeAlias = Heading | Paragraph | Item | Table | Code


def plain(runs: Runs) -> str:
    """Return the characters of ``runs`` without their styles."""
    return "".join(run.text for run in runs)


def texts(block: Block) -> list[str]:
    """Return the text of each paragraph, cell or code block in ``block``, in reading order."""
    match block:
        case Table(head, rows):
            return [plain(cell) for row in (head, *rows) for cell in row]
        case Code(text):
            return [text]
        case Heading() | Paragraph() | Item():
            return [plain(block.runs)]
