"""How far the judges of a question set agree, and on which passages they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from workbench.domain.actors import Actor, Policy
from workbench.evaluation.agreement import Agreement, agreement, confusion, weighted_kappa
from workbench.evaluation.gold import gold
from workbench.services.placing import Placing
from workbench.store.questions import QuestionRepository


@dataclass(frozen=True, slots=True)
class TwoJudges:
    """Two judges over the ``n`` passages that both graded.

    ``kappa`` is quadratically weighted; ``table`` counts passages by the grades of the first and of
    the second.
    """

    first: str
    second: str
    n: int
    kappa: float | None
    table: Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Judges:
    """All judges of a criterion on a set: grades by judge, agreement, and what is disputed."""

    graded: Mapping[str, int]
    together: Agreement
    pairs: tuple[TwoJudges, ...]
    disputed: int
    settled: int
    seen: int
    """Grades given with the ranks in sight; they are no part of the agreement."""


class Agreeing:
    """Compares what judges said without sight of ranks."""

    def __init__(self, policy: Policy, questions: QuestionRepository, placing: Placing) -> None:
        self._policy = policy
        self._questions = questions
        self._placing = placing

    def judges(self, actor: Actor, query_set_id: str, criterion_id: str) -> Judges:
        """Return the agreement under one criterion over the newest version of a set.

        Raises:
            NotFound: ``query_set_unknown``.
        """
        self._policy.require(actor, "view")
        query_set = self._questions.query_set(query_set_id)
        ids = frozenset(entry.query_id for entry in query_set.queries)
        placed = self._placing.of(query_set.corpus_id or "", ids)
        events = [one for one in placed.events if one.criterion_id == criterion_id]
        ratings: dict[str, dict[str, int]] = {}
        graded: dict[str, int] = {}
        for event in events:
            chunk = placed.place(event)
            if event.grade is None or chunk is None or event.way not in ("blind", "imported"):
                continue
            ratings.setdefault(f"{event.query_id} {chunk}", {})[event.judge] = event.grade
            graded[event.judge] = graded.get(event.judge, 0) + 1
        apart = gold(events, placed.place).disagreements
        return Judges(
            graded=graded,
            together=agreement(ratings),
            pairs=tuple(_two(ratings, *two) for two in combinations(sorted(graded), 2)),
            disputed=sum(not one.settled for one in apart),
            settled=sum(one.settled for one in apart),
            seen=sum(one.way == "open" for one in events),
        )


def _two(ratings: Mapping[str, Mapping[str, int]], first: str, second: str) -> TwoJudges:
    both = [(one[first], one[second]) for one in ratings.values() if {first, second} <= set(one)]
    return TwoJudges(
        first, second, len(both), weighted_kappa(both) if both else None, confusion(both)
    )
