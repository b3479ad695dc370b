"""How well margins tell yes from no, at a border that other instructions chose."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.domain.errors import InvalidInput
from workbench.evaluation.resampling import Interval, ratio_interval

FOLDS = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair's label, 1 yes or 0 no, and its margin."""

    instruction_id: str
    row_id: str
    label: int
    margin: float


def by_instruction(pairs: Sequence[Scored]) -> list[list[Scored]]:
    """Return the pairs of each instruction or question, ordered by what they hold.

    Seeded draws over them then depend neither on the order nor on the names.
    """
    groups: dict[str, list[Scored]] = {}
    for one in pairs:
        groups.setdefault(one.instruction_id, []).append(one)
    return sorted(groups.values(), key=lambda one: sorted((p.margin, p.label) for p in one))


@dataclass(frozen=True, slots=True)
class PairAccuracy:
    """Shares of right answers in [0, 1], with margins at or above a border taken as yes.

    The border of each instruction was chosen on other instructions. ``balanced_accuracy`` is the
    mean of the shares among yes and among no, None where one of them is absent; both it and
    ``accuracy`` are None with fewer than two instructions. ``interval`` is that of the balanced
    one, 95 %, drawn over instructions. ``majority_accuracy`` is what always giving the more
    frequent answer would reach.
    """

    accuracy: float | None
    balanced_accuracy: float | None
    majority_accuracy: float
    n_pairs: int
    n_yes: int
    interval: Interval | None = None


def pair_accuracy(scored: Sequence[Scored], folds: int = FOLDS) -> PairAccuracy:
    """Return how well the margins of ``scored`` tell yes from no.

    Instructions are dealt in the order of their ids into at most ``folds`` parts; the border for
    one part is ``best_border`` of all others.

    Raises:
        InvalidInput: ``labels_missing`` without any pair.
    """
    if not scored:
        raise InvalidInput("labels_missing")
    yes = sum(one.label for one in scored)
    told = _told(sorted(scored, key=lambda one: (one.instruction_id, one.row_id)), folds)
    return PairAccuracy(
        accuracy=sum(t == one.label for one, t in told.items()) / len(told) if told else None,
        balanced_accuracy=_balanced(told),
        majority_accuracy=max(yes, len(scored) - yes) / len(scored),
        n_pairs=len(scored),
        n_yes=yes,
        interval=_interval(told),
    )


def accuracy_by_instruction(scored: Sequence[Scored], folds: int = FOLDS) -> dict[str, float]:
    """Return the share of right answers of each instruction, to compare rerankers by instruction.

    Yes and no count half each where an instruction has both; borders are those of
    ``pair_accuracy``.
    """
    ordered = sorted(scored, key=lambda one: (one.instruction_id, one.row_id))
    right: dict[str, dict[int, list[bool]]] = {}
    for one, answer in _told(ordered, folds).items():
        sides = right.setdefault(one.instruction_id, {})
        sides.setdefault(one.label, []).append(answer == one.label)
    return {
        name: sum(sum(one) / len(one) for one in sides.values()) / len(sides)
        for name, sides in right.items()
    }


def _told(scored: Sequence[Scored], folds: int) -> dict[Scored, int]:
    """Return the answer for each pair; none where there are no other instructions to choose by."""
    ids = list(dict.fromkeys(one.instruction_id for one in scored))
    if len(ids) < 2:
        return {}
    fold_of = {one: at % min(folds, len(ids)) for at, one in enumerate(ids)}
    told: dict[Scored, int] = {}
    for fold in sorted(set(fold_of.values())):
        border = best_border([one for one in scored if fold_of[one.instruction_id] != fold])
        held = [one for one in scored if fold_of[one.instruction_id] == fold]
        told |= {one: int(one.margin >= border) for one in held}
    return told


def _interval(told: Mapping[Scored, int]) -> Interval | None:
    """Return the 95 % percentile interval of balanced accuracy over draws of instructions.

    Pairs of one instruction come and go together: they are no independent evidence.
    """
    counts: dict[str, list[float]] = {}
    for one, answer in told.items():
        held = counts.setdefault(one.instruction_id, [0.0] * 4)
        held[2 * one.label] += answer == one.label
        held[2 * one.label + 1] += 1
    return None if not told else ratio_interval(sorted(counts.values()))


def _balanced(told: Mapping[Scored, int]) -> float | None:
    shares = []
    for label in (0, 1):
        right = [answer == label for one, answer in told.items() if one.label == label]
        if not right:
            return None
        shares.append(sum(right) / len(right))
    return sum(shares) / 2


def best_border(scored: Sequence[Scored], weights: tuple[float, float] | None = None) -> float:
    """Return the border with the highest balanced accuracy, the lowest of equal ones.

    It lies halfway between two neighbouring margins, or at the lowest margin, where all are yes.
    Margins 1 no, 2 no, 3 yes give 2.5. ``weights`` of a no and of a yes choose the border of least
    cost instead, which lies just above the highest margin where all are best taken as no.
    """
    totals = [sum(one.label == label for one in scored) for label in (0, 1)]
    # Above chance: yes found above the border, less what is found there without reason.
    for_no, for_yes = weights or (1 / max(totals[0], 1), 1 / max(totals[1], 1))
    by_margin: dict[float, list[int]] = {}
    for one in sorted(scored, key=lambda one: one.margin):
        by_margin.setdefault(one.margin, [0, 0])[one.label] += 1
    margins = list(by_margin)
    best, border, below = 0.0, margins[0], [0, 0]
    for lower, upper in pairwise((*margins, math.inf)):
        below = [b + c for b, c in zip(below, by_margin[lower], strict=True)]
        gain = below[0] * for_no - below[1] * for_yes
        if gain > best and (weights is not None or upper < math.inf):
            best, border = gain, _between(lower, upper)
    return border


def _between(lower: float, upper: float) -> float:
    return math.nextafter(lower, upper) if upper == math.inf else lower + (upper - lower) / 2
