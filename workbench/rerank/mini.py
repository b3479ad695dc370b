"""Reranks with the small reranker that the workbench carries, which follows instructions."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from workbench.domain.rankings import RerankerInfo
from workbench.rerank.margins import MarginReranker
from workbench.rerank.prompt import well_formed

LOWEST = -100.0
"""Margin of a document without text."""
TEMPLATE = "mini/v1"


@dataclass(frozen=True, slots=True)
class Signs:
    """What was found of one document.

    ``likeness`` with the question is in [−1, 1]; ``relevance`` is the logit of answering it,
    ``criterion`` that of meeting what the instruction asks for.
    """

    likeness: float
    relevance: float
    criterion: float


class FindSigns(Protocol):
    """Finds the signs of documents, in the order given; an empty instruction asks for nothing."""

    def __call__(
        self,
        query: str,
        instruction: str,
        documents: Sequence[str],
        *,
        priority: int,
        deadline: float | None,
    ) -> Sequence[Signs]:
        """Return one document's signs after the other."""
        ...


class MiniReranker(MarginReranker):
    """Sorts by how well a document answers, less what it lacks of what the instruction asks for.

    The margin is a sum with the weights that came with the model: the likeness, the logit of
    relevance, and log P(criterion met), which is 0 where there is no instruction and never above.
    So an instruction lifts nothing: what does not meet it falls, and all that surely does not falls
    alike: ``floor`` is the least that P is taken for.
    """

    lowest = LOWEST

    def __init__(
        self,
        signs: FindSigns,
        weights: Mapping[str, float],
        info: Callable[[], RerankerInfo],
        count_tokens: Callable[[str], int],
        *,
        batch_size: int = 16,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(info, count_tokens, batch_size=batch_size, clock=clock)
        self._signs = signs
        self._weights = weights

    @property
    def info(self) -> RerankerInfo:
        """Return which model this is."""
        return replace(
            self._info(), score_kind="logit", supports_instruction=True, template=TEMPLATE
        )

    def _margins(
        self,
        query: str,
        instruction: str,
        batch: Sequence[str],
        priority: int,
        deadline: float | None,
    ) -> Sequence[float]:
        told = well_formed(instruction).strip()
        found = self._signs(well_formed(query), told, batch, priority=priority, deadline=deadline)
        return [self._margin(one, instructed=bool(told)) for one in found]

    def _margin(self, one: Signs, *, instructed: bool) -> float:
        weights = self._weights
        margin = weights["likeness"] * one.likeness + weights["relevance"] * one.relevance
        if instructed:
            margin += weights["criterion"] * log_met(one.criterion, weights["floor"])
        return max(margin, LOWEST)


def log_met(logit: float, floor: float) -> float:
    """Return log(floor + (1 − floor) · P) of P = 1 / (1 + e^−logit): 0 at most, log floor at least.

    A ``floor`` of 0 gives log P, for any logit.
    """
    lost = math.log1p(math.exp(-abs(logit)))
    log_p = min(logit, 0.0) - lost
    return math.log(floor + (1 - floor) * math.exp(log_p)) if floor else log_p
