"""Whether probabilities mean what they say: reliability, its error, and a temperature."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.evaluation.pairs import Scored, by_instruction
from workbench.evaluation.resampling import (
    Interval,
    drawn_counts,
    percentile_interval,
    ratio_interval,
)
from workbench.evaluation.thresholds import require_pairs

BINS = 10
COLDEST, HOTTEST = 0.05, 50.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Passages whose probability lies in [low, high), the last bin with its end.

    ``said`` is their mean probability, ``true`` the share that is right; None of none.
    """

    low: float
    high: float
    n: int
    said: float | None
    true: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reliability in ten bins of equal width over ``n`` passages.

    ``ece`` is the mean distance of what was said and what is true, weighted by passages; ``brier``
    the mean squared distance of each probability from 0 or 1. ``empty`` are the numbers of bins,
    from 1, that hold nothing. Intervals are 95 %, drawn over questions; None for fewer than two.
    """

    bins: tuple[Bin, ...]
    ece: float
    brier: float
    empty: tuple[int, ...]
    n: int
    ece_interval: Interval | None = None
    brier_interval: Interval | None = None


def calibration(pairs: Sequence[Scored]) -> Calibration:
    """Return how far probabilities, given as the margins of ``pairs``, can be taken at their word.

    .9 yes and .8 no: two bins, ECE (.1 + .8) / 2 = .45, Brier (.01 + .64) / 2 = .325.

    Raises:
        InvalidInput: ``labels_missing`` without any pair, ``not_finite``, ``number_out_of_range``
            where a number is no probability.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
    """
    require_pairs(pairs)
    held: list[list[Scored]] = [[] for _ in range(BINS)]
    for one in pairs:
        if not 0 <= one.margin <= 1:
            raise InvalidInput("number_out_of_range", name="probability", value=one.margin, limit=1)
        held[_bin_of(one)].append(one)
    bins = tuple(_bin(at, inside) for at, inside in enumerate(held))
    gaps = [one.n * abs((one.said or 0.0) - (one.true or 0.0)) for one in bins]
    return Calibration(
        bins=bins,
        ece=math.fsum(gaps) / len(pairs),
        brier=math.fsum((one.margin - one.label) ** 2 for one in pairs) / len(pairs),
        empty=tuple(at for at, one in enumerate(bins, start=1) if not one.n),
        n=len(pairs),
        ece_interval=_ece_interval(pairs),
        brier_interval=ratio_interval(
            [
                [math.fsum((one.margin - one.label) ** 2 for one in group), len(group)]
                for group in by_instruction(pairs)
            ]
        ),
    )


def _bin_of(one: Scored) -> int:
    return min(int(one.margin * BINS), BINS - 1)


def _ece_interval(pairs: Sequence[Scored]) -> Interval | None:
    """Return how far the error varies where other questions are drawn."""
    groups = by_instruction(pairs)
    if len(groups) < 2:
        return None
    gaps, counts = np.zeros((len(groups), BINS)), np.zeros(len(groups))
    for place, group in enumerate(groups):
        counts[place] = len(group)
        for one in group:
            gaps[place, _bin_of(one)] += one.margin - one.label
    found = [
        np.abs(drawn @ gaps).sum(axis=1) / (drawn @ counts) for drawn in drawn_counts(len(gaps))
    ]
    return percentile_interval(np.concatenate(found))


def _bin(at: int, inside: Sequence[Scored]) -> Bin:
    n = len(inside)
    return Bin(
        low=at / BINS,
        high=(at + 1) / BINS,
        n=n,
        said=math.fsum(one.margin for one in inside) / n if n else None,
        true=sum(one.label for one in inside) / n if n else None,
    )


def temperature(pairs: Sequence[Scored]) -> float | None:
    """Return by what log-odds have to be divided to fit the labels best; above 1 they say too much.

    None where no division is best: all passages right or none, right ones all above the others, or
    a best one outside [0.05, 50].

    Raises:
        InvalidInput: ``labels_missing`` without any pair, ``not_finite``.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
    """
    from scipy.optimize import minimize_scalar

    require_pairs(pairs)
    margins = np.array([one.margin for one in pairs])
    signs = np.array([1 - 2 * one.label for one in pairs])
    if abs(int(signs.sum())) == len(pairs):
        return None

    def loss(log: float) -> float:
        return float(np.logaddexp(0.0, signs * margins / math.exp(log)).mean())

    ends = math.log(COLDEST), math.log(HOTTEST)
    found = minimize_scalar(loss, bounds=ends, method="bounded")
    at = float(found.x)
    return None if min(at - ends[0], ends[1] - at) < 0.01 else math.exp(at)
