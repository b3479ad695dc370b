"""How far the grades that are still missing could move a difference between two orders."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.evaluation.providers import Qrels, Run
from workbench.evaluation.resampling import Interval, bca_interval, sign_flip_p

TOP_GRADE = 3
CUTOFF = 10


@dataclass(frozen=True, slots=True)
class End:
    """What the test would say where the missing grades of every query go the same way."""

    p: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Mean differences in nDCG that grades for the unlabelled passages can bring about.

    ``low`` and ``high`` are reached by grades 0 and the label set's own highest, so that a reversal
    that they show is a real one; grades in between, which may go a little further, are not tried.
    ``at_low`` and ``at_high`` are the tests there, None where nothing is open. ``unlabelled``
    counts passages among the first ranks of either order.
    """

    low: float
    high: float
    unlabelled: int
    at_low: End | None = None
    at_high: End | None = None

    @property
    def reversible(self) -> bool:
        """Return whether missing grades can make either of the two the better one."""
        return self.unlabelled > 0 and self.low < 0 < self.high


def reach(qrels: Qrels, baseline: Run, arm: Run, cutoff: int = CUTOFF) -> Reach:
    """Return how far the difference arm − baseline can go over all queries of ``qrels``."""
    lows, highs, unlabelled, top = [], [], 0, top_grade_of(qrels)
    for query, labels in qrels.items():
        before, after = baseline.get(query, ())[:cutoff], arm.get(query, ())[:cutoff]
        missing = [one for one in dict.fromkeys((*before, *after)) if one not in labels]
        unlabelled += len(missing)
        weights = {one: _discount(after, one) - _discount(before, one) for one in missing}
        rising = sorted((one for one in missing if weights[one] > 0), key=lambda o: -weights[o])
        falling = sorted((one for one in missing if weights[one] < 0), key=lambda o: weights[o])
        highs.append(max(_with(labels, rising, before, after, cutoff, top)))
        lows.append(min(_with(labels, falling, before, after, cutoff, top)))
    n = max(len(qrels), 1)
    return Reach(
        math.fsum(lows) / n,
        math.fsum(highs) / n,
        unlabelled,
        at_low=_end(lows) if unlabelled else None,
        at_high=_end(highs) if unlabelled else None,
    )


def top_grade_of(qrels: Qrels) -> int:
    """Return the highest grade that missing labels can get: 1 in a set of 0 and 1, else 3.

    A set with a grade of 2 or more has the whole scale, even where nobody gave 3 yet. Grades above
    3, from sets of others, count as they are.
    """
    highest = max((grade for labels in qrels.values() for grade in labels.values()), default=0)
    return 1 if highest == 1 else max(highest, TOP_GRADE)


def _end(differences: Sequence[float]) -> End:
    # In ascending order, as every other test: draws then depend on no order of the queries.
    values = np.array(sorted(differences), dtype=np.float64)
    return End(sign_flip_p(values), bca_interval(values))


def _with(
    labels: Mapping[str, int],
    unlabelled: Sequence[str],
    before: Sequence[str],
    after: Sequence[str],
    cutoff: int,
    top: int,
) -> list[float]:
    """Return the differences with the first 0, 1, 2 … of ``unlabelled`` given the grade ``top``."""
    found = []
    for count in range(len(unlabelled) + 1):
        given = {**labels, **dict.fromkeys(unlabelled[:count], top)}
        ideal = _gain(sorted(given.values(), reverse=True)[:cutoff])
        gains = [_gain([given.get(one, 0) for one in order]) for order in (before, after)]
        found.append((gains[1] - gains[0]) / ideal if ideal else 0.0)
    return found


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def _discount(order: Sequence[str], one: str) -> float:
    return 1 / math.log2(order.index(one) + 2) if one in order else 0.0
