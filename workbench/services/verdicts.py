"""How an arm stands to its baseline, and the parameters of the sentence that says it."""

from dataclasses import dataclass

from workbench.domain.errors import Param
from workbench.evaluation.bounds import Reach
from workbench.evaluation.statistics import Comparison
from workbench.evaluation.verdict import Verdict

POINT_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Versus:
    """An arm beside the baseline of its criterion: nDCG@10, and what may be said.

    ``hits`` are the questions that the baseline and the arm answer at rank 1. ``reach`` None where
    what has no label is known to be wrong.
    """

    baseline: str
    comparison: Comparison
    reach: Reach | None
    verdict: Verdict
    hits: tuple[int, int] | None = None


def verdict_params(name: str, model: str, found: Versus) -> dict[str, Param]:
    """Return what the sentence ``verdict.<code>`` names, as people read it."""
    one = found.comparison
    low, high = one.interval or (0.0, 0.0)
    return {
        "name": name,
        "baseline": found.baseline,
        "model": model,
        "n": one.n,
        "wins": one.wins,
        "ties": one.ties,
        "losses": one.losses,
        "before": f"{one.baseline:.{POINT_DIGITS}f}",
        "after": f"{one.mean:.{POINT_DIGITS}f}",
        "low": f"{low:+.{POINT_DIGITS}f}",
        "high": f"{high:+.{POINT_DIGITS}f}",
        "p": _percent(one.p_holm),
        "detectable": "–" if one.detectable is None else f"{one.detectable:.{POINT_DIGITS}f}",
        "unlabelled": found.reach.unlabelled if found.reach else 0,
        "differs": ", ".join(found.verdict.differs),
    }


def _percent(p: float | None) -> str:
    """Return p in percent with two digits that count: .0001 is 0.01."""
    return "–" if p is None else f"{100 * p:.2g}"
