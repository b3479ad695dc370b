"""A document as it was read: canonical text, chapter tree and chunks."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from workbench.domain.columns import ColumnMap
from workbench.domain.errors import Param
from workbench.domain.languages import Language

FileKind: TypeAlias = Literal["pdf", "markdown", "text", "docx", "html", "csv", "xlsx"]
SectionSource: TypeAlias = Literal[
    "document", "bookmark", "number", "font", "markdown", "style", "tag", "sheet"
]
SliceMode: TypeAlias = Literal["auto", "statute", "contract", "manual", "qa"]
ChunkKind: TypeAlias = Literal["article", "clause", "text", "table", "qa"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the user, as code and parameters (``notice.<code>`` in the words)."""

    code: str
    params: dict[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points in an edition's canonical text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Where a page lies in the canonical text; ``page`` counts from 1, ``printed`` is its label."""

    page: int
    start: int
    end: int
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A range that cleaning leaves out of every chunk: a running line, a page number."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Join:
    """One character at ``at`` (a line break, a space between Han characters) reads as ``text``."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What one reader made of one file; immutable.

    ``text`` is canonical: every offset in the product points into it. ``removed`` and ``joins`` are
    in ascending order and say how chunks are derived; undoing one changes chunks, never offsets.
    """

    edition_id: str
    sha256: str
    size: int
    kind: FileKind
    reader: str
    text: str
    pages: tuple[PageSpan, ...]
    removed: tuple[Removed, ...] = ()
    joins: tuple[Join, ...] = ()
    notices: tuple[Notice, ...] = ()
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the chapter tree, in reading order.

    ``key`` is the path of numbers (``b3/z1/t463``) where there is one, else of titles. The root is
    the document itself: level 0, key "", source "document". ``page`` counts from 1, None where the
    format has none. ``start`` to ``end`` covers the heading, the body and every descendant.
    """

    key: str
    parent: str | None
    title: str
    number: str | None
    level: int
    page: int | None
    start: int
    end: int
    source: SectionSource


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is recalled, scored and judged; it lies within one section.

    ``text`` is what ``derived_text`` makes of ``spans``. ``prefix`` (breadcrumb, repeated stem or
    table head) is read before it and never counted into offsets. ``path`` are the titles from the
    document's name down. ``tokens`` are counted by the corpus's counter, never by a model's.
    """

    chunk_id: str
    ordinal: int
    section_key: str
    path: tuple[str, ...]
    spans: tuple[Span, ...]
    text: str
    prefix: str
    page_start: int | None
    page_end: int | None
    printed_page: str | None
    language: Language
    kind: ChunkKind
    tokens: int
    part: int = 1
    parts: int = 1

    @property
    def reads(self) -> str:
        """Return what an index or a reranker reads: the breadcrumb line, then the text."""
        return f"{self.prefix}\n{self.text}" if self.prefix else self.text


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read and sliced: everything that enters the store in one transaction."""

    edition: Edition
    title: str
    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class SlicePolicy:
    """How a corpus is sliced; stored with it, so that identifiers do not depend on a machine.

    Lengths are tokens of the bundled counter named in ``counter``, without the breadcrumb. Sections
    shorter than ``minimum`` are joined with their next sibling and then bear their parent's path;
    it is low, because a function or a clause of forty tokens is what people cite.
    """

    mode: SliceMode = "auto"
    ignore_bookmarks: bool = False
    minimum: int = 24
    target: int = 384
    maximum: int = 640
    counter: str = "estimate-1"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A named set of documents; ``generation`` grows with every change of what can be found."""

    corpus_id: str
    name: str
    owner: str
    policy: SlicePolicy
    generation: int
    created_at: str
    documents: int = 0
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A file's place in a corpus; uploading a file of the same name makes a new edition of it."""

    document_id: str
    corpus_id: str
    name: str
    edition_id: str
    sha256: str
    kind: FileKind
    size: int
    pages: int | None
    chunks: int
    language: Language
    notices: tuple[Notice, ...]
    created_at: str
    deleted_at: str | None = None
    columns: ColumnMap | None = None
    """How the columns of its table are read; None where they are recognised."""


def derived_text(canonical: str, spans: Iterable[Span], joins: Sequence[Join]) -> str:
    """Return the text that ``spans`` of ``canonical`` read as, with their joins applied."""
    places = [join.at for join in joins]
    pieces: list[str] = []
    for span in spans:
        last = span.start
        for join in joins[bisect_left(places, span.start) : bisect_left(places, span.end)]:
            pieces += [canonical[last : join.at], join.text]
            last = join.at + 1
        pieces.append(canonical[last : span.end])
    return "".join(pieces).strip()
