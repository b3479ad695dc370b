"""Labels as append-only events on passages that survive re-slicing."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.domain.documents import Span

CriterionKind: TypeAlias = Literal["question", "requirement"]
JudgedWay: TypeAlias = Literal["blind", "open", "imported", "adjudicated"]
"""How a grade came: rank and score hidden, in sight, from a file, or settled between judges."""
QueueMode: TypeAlias = Literal["unlabelled", "deciding", "disagreements", "audit"]
"""Why passages are shown: no grade yet, would decide a comparison, judges disagree, a second look.
"""
QUEUE_MODES: tuple[QueueMode, ...] = ("unlabelled", "deciding", "disagreements", "audit")
QUOTE_LIMIT = 500
GRADES = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What the judge was asked; a label belongs to (query, criterion, passage).

    Kind *question* grades how far the passage answers, *requirement* how far it meets the wording.
    """

    criterion_id: str
    owner: str
    kind: CriterionKind
    text: str
    language: str
    created_at: str


NO_ANSWER = "no-answer"
"""Tag of a question that its documents do not answer."""
HELD_OUT = "held-out"
"""Tag of a question that is kept out of measurements until one instruction has been chosen."""
MARKS = (NO_ANSWER, HELD_OUT)
"""Tags with a meaning of their own; all others are the user's."""


@dataclass(frozen=True, slots=True)
class SetEntry:
    """A question in a set: its tags, the criterion that it is to be judged by, and a note."""

    query_id: str
    tags: tuple[str, ...] = ()
    criterion_id: str | None = None
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Return whether the documents are known or thought to answer it."""
        return NO_ANSWER not in self.tags

    @property
    def held_out(self) -> bool:
        """Return whether it is kept for the one measurement that decides."""
        return HELD_OUT in self.tags


@dataclass(frozen=True, slots=True)
class QuerySet:
    """A version of a question set: its questions in order.

    ``corpus_id`` is the corpus that it is asked of; None where it was made for none.
    """

    query_set_id: str
    version: int
    owner: str
    name: str
    queries: tuple[SetEntry, ...]
    created_at: str
    corpus_id: str | None = None


@dataclass(frozen=True, slots=True)
class LibraryInstruction:
    """An instruction that is kept, with the criterion whose labels it is measured by."""

    instruction_id: str
    owner: str
    name: str
    text: str
    language: str
    criterion_id: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a judged passage lies: the chunk id is only where it resolves today.

    ``quote`` is at most 500 characters of the passage, ``quote_hash`` the hash of its whole text.
    """

    document_id: str
    edition_id: str
    section_key: str
    spans: tuple[Span, ...]
    quote: str
    quote_hash: str
    chunk_id: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One event: a grade from 0 to 3, or None for "cannot tell", which is none of them.

    ``withdrawn`` takes back what the same judge said before in the same way; nothing is said then.
    """

    judgement_id: str
    judge: str
    query_id: str
    criterion_id: str
    anchor: Anchor
    grade: int | None
    note: str
    at: str
    supersedes: str | None = None
    way: JudgedWay = "blind"
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class LabelQueue:
    """Passages to grade under one criterion, in an order that never changes.

    ``items`` are pairs of query and chunk; ``later`` are places, from 0, that were put off.
    ``way`` is how the grades given in it count.
    """

    queue_id: str
    owner: str
    query_set_id: str
    version: int
    corpus_id: str
    criterion_id: str
    mode: QueueMode
    judge: str
    seed: int
    items: tuple[tuple[str, str], ...]
    later: tuple[int, ...]
    created_at: str

    @property
    def way(self) -> JudgedWay:
        """Return how grades of this queue count: those between judges settle what they said."""
        return "adjudicated" if self.mode == "disagreements" else "blind"
