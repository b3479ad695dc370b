"""What passages without a grade leave open: how many, and how far a measure could still go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.errors import InvalidInput
from workbench.evaluation.bounds import CUTOFF, TOP_GRADE
from workbench.evaluation.measure_names import Measure
from workbench.evaluation.measures import mean
from workbench.evaluation.providers import Qrels, Run, value


@dataclass(frozen=True, slots=True)
class Bounds:
    """Means of a measure over all queries at the least and at the best that grades can make of it.

    ``per_query`` holds (low, high) of each query. Nothing is rounded.
    """

    low: float
    high: float
    per_query: dict[str, tuple[float, float]]


def ungraded_at(qrels: Qrels, run: Run, cutoff: int = CUTOFF) -> dict[str, int]:
    """Return for each query of ``qrels`` how many of its first ``cutoff`` have no grade.

    Grades a3 and the order x, a, y: one at 2, two at 3. A query that the run misses has none.
    """
    return {
        query: sum(one not in labels for one in run.get(query, ())[:cutoff])
        for query, labels in qrels.items()
    }


def bounds(measure: Measure, qrels: Qrels, run: Run, *, top_grade: int = TOP_GRADE) -> Bounds:
    """Return how low and how high a measure can come out once its first ranks are all graded.

    Low is where they get 0, high where they get ``top_grade``. Those of nDCG can lie further apart:
    a top grade far down makes the ideal better and the order worse, so each number of top grades,
    given from above and from below, is looked at; grades in between are not tried, and nDCG alone
    may reach higher with them. Grade a1 and the order a, x: nDCG@2 is 1 if x is 0 and (1 +
    3/log2(3)) / (3 + 1/log2(3)) = .797 if x is 3.

    Raises:
        InvalidInput: ``measure_not_boundable`` for one that leaves out what has no grade or counts
            it.
    """
    if measure.condensed or measure.kind in ("Bpref", "Judged"):
        raise InvalidInput("measure_not_boundable", name=measure.name)
    found = {
        query: _span(measure, labels, run.get(query, ()), top_grade)
        for query, labels in qrels.items()
    }
    return Bounds(
        low=mean({query: low for query, (low, _) in found.items()}),
        high=mean({query: high for query, (_, high) in found.items()}),
        per_query=found,
    )


def _span(
    measure: Measure, labels: Mapping[str, int], order: Sequence[str], top_grade: int
) -> tuple[float, float]:
    missing = [one for one in order[: measure.cutoff] if one not in labels]
    values = [
        value(measure, {**labels, **dict.fromkeys(graded, top_grade)}, order)
        for graded in _ends_of(missing)
    ]
    return min(values), max(values)


def _ends_of(missing: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the first and the last 0, 1, 2 …: of equal numbers, the extremes of every measure."""
    for count in range(len(missing) + 1):
        yield missing[:count]
        if 0 < count < len(missing):
            yield missing[len(missing) - count :]
