"""How far the areas below the curves of a pass mark vary where other questions are drawn."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.evaluation.pairs import Scored, by_instruction
from workbench.evaluation.resampling import (
    Interval,
    Vector,
    drawn_counts,
    percentile_interval,
)

MOST, FEWEST = 1_000, 200
"""Resamples of questions; fewer where so many passages have a grade that they would take long."""
CELLS = 20_000_000
"""Passages times resamples that are looked at, unless that were fewer than ``FEWEST``."""
PART = 1_000_000
"""Cells that are held at once, 8 MiB a table."""


def area_intervals(pairs: Sequence[Scored]) -> tuple[Interval | None, Interval | None]:
    """Return the 95 % intervals of ROC area and average precision, drawn over questions.

    None for fewer than two questions. Draws without a right or without a wrong passage are left
    out: neither area has a meaning there.
    """
    groups = by_instruction(pairs)
    if len(groups) < 2:
        return None, None
    margins = np.array([one.margin for group in groups for one in group])
    labels = np.array([one.label for group in groups for one in group], dtype=np.float64)
    places = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    order = np.argsort(-margins, kind="stable")
    margins, labels, places = margins[order], labels[order], places[order]
    # Equal margins are told apart by no pass mark: only where they end there is a point.
    ends = np.flatnonzero(np.append(margins[1:] != margins[:-1], True))
    rows = max(FEWEST, min(MOST, CELLS // len(margins)))
    roc, precision = [], []
    step = max(1, PART // len(margins))
    for drawn in drawn_counts(len(groups), rows):
        for start in range(0, len(drawn), step):
            weights = drawn[start : start + step, places]
            one, other = _areas(weights * labels, weights * (1 - labels), ends)
            roc.append(one)
            precision.append(other)
    return percentile_interval(np.concatenate(roc)), percentile_interval(np.concatenate(precision))


def _areas(yes: Vector, no: Vector, ends: NDArray[np.intp]) -> tuple[Vector, Vector]:
    """Return both areas of every draw that has a right and a wrong passage."""
    hits, alarms = np.cumsum(yes, axis=1)[:, ends], np.cumsum(no, axis=1)[:, ends]
    whole = (hits[:, -1] > 0) & (alarms[:, -1] > 0)
    hits, alarms = hits[whole], alarms[whole]
    gained, wrong = (np.diff(one, axis=1, prepend=0.0) for one in (hits, alarms))
    both = hits[:, -1] * alarms[:, -1]
    roc = (wrong * (hits - gained / 2)).sum(axis=1) / both
    reached = hits + alarms
    precision = np.divide(hits, reached, out=np.zeros_like(hits), where=reached > 0)
    return roc, (gained * precision).sum(axis=1) / hits[:, -1]
