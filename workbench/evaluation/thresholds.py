"""The pass mark of a score: what it gets right, its curves, and how other questions choose it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.evaluation.area_intervals import area_intervals
from workbench.evaluation.pairs import Scored, best_border, by_instruction
from workbench.evaluation.resampling import SEED, Interval, ratio_interval

FOLDS = 10
"""Parts of the questions; fewer questions than this are left out one by one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a miss and a false alarm cost, in parts of each other; both above 0."""

    miss: float = 1.0
    alarm: float = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """Counts of yes and no against what is right, over passages that have a grade and a score.

    Shares are None of nothing. ``majority_accuracy`` is what giving everything the more frequent
    answer would reach, ``prevalence`` the share of passages that are right. Intervals are 95 %,
    drawn over questions; None for fewer than two.
    """

    hits: int
    alarms: int
    misses: int
    passed_over: int
    accuracy_interval: Interval | None = None
    balanced_interval: Interval | None = None
    precision_interval: Interval | None = None
    recall_interval: Interval | None = None
    f1_interval: Interval | None = None

    @property
    def n(self) -> int:
        """Return how many passages were told."""
        return self.hits + self.alarms + self.misses + self.passed_over

    @property
    def prevalence(self) -> float:
        """Return the share of passages that are right."""
        return (self.hits + self.misses) / self.n

    @property
    def majority_accuracy(self) -> float:
        """Return the accuracy of a constant answer."""
        return max(self.prevalence, 1 - self.prevalence)

    @property
    def accuracy(self) -> float:
        """Return the share of right answers."""
        return (self.hits + self.passed_over) / self.n

    @property
    def precision(self) -> float | None:
        """Return the share of right passages among those told yes."""
        return _share(self.hits, self.alarms)

    @property
    def recall(self) -> float | None:
        """Return the share of right passages that were told yes."""
        return _share(self.hits, self.misses)

    @property
    def balanced_accuracy(self) -> float | None:
        """Return the mean of the shares told right among the right and among the others."""
        no = _share(self.passed_over, self.alarms)
        return None if self.recall is None or no is None else (self.recall + no) / 2

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall; None where nothing is or was yes."""
        whole = 2 * self.hits + self.alarms + self.misses
        return 2 * self.hits / whole if whole else None


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None


def told_at(pairs: Sequence[Scored], marks: float | Mapping[str, float]) -> Told:
    """Return what a pass mark, or each question's own, gets right; what reaches it is a yes.

    Margins .9 yes, .8 no, .2 yes, .1 no at .5: one each, accuracy .5 as of a constant answer.

    Raises:
        InvalidInput: ``labels_missing`` without any pair, ``not_finite``.
    """
    require_pairs(pairs)
    by_query: dict[str, list[int]] = {}
    for one in pairs:
        mark = marks if isinstance(marks, float) else marks[one.instruction_id]
        held = by_query.setdefault(one.instruction_id, [0] * 4)
        held[2 * one.label + (one.margin >= mark)] += 1
    passed_over, alarms, misses, hits = (
        sum(column) for column in zip(*by_query.values(), strict=True)
    )
    counts = sorted(by_query.values())
    return Told(
        hits=hits,
        alarms=alarms,
        misses=misses,
        passed_over=passed_over,
        accuracy_interval=ratio_interval(
            [[no + yes, no + a + m + yes] for no, a, m, yes in counts]
        ),
        balanced_interval=ratio_interval([[no, no + a, yes, m + yes] for no, a, m, yes in counts]),
        precision_interval=ratio_interval([[yes, yes + a] for _, a, _, yes in counts]),
        recall_interval=ratio_interval([[yes, yes + m] for _, _, m, yes in counts]),
        f1_interval=ratio_interval([[2 * yes, 2 * yes + a + m] for _, a, m, yes in counts]),
    )


def require_pairs(pairs: Sequence[Scored]) -> None:
    """Return where there is something to tell.

    Raises:
        InvalidInput: ``labels_missing`` without any pair, ``not_finite``.
    """
    if not pairs:
        raise InvalidInput("labels_missing")
    for one in pairs:
        if not math.isfinite(one.margin):
            raise InvalidInput("not_finite", value=repr(one.margin))


