"""What may be said of an arm against the baseline, decided by rule from the comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.evaluation.bounds import End, Reach
from workbench.evaluation.resampling import Interval
from workbench.evaluation.statistics import Comparison, holm

VerdictCode: TypeAlias = Literal[
    "different_tests",
    "not_comparable",
    "does_not_follow",
    "identical",
    "too_few",
    "more_labels",
    "better",
    "worse",
    "no_difference",
]
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said; ``tentative`` where so few questions only hint at it.

    ``differs`` names, where nothing may be said, what else is not the same.
    """

    code: VerdictCode
    tentative: bool = False
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What has to hold before an instruction's effect may be spoken of.

    ``differs`` names what other than the instruction differs between the two.
    """

    same_criterion: bool = True
    follows_instructions: bool = True
    differs: tuple[str, ...] = ()


def verdict(comparison: Comparison, reach: Reach | None, standing: Standing) -> Verdict:
    """Return the first of these that holds.

    Another criterion is another test; nothing is said where something else differs too, or where
    the model does not follow instructions. Identical are arms that no missing grade can part. Under
    six questions nothing is tested. Where missing grades could make either arm the better one, or
    make or unmake a difference that counts, they are asked for first; ``reach`` None means that
    what has no label is known to be wrong. Better and worse need p < .05 after Holm and an interval
    on one side of 0. Under 25 questions they are tentative.
    """
    refused = _refused(comparison, reach, standing)
    if refused is not None:
        return Verdict(refused, differs=standing.differs if refused == "not_comparable" else ())
    if comparison.p_holm is None or comparison.interval is None:
        return Verdict("too_few")
    told = _told(comparison.p_holm, comparison.interval)
    if reach is not None and (reach.reversible or _unsettled(told, comparison, reach)):
        return Verdict("more_labels")
    return Verdict(told, comparison.evidence == "exploratory")


def _unsettled(told: VerdictCode, comparison: Comparison, reach: Reach) -> bool:
    """Return whether at either end of what grades can do something else would be said.

    Holm is done there again, with the other arms as they are.
    """
    ends = [one for one in (reach.at_low, reach.at_high) if one is not None]
    return any(_told_at(end, comparison.p_others) != told for end in ends)


def _told_at(end: End, others: Sequence[float]) -> VerdictCode:
    return _told(holm([end.p, *others])[0], end.interval) if end.interval else "no_difference"


def _refused(comparison: Comparison, reach: Reach | None, standing: Standing) -> VerdictCode | None:
    if not standing.same_criterion:
        return "different_tests"
    if standing.differs:
        return "not_comparable"
    if not standing.follows_instructions:
        return "does_not_follow"
    parted = reach is not None and (reach.low < 0 or reach.high > 0)
    return "identical" if comparison.identical and not parted else None


def _told(p: float, interval: Interval) -> VerdictCode:
    low, high = interval
    if p < SIGNIFICANT and low > 0:
        return "better"
    return "worse" if p < SIGNIFICANT and high < 0 else "no_difference"
