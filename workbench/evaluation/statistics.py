"""Whether two arms differ over the same questions: test, interval, effect, and what n can show."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.evaluation.power import detectable_effect
from workbench.evaluation.resampling import Interval, Vector, bca_interval, sign_flip_p, t_test_p

TIE_BAND = 0.01
"""Differences smaller than this count as ties; measures lie in [0, 1]."""
TEST_MINIMUM = 6
"""Under this many questions no p is given: with five the smallest possible one is .0625."""
EXPLORATORY_BELOW = 25
USABLE_FROM = 50

Evidence: TypeAlias = Literal["none", "exploratory", "limited", "usable"]
Values: TypeAlias = Mapping[str, float]
"""One measure of one arm, by question."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """An arm against the baseline in one measure, over the same ``n`` questions; nothing rounded.

    ``difference`` is the arm's mean less the baseline's, ``interval`` its 95 % BCa interval over
    questions; None for fewer than two. ``p`` is two-sided, by flipping signs; ``p_holm`` the same
    after Holm over the arms compared, ``p_t`` that of the paired t test beside it; None under
    ``TEST_MINIMUM``. ``effect`` is the mean difference in standard deviations of the differences;
    None where they do not vary. ``wins`` and ``losses`` are questions that differ by ``tie_band``
    or more. ``detectable`` is the smallest difference that so many questions with such differences
    show in four of five cases. ``p_others`` are those of the other arms, which Holm counts with.
    """

    n: int
    mean: float
    baseline: float
    difference: float
    interval: Interval | None
    p: float | None
    p_holm: float | None
    p_t: float | None
    effect: float | None
    wins: int
    ties: int
    losses: int
    tie_band: float
    detectable: float | None
    identical: bool
    evidence: Evidence
    p_others: tuple[float, ...] = ()


def compare(
    baseline: Values, arms: Sequence[Values], *, tie_band: float = TIE_BAND
) -> tuple[Comparison, ...]:
    """Return how each arm differs from the baseline in one measure, Holm over the arms given.

    Neither the order nor the names of the questions matter.

    Raises:
        InvalidInput: ``labels_missing`` without any question, ``questions_differ`` where an arm has
            others than the baseline, ``not_finite``.
    """
    made = [_compared(baseline, arm, tie_band) for arm in arms]
    tested = [one.p for one in made if one.p is not None]
    if not tested:  # all arms are measured on the same questions, so that all are tested or none
        return tuple(made)
    return tuple(
        replace(one, p_holm=p_holm, p_others=tuple(tested[:at] + tested[at + 1 :]))
        for at, (one, p_holm) in enumerate(zip(made, holm(tested), strict=True))
    )


def _compared(baseline: Values, arm: Values, tie_band: float) -> Comparison:
    _require_same(baseline, arm)
    differences = sorted_vector(arm[query] - baseline[query] for query in baseline)
    n = len(differences)
    difference = math.fsum(differences) / n
    spread = float(differences.std(ddof=1)) if n > 1 else 0.0
    varied = bool(n > 1 and differences[0] < differences[-1])
    identical = not differences.any()
    tested = n >= TEST_MINIMUM
    effect = detectable_effect(n) if varied else None
    return Comparison(
        n=n,
        mean=math.fsum(arm.values()) / n,
        baseline=math.fsum(baseline.values()) / n,
        difference=difference,
        interval=bca_interval(differences),
        p=sign_flip_p(differences) if tested else None,
        p_holm=None,
        p_t=t_test_p(differences) if tested else None,
        effect=difference / spread if varied else None,
        wins=int((differences >= tie_band).sum()),
        ties=int((np.abs(differences) < tie_band).sum()),
        losses=int((differences <= -tie_band).sum()),
        tie_band=tie_band,
        detectable=None if effect is None else effect * spread,
        identical=identical,
        evidence=evidence_of(n),
    )


def _require_same(baseline: Values, arm: Values) -> None:
    if not baseline:
        raise InvalidInput("labels_missing")
    missing, added = set(baseline) - set(arm), set(arm) - set(baseline)
    if missing or added:
        raise InvalidInput("questions_differ", missing=len(missing), added=len(added))
    for value in (*baseline.values(), *arm.values()):
        if not math.isfinite(value):
            raise InvalidInput("not_finite", value=repr(value))


def sorted_vector(values: Iterable[float]) -> Vector:
    """Return the values in ascending order: seeded draws then depend on no order and no name."""
    return np.array(sorted(values), dtype=np.float64)


def mean_interval(values: Values) -> Interval | None:
    """Return the 95 % BCa interval of one arm's mean over questions; None for fewer than two."""
    return bca_interval(sorted_vector(values.values()))


def intervals(per_query: Mapping[str, Values]) -> dict[str, Interval | None]:
    """Return the interval of each measure's mean, by its name."""
    return {name: mean_interval(values) for name, values in per_query.items()}


def evidence_of(n: int) -> Evidence:
    """Return what ``n`` questions are good for: 5 none, 24 exploratory, 49 limited, 50 usable."""
    if n < TEST_MINIMUM:
        return "none"
    if n < EXPLORATORY_BELOW:
        return "exploratory"
    return "limited" if n < USABLE_FROM else "usable"


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return each p after Holm's correction for their number, in the order given.

    .01, .04, .03 become .03, .06, .06.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", 1979.
    """
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for step, at in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - step) * p_values[at]))
        adjusted[at] = highest
    return tuple(adjusted)


def share_interval(right: int, of: int) -> Interval | None:
    """Return Wilson's 95 % interval of a share of counts; None of nothing. 22 of 40: .398 to .693.

    Source: E. B. Wilson, "Probable inference", JASA 22 (1927).
    """
    if not of:
        return None
    z = 1.959963984540054
    share, square = right / of, z * z / of
    centre = (share + square / 2) / (1 + square)
    half = z * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return max(0.0, centre - half), min(1.0, centre + half)
