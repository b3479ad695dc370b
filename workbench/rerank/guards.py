"""What every reranker checks: the number of its scores, that they are numbers, and the time."""

import math
from collections.abc import Sequence

from workbench.domain.errors import DeadlineExceeded, Unavailable


def checked(values: Sequence[float], expected: int) -> tuple[float, ...]:
    """Return ``values`` when there are as many as expected and all of them are finite.

    Raises:
        Unavailable: ``scores_missing`` for another number of values, ``score_not_finite`` for NaN
            or infinity among them.
    """
    if len(values) != expected:
        raise Unavailable("scores_missing", expected=expected, received=len(values))
    broken = sum(not math.isfinite(value) for value in values)
    if broken:
        raise Unavailable("score_not_finite", count=broken, documents=expected)
    return tuple(float(value) for value in values)


def require_time(deadline: float | None, now: float, done: int, total: int) -> None:
    """Return while the deadline lies ahead; no deadline never passes.

    Raises:
        DeadlineExceeded: ``deadline_exceeded``, with how many of how many documents were scored.
    """
    if deadline is not None and now >= deadline:
        raise DeadlineExceeded("deadline_exceeded", done=done, total=total)
