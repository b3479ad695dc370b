"""Seeded draws over questions: sign flips for the test, BCa bootstrap for the interval."""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]
Packed: TypeAlias = NDArray[np.unsignedinteger[Any]]
Interval: TypeAlias = tuple[float, float]

FLIPS = 10_000
RESAMPLES = 10_000
SEED = 20_250_923
CONFIDENCE = 0.95
CHUNK_CELLS = 2_000_000
"""Draws are made in parts of about this many cells, 16 MiB each."""
KEPT_BELOW = 2_000
"""Draws for up to so many questions are kept, at most 40 MiB each: arms and measures share them."""


def sign_flip_p(differences: Vector) -> float:
    """Return the two-sided p that differences as large come about where neither arm is better.

    Each sign is as likely as its opposite then. Of n questions with 2ⁿ ≤ 10,000 every choice of
    signs is looked at; of more, 10,000 are drawn and p is (1 + as large) / (1 + drawn). Differences
    of 0 only give 1. Six times +1 gives 2/64.

    Source: R. A. Fisher, The Design of Experiments, 1935, §21.
    """
    n = len(differences)
    if not differences.any():
        return 1.0
    # Sums of the same numbers in other orders differ in their last bits.
    border = abs(float(differences.sum())) - 1e-12 * float(np.abs(differences).sum())
    if 2**n <= FLIPS:
        sums = _every_sign(n) @ differences
        return float((np.abs(sums) >= border).mean())
    large = sum(int((np.abs(signs @ differences) >= border).sum()) for signs in _drawn_signs(n))
    return (1 + large) / (1 + FLIPS)


def _every_sign(n: int) -> Vector:
    bits = np.arange(2**n)[:, None] >> np.arange(n) & 1
    return (1 - 2 * bits).astype(np.float64)


def _drawn_signs(n: int) -> Iterator[Vector]:
    for bits in _parts("signs", n):
        yield np.float64(1) - 2 * np.unpackbits(bits, axis=1, count=n).astype(np.float64)


def bca_interval(values: Vector) -> Interval | None:
    """Return the bias-corrected and accelerated 95 % interval of the mean; None under two values.

    Equal values give that value twice.

    Source: B. Efron, "Better bootstrap confidence intervals", JASA 82 (1987).
    """
    from scipy.special import ndtr, ndtri

    n = len(values)
    if n < 2:
        return None
    mean = math.fsum(values) / n
    if values.min() == values.max():
        return float(values[0]), float(values[0])
    means = np.concatenate([counts @ values / n for counts in drawn_counts(n)])
    below = (means < mean).mean() + (means == mean).mean() / 2
    half = 0.5 / RESAMPLES
    bias = float(ndtri(min(max(float(below), half), 1 - half)))
    left_out = (values.sum() - values) / (n - 1)
    centred = left_out.mean() - left_out
    acceleration = float((centred**3).sum() / (6 * ((centred**2).sum()) ** 1.5))
    ends = []
    for share in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2):
        moved = bias + float(ndtri(share))
        ends.append(float(ndtr(bias + moved / (1 - acceleration * moved))))
    low, high = np.quantile(means, ends)
    return float(low), float(high)


def ratio_interval(counts: Sequence[Sequence[float]]) -> Interval | None:
    """Return the 95 % percentile interval of a mean of ratios whose counts come in groups.

    Each row holds right and all, right and all … of one group; the ratios are of sums over the
    groups drawn. None for fewer than two groups. Draws without one of the kinds are left out.
    """
    if len(counts) < 2:
        return None
    table = np.array(counts, dtype=np.float64)
    found = []
    for drawn in drawn_counts(len(table)):
        sums = drawn @ table
        whole = (sums[:, 1::2] > 0).all(axis=1)
        found.append((sums[whole, 0::2] / sums[whole, 1::2]).mean(axis=1))
    return percentile_interval(np.concatenate(found))


def percentile_interval(values: Vector) -> Interval | None:
    """Return what holds the middle 95 % of resampled values; None of none."""
    if not len(values):
        return None
    low, high = np.quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def drawn_counts(n: int, rows: int = RESAMPLES) -> Iterator[Vector]:
    """Yield how often each of ``n`` values stands in each of ``rows`` resamples, in parts."""
    for counts in _parts("counts", n):
        yield counts[:rows].astype(np.float64)
        rows -= len(counts)
        if rows <= 0:
            return


def _draw_signs(generator: np.random.Generator, rows: int, n: int) -> Packed:
    width = (n + 7) // 8
    return np.frombuffer(generator.bytes(rows * width), dtype=np.uint8).reshape(rows, width)


def _draw_counts(generator: np.random.Generator, rows: int, n: int) -> Packed:
    places = generator.integers(0, n, size=(rows, n))
    places += np.arange(rows)[:, None] * n
    return np.bincount(places.ravel(), minlength=rows * n).reshape(rows, n).astype(np.uint16)


_DRAWS = {"signs": (_draw_signs, FLIPS), "counts": (_draw_counts, RESAMPLES)}


def _parts(what: str, n: int) -> Iterable[Packed]:
    """Return the draws for ``n`` values in parts, always the same; kept where they are small."""
    return _kept(what, n) if n <= KEPT_BELOW else _made(what, n)


@lru_cache(maxsize=8)
def _kept(what: str, n: int) -> tuple[Packed, ...]:
    return tuple(_made(what, n))


def _made(what: str, n: int) -> Iterator[Packed]:
    draw, rows = _DRAWS[what]
    generator = np.random.default_rng([SEED, n])
    step = max(1, CHUNK_CELLS // n)
    for start in range(0, rows, step):
        yield draw(generator, min(step, rows - start), n)


def t_test_p(differences: Vector) -> float | None:
    """Return the two-sided p of the paired t test; 1 for differences of 0 only.

    None where they are all the same and not 0, or fewer than two.
    """
    n = len(differences)
    if not differences.any():
        return 1.0
    if n < 2 or differences.min() == differences.max():
        return None
    return _t_tail(float(differences.mean() / (differences.std(ddof=1) / math.sqrt(n))), n - 1)


@lru_cache(maxsize=256)
def _t_tail(t: float, degrees: int) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(degrees, -abs(t)))
