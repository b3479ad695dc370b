"""Controls: instructions that should change nothing, and how far they move orders all the same."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.languages import language_of
from workbench.evaluation.sensitivity import noise, worst_wording


@dataclass(frozen=True, slots=True)
class ControlNoise:
    """How far a control lies from the first instruction, over ``n`` questions that both ordered.

    ``delta`` is the mean size of the difference in nDCG@10, without its sign; ``shift`` the mean
    shift in ranks of the first ten; ``changed_first`` of the ``n`` have another first passage.
    ``worst`` is the mean of each question's lower value of the two.
    """

    delta: float
    shift: float
    changed_first: int
    n: int
    worst: float

    @property
    def changed_share(self) -> float:
        """Return the share of questions with another first passage."""
        return self.changed_first / self.n


def control_text(control: str, baseline: str, placebos: Mapping[str, str]) -> str:
    """Return a control's instruction; ``placebos`` are the empty phrase by language.

    It is in the language of the baseline, or in the first of ``placebos`` where that has none.
    """
    if control == "again":
        return baseline
    if control == "empty":
        return ""
    return placebos.get(language_of(baseline)) or next(iter(placebos.values()))


Orders = Mapping[str, Sequence[str]]


def control_noise(
    baseline: Orders, control: Orders, values: Mapping[str, float], others: Mapping[str, float]
) -> ControlNoise | None:
    """Return how far a control's orders and measure lie from the baseline's; None of no order."""
    shared = [query for query in baseline if query in control and query in values]
    if not shared:
        return None
    found = noise(
        {query: baseline[query] for query in shared},
        {query: control[query] for query in shared},
        {query: values[query] for query in shared},
        {query: others[query] for query in shared},
    )
    changed = sum(list(baseline[one][:1]) != list(control[one][:1]) for one in shared)
    worst = worst_wording([{one: held[one] for one in shared} for held in (values, others)])
    return ControlNoise(
        found.delta, found.shift, changed, found.n, math.fsum(worst.values()) / len(worst)
    )


def floor_of(controls: Sequence[ControlNoise | None]) -> float | None:
    """Return the largest ``delta`` of all controls: what smaller differences drown in."""
    return max((one.delta for one in controls if one is not None), default=None)
