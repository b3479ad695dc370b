"""How far judges agree: raw share, weighted kappa of two, Krippendorff's alpha of any number."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.evaluation.resampling import CONFIDENCE, SEED, Interval

Level: TypeAlias = Literal["nominal", "ordinal", "interval"]
Ratings: TypeAlias = Mapping[str, Mapping[str, int]]
"""Grades by passage and judge; a judge who gave none, or could not tell, is absent."""
DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha over the ``n`` passages that two judges or more graded.

    1 is full agreement, 0 what chance gives. ``alpha`` is None where nothing was graded twice, or
    where every grade is the same and there is nothing to tell apart. ``interval`` is the 95 %
    percentile interval over passages; None for fewer than two. ``same`` is the share of pairs of
    grades on one passage that are equal.
    """

    alpha: float | None
    interval: Interval | None
    same: float | None
    n: int


def agreement(ratings: Ratings, level: Level = "ordinal") -> Agreement:
    """Return how far judges agree; neither the order nor the names of passages matter."""
    units = sorted(tuple(sorted(given.values())) for given in ratings.values() if len(given) >= 2)
    equal = pairs = 0
    for grades in units:
        counts = Counter(grades).values()
        equal += sum(count * (count - 1) for count in counts)
        pairs += len(grades) * (len(grades) - 1)
    return Agreement(
        alpha=_alpha(units, level),
        interval=_interval(units, level),
        same=equal / pairs if pairs else None,
        n=len(units),
    )


def _alpha(units: Sequence[tuple[int, ...]], level: Level) -> float | None:
    """Return 1 − observed / expected disagreement.

    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.
    """
    totals = Counter(grade for grades in units for grade in grades)
    n = totals.total()
    distance = _distance(totals, level)
    observed = math.fsum(_spread(Counter(grades), distance) / (len(grades) - 1) for grades in units)
    expected = _spread(totals, distance)
    return 1 - (n - 1) * observed / expected if expected else None


def _spread(counts: Mapping[int, int], distance: Callable[[int, int], float]) -> float:
    """Return the summed distances of all ordered pairs of grades."""
    return math.fsum(
        one * other * distance(a, b)
        for a, one in counts.items()
        for b, other in counts.items()
        if a != b
    )


def _distance(totals: Mapping[int, int], level: Level) -> Callable[[int, int], float]:
    if level == "nominal":
        return lambda a, b: 1.0
    if level == "interval":
        return lambda a, b: float((a - b) ** 2)

    def ordinal(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(count for grade, count in totals.items() if low <= grade <= high)
        return (between - (totals[a] + totals[b]) / 2) ** 2

    return ordinal


def _interval(units: Sequence[tuple[int, ...]], level: Level) -> Interval | None:
    if len(units) < 2:
        return None
    generator = np.random.default_rng([SEED, len(units)])
    found = []
    for _ in range(DRAWS):
        drawn = generator.integers(0, len(units), len(units))
        value = _alpha([units[at] for at in drawn], level)
        # A draw of equal grades only shows no disagreement.
        found.append(1.0 if value is None else value)
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def confusion(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return how often the first judge gave a grade where the second gave another or the same."""
    return dict(sorted(Counter(pairs).items()))


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Return Cohen's kappa of two judges with quadratic weights, at most 1; None where undefined.

    1 − Σ observed (a − b)² / Σ expected (a − b)². It is undefined where both gave one and the same
    grade throughout.

    Raises:
        InvalidInput: ``labels_missing`` without any pair.

    Source: J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968).
    """
    if not pairs:
        raise InvalidInput("labels_missing")
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum((a - b) ** 2 for a, b in pairs)
    expected = sum(
        one * other * (a - b) ** 2 for a, one in first.items() for b, other in second.items()
    ) / len(pairs)
    return 1 - observed / expected if expected else None
