"""What is asked of an evaluation and what comes back, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from workbench.domain.documents import Notice
from workbench.domain.rankings import RecallMethod, RerankerInfo
from workbench.evaluation.groups import Part
from workbench.evaluation.pairs import PairAccuracy, Scored
from workbench.evaluation.resampling import Interval
from workbench.services.answers import CANDIDATES

MEASURES = "nDCG@10 RR@10 P@5 R@20 R@100 Success@1 AP@100"

Watch: TypeAlias = Callable[[str, int, int], None]
"""Called with the stage (reading, embedding or questions), how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to evaluate; ``reranker`` None means the active one, "none" the order of recall.

    ``criterion`` chooses one of a labelled folder; None is that of the instruction, or the first.
    ``limit`` takes a seeded sample of that many queries, None all. ``by_language`` adds a group for
    each pair of a query's and a relevant row's language.
    """

    method: RecallMethod = "hybrid"
    reranker: str | None = None
    instruction: str | None = None
    candidates: int = CANDIDATES
    limit: int | None = None
    by_language: bool = False
    measures: str = MEASURES
    criterion: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Measures of one way to rank, or of one reranker's yes and no (``pairs``, with every margin).

    ``intervals`` are 95 % over questions, or over instructions for pairs; None for fewer than two.
    ``judged`` is the share of labelled rows among the first k. ``seconds`` are wall-clock:
    index (with missing vectors), recall, rerank, total. Nothing was recalled where ``method`` and
    ``candidates`` are None.
    """

    n_queries: int
    measures: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]
    by: Mapping[str, Part]
    judged: Mapping[str, float]
    recall_ceiling: float | None
    binary_level: int
    seconds: Mapping[str, float]
    reranker: RerankerInfo | None
    method: RecallMethod | None = None
    candidates: int | None = None
    n_unanswered: int = 0
    n_without_relevant: int = 0
    pairs: PairAccuracy | None = None
    margins: tuple[Scored, ...] = ()
    notices: tuple[Notice, ...] = ()
    criterion: str = ""
