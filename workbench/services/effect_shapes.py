"""What instructions did to orders, as values; rows are named by their place in a measurement."""

from dataclasses import dataclass

from workbench.domain.judgements import Criterion
from workbench.evaluation.resampling import Interval
from workbench.evaluation.sensitivity import Sensitivity


@dataclass(frozen=True, slots=True)
class Effect:
    """An instruction's orders beside those of the first one, over the ``n`` questions of both.

    ``shift`` is by how many ranks the first ten moved, ``rbo`` in [0, 1], ``tau_b`` in [−1, 1],
    each a mean over questions; ``changed_first`` of them have another first passage. ``followed``
    is p-MRR where the two are measured by other labels and share graded passages, ``interval`` its
    own; None elsewhere.
    """

    baseline: int
    row: int
    shift: float
    rbo: float
    tau_b: float | None
    changed_first: int
    n: int
    followed: Sensitivity | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class CriterionMatrix:
    """nDCG@10 of each instruction by the labels of each criterion, over ``n`` shared questions."""

    rows: tuple[int, ...]
    criteria: tuple[Criterion, ...]
    values: tuple[tuple[float, ...], ...]
    n: int


@dataclass(frozen=True, slots=True)
class Wordings:
    """Several instructions measured by the same labels: means over questions of nDCG@10.

    ``worst`` takes each question's lowest value, ``best`` its highest.
    """

    criterion: Criterion
    count: int
    worst: float
    mean: float
    best: float
    n: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What a measurement's instructions did beside each other; empty for fewer than two."""

    beside: tuple[Effect, ...] = ()
    matrix: CriterionMatrix | None = None
    wordings: tuple[Wordings, ...] = ()
