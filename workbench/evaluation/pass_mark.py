"""Mistakes at a pass mark: wrong passages over it, and right ones that do not reach it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.evaluation.providers import Qrels
from workbench.evaluation.resampling import Interval, ratio_interval

Scored = Mapping[str, Mapping[str, float]]
"""Scores by query and document."""


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Counts over all queries, and two shares with their 95 % intervals over queries.

    ``over`` graded passages reach the pass mark, ``wrong`` of them not relevant; of all
    ``relevant`` passages, ``missed`` do not reach it, ``unscored`` of these because recall did not
    find them. ``ungraded`` reach it without a grade and count nowhere. Shares are None of nothing,
    intervals also for fewer than two queries.
    """

    over: int
    wrong: int
    relevant: int
    missed: int
    unscored: int
    ungraded: int
    false_share: float | None
    false_interval: Interval | None
    miss_share: float | None
    miss_interval: Interval | None


def mistakes(scores: Scored, qrels: Qrels, pass_mark: float, level: int) -> Mistakes:
    """Return what goes wrong where scores of ``pass_mark`` and more are taken as relevant.

    Scores a.9 b.8 c.2 x.7 with grades a3 b0 c2 d3 at level 2 and mark .5: a and b are over and b
    is wrong, 1 of 2; of a, c and d two are missed, d for want of a score; x has no grade.

    Raises:
        InvalidInput: ``labels_missing`` without any query, ``not_finite``.
    """
    if not qrels:
        raise InvalidInput("labels_missing")
    _require_finite(scores, pass_mark)
    counts = np.array(
        [_counted(scores.get(query, {}), qrels[query], pass_mark, level) for query in qrels],
        dtype=np.float64,
    )
    # Seeded draws then depend neither on the order nor on the names of the queries.
    counts = counts[np.lexsort(counts.T)]
    over, wrong, relevant, missed, unscored, ungraded = (int(one) for one in counts.sum(axis=0))
    return Mistakes(
        over=over,
        wrong=wrong,
        relevant=relevant,
        missed=missed,
        unscored=unscored,
        ungraded=ungraded,
        false_share=wrong / over if over else None,
        false_interval=ratio_interval(counts[:, [1, 0]].tolist()),
        miss_share=missed / relevant if relevant else None,
        miss_interval=ratio_interval(counts[:, [3, 2]].tolist()),
    )


def _require_finite(scores: Scored, pass_mark: float) -> None:
    for number in (pass_mark, *(one for found in scores.values() for one in found.values())):
        if not math.isfinite(number):
            raise InvalidInput("not_finite", value=repr(number))


def _counted(
    scores: Mapping[str, float], labels: Mapping[str, int], pass_mark: float, level: int
) -> tuple[int, ...]:
    passing = [one for one, score in scores.items() if score >= pass_mark]
    graded = [one for one in passing if one in labels]
    wanted = [one for one, label in labels.items() if label >= level]
    reached = set(passing)
    return (
        len(graded),
        sum(labels[one] < level for one in graded),
        len(wanted),
        sum(one not in reached for one in wanted),
        sum(one not in scores for one in wanted),
        len(passing) - len(graded),
    )
