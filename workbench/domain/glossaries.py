"""A bilingual glossary: pairs of Chinese and English terms that widen the words of a question."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.domain.documents import Notice
from workbench.domain.text import normalised, without_controls

Side: TypeAlias = Literal["zh", "en"]

ENTRY_LIMIT = 20_000
"""Most entries of one glossary."""
TERM_LIMIT = 200
"""Longest term or note, in characters: a longer one is a passage."""


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A Chinese and an English term that mean the same; ``note`` is for people alone."""

    zh: str
    en: str
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells entries apart: both terms, however they are written."""
        return normalised(self.zh), normalised(self.en)


@dataclass(frozen=True, slots=True)
class Glossary:
    """The entries of a corpus; ``version`` grows with every change and is 0 before the first.

    ``undoable`` tells that the entries before the last change are kept.
    """

    corpus_id: str
    entries: tuple[GlossaryEntry, ...] = ()
    version: int = 0
    undoable: bool = False


@dataclass(frozen=True, slots=True)
class GlossaryRow:
    """A row as it was written, with its number as its writer counts."""

    number: int
    zh: str
    en: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The entries that can be kept, what was wrong with other rows, and which came again.

    Each notice carries ``row``. What came again is left out and costs nothing.
    """

    entries: tuple[GlossaryEntry, ...]
    problems: tuple[Notice, ...]
    repeated: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What another list of entries would change; ``changed`` are pairs of before and after."""

    added: tuple[GlossaryEntry, ...]
    changed: tuple[tuple[GlossaryEntry, GlossaryEntry], ...]
    removed: tuple[GlossaryEntry, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class ExtraTerm:
    """A term that is looked for beside the question's own; ``source`` is what it translates."""

    term: str
    weight: float
    source: str


@dataclass(frozen=True, slots=True)
class UsedEntry:
    """An entry that a question used; its ``found`` side stood in the question."""

    entry: GlossaryEntry
    found: Side

    @property
    def asked(self) -> str:
        """Return the term that stood in the question."""
        return self.entry.zh if self.found == "zh" else self.entry.en

    @property
    def added(self) -> str:
        """Return the term that was searched too."""
        return self.entry.en if self.found == "zh" else self.entry.zh


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a glossary adds to one question: the entries it used, and their terms."""

    used: tuple[UsedEntry, ...] = ()
    terms: tuple[ExtraTerm, ...] = ()


def checked(rows: Iterable[GlossaryRow]) -> Checked:
    """Return the entries of ``rows`` in their order, and what is to be said of the other rows.

    Rows with nothing in them are passed over.

    Notices: ``glossary_zh_empty``, ``glossary_en_empty`` (row), ``glossary_term_long`` (row,
    length, limit), ``glossary_repeated`` (row, first).
    """
    first: dict[tuple[str, str], int] = {}
    entries: list[GlossaryEntry] = []
    problems: list[Notice] = []
    repeated: list[Notice] = []
    for row in rows:
        entry = GlossaryEntry(_clean(row.zh), _clean(row.en), _clean(row.note))
        if not (entry.zh or entry.en or entry.note):
            continue
        if wrong := _problem(row.number, entry):
            problems.append(wrong)
        elif entry.key in first:
            at = first[entry.key]
            repeated.append(Notice("glossary_repeated", {"row": row.number, "first": at}))
        else:
            first[entry.key] = row.number
            entries.append(entry)
    return Checked(tuple(entries), tuple(problems), tuple(repeated))


def _clean(cell: str) -> str:
    return " ".join(without_controls(cell).split())


def _problem(row: int, entry: GlossaryEntry) -> Notice | None:
    if not entry.zh:
        return Notice("glossary_zh_empty", {"row": row})
    if not entry.en:
        return Notice("glossary_en_empty", {"row": row})
    longest = max(len(entry.zh), len(entry.en), len(entry.note))
    if longest > TERM_LIMIT:
        return Notice("glossary_term_long", {"row": row, "length": longest, "limit": TERM_LIMIT})
    return None


def changes(before: Iterable[GlossaryEntry], after: Iterable[GlossaryEntry]) -> Changes:
    """Return what is new, what reads otherwise, and what is gone.

    An entry is the same where both terms are; one that keeps its Chinese term, or else its English
    one, and gets another on the other side has changed.
    """
    old = {entry.key: entry for entry in before}
    new = {entry.key: entry for entry in after}
    changed = [(old[key], new[key]) for key in new if key in old and old[key] != new[key]]
    gone = [entry for key, entry in old.items() if key not in new]
    come = [entry for key, entry in new.items() if key not in old]
    for side in (0, 1):
        waiting: dict[str, list[GlossaryEntry]] = {}
        for entry in gone:
            waiting.setdefault(entry.key[side], []).append(entry)
        met = [(waiting[e.key[side]].pop(0), e) for e in come if waiting.get(e.key[side])]
        changed += met
        left, right = {a.key for a, _ in met}, {b.key for _, b in met}
        gone = [entry for entry in gone if entry.key not in left]
        come = [entry for entry in come if entry.key not in right]
    return Changes(tuple(come), tuple(changed), tuple(gone))