def chosen_mark(pairs: Sequence[Scored], cost: Cost = Cost()) -> float:
    """Return the pass mark of least cost on these pairs, the lowest of equal ones.

    Margins 1 no, 2 yes, 3 no, 4 yes: 3.5 where both cost the same would be as good as 1.5, so 1.5.
    """
    require_pairs(pairs)
    return best_border(pairs, (cost.alarm, cost.miss))


def crossed_marks(pairs: Sequence[Scored], cost: Cost = Cost()) -> dict[str, float]:
    """Return each question's pass mark, chosen on other questions; empty for fewer than two.

    Questions are dealt by a seeded draw into ``FOLDS`` parts, or one by one where they are fewer.
    What they hold orders them before the draw, not their names.
    """
    require_pairs(pairs)
    names = [group[0].instruction_id for group in by_instruction(pairs)]
    if len(names) < 2:
        return {}
    drawn = np.random.default_rng([SEED, len(names)]).permutation(len(names))
    fold = {names[at]: place % FOLDS for place, at in enumerate(drawn.tolist())}
    marks = {
        number: best_border(
            [one for one in pairs if fold[one.instruction_id] != number], (cost.alarm, cost.miss)
        )
        for number in set(fold.values())
    }
    return {name: marks[fold[name]] for name in names}


def false_answers(scores: Mapping[str, Sequence[float]], mark: float) -> int:
    """Return how many questions without an answer have a passage that reaches the mark.

    Raises:
        InvalidInput: ``not_finite``.
    """
    for found in scores.values():
        for one in found:
            if not math.isfinite(one):
                raise InvalidInput("not_finite", value=repr(one))
    return sum(any(one >= mark for one in found) for found in scores.values())


@dataclass(frozen=True, slots=True)
class Point:
    """What a pass mark at ``mark`` gives: shares in [0, 1], precision None where none passes."""

    mark: float
    recall: float
    alarm_share: float
    precision: float


@dataclass(frozen=True, slots=True)
class Curves:
    """Every pass mark from the highest to the lowest margin, and the areas below the curves.

    ``roc_area`` is the chance that a right passage stands above another one, ties half.
    ``average_precision`` sums precision over steps in recall; ``pr_area`` does the same with the
    best precision at that recall or any higher one, and so is never lower. Intervals are 95 %,
    drawn over questions; None for fewer than two.
    """

    points: tuple[Point, ...]
    roc_area: float
    average_precision: float
    pr_area: float
    roc_interval: Interval | None = None
    average_precision_interval: Interval | None = None


def curves(pairs: Sequence[Scored]) -> Curves | None:
    """Return the curves over all pass marks; None where all passages are right or none is.

    Margins 3 yes, 2 no, 1 yes: ROC 1 of 2, average precision 1/2 · 1 + 1/2 · 2/3 = .833.
    Equal margins only: ROC .5, both others the prevalence.

    Raises:
        InvalidInput: ``labels_missing`` without any pair, ``not_finite``.
    """
    require_pairs(pairs)
    yes = sum(one.label for one in pairs)
    no = len(pairs) - yes
    if not yes or not no:
        return None
    hits = alarms = 0
    area, points = 0.0, []
    ordered = sorted(pairs, key=lambda one: -one.margin)
    for mark, group in groupby(ordered, key=lambda one: one.margin):
        labels = [one.label for one in group]
        gained, wrong = sum(labels), len(labels) - sum(labels)
        area += wrong * (hits + gained / 2)
        hits, alarms = hits + gained, alarms + wrong
        points.append(Point(mark, hits / yes, alarms / no, hits / (hits + alarms)))
    best = np.maximum.accumulate([one.precision for one in reversed(points)])[::-1]
    steps = np.diff([0.0, *(one.recall for one in points)])
    roc_interval, precision_interval = area_intervals(pairs)
    return Curves(
        points=tuple(points),
        roc_area=area / (yes * no),
        average_precision=float(steps @ np.array([one.precision for one in points])),
        pr_area=float(steps @ best),
        roc_interval=roc_interval,
        average_precision_interval=precision_interval,
    )
