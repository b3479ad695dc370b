"""Candidates, their scores, and the only sort of the product."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from workbench.domain.documents import Notice

RecallMethod: TypeAlias = Literal["bm25", "dense", "hybrid"]
ScoreKind: TypeAlias = Literal["probability", "logit", "similarity"]
LongWay: TypeAlias = Literal["cut", "windows", "whole"]
"""How a document is read that is long: its end cut off, in parts, or in one piece."""

RECALL_METHODS: tuple[RecallMethod, ...] = ("bm25", "dense", "hybrid")
LONG_WAYS: tuple[LongWay, ...] = ("cut", "windows", "whole")


@dataclass(frozen=True, slots=True)
class Hit:
    """One retriever's finding; ``score`` compares only with scores of the same retriever."""

    chunk_id: str
    retriever: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a document that its score comes from: ``number`` of ``count``, from 1.

    It reads the characters from ``start`` up to, not including, ``end``.
    """

    number: int
    count: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk with its recall rank (from 1), then its score.

    ``margin`` is what is sorted: log-odds for Qwen3, else the model's own number; None means "not
    scored", never 0. ``score`` is P(yes) in [0, 1] and ``log_odds`` its logit; both are None where
    the reranker gives neither. ``tokens_read`` of ``tokens`` were read by the model. ``window`` is
    the best part where it was read in parts, None where it was read in one piece.
    """

    chunk_id: str
    recall_rank: int
    corpus_id: str = ""
    hits: tuple[Hit, ...] = ()
    margin: float | None = None
    score: float | None = None
    log_odds: float | None = None
    tokens: int | None = None
    tokens_read: int | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate at its place, from 1; ``tied`` where a neighbour has the same margin."""

    rank: int
    tied: bool
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates in order."""

    query: str
    rows: tuple[Ranked, ...]

    @classmethod
    def of(cls, query: str, candidates: Iterable[Candidate]) -> "Ranking":
        """Return the candidates sorted by (-margin, recall rank, chunk id), unscored ones last.

        This is the only sort of results: two candidates with the same margin stand in the order of
        recall, and where recall ranks are equal too, in the order of their identifiers.
        """
        ordered = sorted(candidates, key=_place)
        margins = [candidate.margin for candidate in ordered]
        rows = []
        for at, candidate in enumerate(ordered):
            neighbours = (*margins[max(at - 1, 0) : at], *margins[at + 1 : at + 2])
            tied = candidate.margin is not None and candidate.margin in neighbours
            rows.append(Ranked(rank=at + 1, tied=tied, candidate=candidate))
        return cls(query=query, rows=tuple(rows))


def _place(candidate: Candidate) -> tuple[bool, float, int, str]:
    margin = candidate.margin
    return (margin is None, -(margin or 0.0), candidate.recall_rank, candidate.chunk_id)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the first stage found: candidates in recall order, and what the user should know."""

    candidates: tuple[Candidate, ...]
    method: RecallMethod
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class RerankerInfo:
    """Which reranker made a number; no verdict is given unless it ``supports_instruction``.

    ``name`` is the command line's name (qwen3, embedding, lexical …), ``model`` what was loaded.
    ``max_length`` is in tokens of the model, prompt included; None where nothing is cut. ``host``
    is where texts are sent to be scored; None where they stay on this machine.
    """

    name: str
    model: str
    score_kind: ScoreKind
    supports_instruction: bool
    revision: str | None = None
    device: str | None = None
    dtype: str | None = None
    max_length: int | None = None
    template: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class PairScore:
    """One (query, document) pair's numbers, as in ``Candidate``."""

    margin: float
    score: float | None
    log_odds: float | None
    tokens: int
    tokens_read: int
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer took; seconds, tokens as the model read them.

    ``pairs`` and ``tokens`` were computed; ``cached`` pairs had a number from earlier.
    """

    pairs: int = 0
    tokens: int = 0
    recall_seconds: float = 0.0
    queue_seconds: float = 0.0
    compute_seconds: float = 0.0
    total_seconds: float = 0.0
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores in the order in which the documents were given."""

    pairs: tuple[PairScore, ...]
    reranker: RerankerInfo
    cost: Cost = field(default_factory=Cost)
