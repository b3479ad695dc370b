"""The pass mark of each instruction: mistakes there, at one half, and over all marks."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from workbench.domain.experiments import Json
from workbench.evaluation.calibration import Calibration, calibration, temperature
from workbench.evaluation.pairs import Scored
from workbench.evaluation.pass_mark import Mistakes, mistakes
from workbench.evaluation.resampling import Interval
from workbench.evaluation.thresholds import (
    Cost,
    Curves,
    Told,
    chosen_mark,
    crossed_marks,
    curves,
    false_answers,
    told_at,
)
from workbench.evaluation.ties import tied_share

HALF = 0.5
COSTS = ((1, 1), (1, 2), (1, 5), (2, 1), (5, 1), (10, 1))
"""What a miss and a false alarm may cost, as offered."""
SAME_LOGIT = 1e-3
"""A margin is the log-odds of a probability where it gives it back this closely."""


@dataclass(frozen=True, slots=True)
class ScoredPassages:
    """What one instruction gave: margins by question and passage, best first.

    ``graded`` are margins with a grade, ``halves`` the same passages with their probability; empty
    where the model gives none. ``no_answer`` are questions that nothing answers.
    """

    margins: Mapping[str, Mapping[str, float]]
    graded: tuple[Scored, ...]
    halves: tuple[Scored, ...]
    no_answer: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        kept: Mapping[str, Mapping[str, Any]],
        qrels: Mapping[str, Mapping[str, int]],
        level: int,
        no_answer: Sequence[str],
    ) -> "ScoredPassages":
        """Return what was kept of an instruction; passages without a number are left out."""
        margins = {
            query: {
                chunk: margin
                for chunk, margin in zip(one["chunks"], one["margins"], strict=True)
                if margin is not None
            }
            for query, one in kept.items()
        }
        halves = {
            query: {
                chunk: score
                for chunk, score in zip(one["chunks"], one["scores"], strict=True)
                if score is not None
            }
            for query, one in kept.items()
        }
        return cls(
            margins=margins,
            graded=_graded(margins, qrels, level),
            halves=_graded(halves, qrels, level),
            no_answer=tuple(query for query in no_answer if query in margins),
        )


def _graded(
    numbers: Mapping[str, Mapping[str, float]], qrels: Mapping[str, Mapping[str, int]], level: int
) -> tuple[Scored, ...]:
    return tuple(
        Scored(query, chunk, int(qrels[query][chunk] >= level), number)
        for query, found in numbers.items()
        if query in qrels
        for chunk, number in found.items()
        if chunk in qrels[query]
    )


@dataclass(frozen=True, slots=True)
class PassMark:
    """Where an instruction's pass mark lies at this cost, and how well it tells yes from no.

    ``mark`` is chosen on all questions and is the one to use, ``probability`` the same as
    P(yes) where margins are its log-odds; ``told``, ``mistakes`` and
    ``false_answers`` (of ``no_answer`` questions) are at marks that other questions chose, None
    where there are no others. ``at_half``, ``calibration`` and ``temperature`` are None where the
    model gives no probability, ``curves`` where all passages are right or none is. ``tied`` is the
    share of pairs among the first ranks that only the tie rule tells apart.
    """

    cost: Cost
    mark: float
    probability: float | None
    told: Told | None
    mistakes: Mistakes | None
    at_half: Told | None
    curves: Curves | None
    calibration: Calibration | None
    temperature: float | None
    tied: float | None
    no_answer: int
    false_answers: int | None


def pass_mark_of(
    found: ScoredPassages,
    qrels: Mapping[str, Mapping[str, int]],
    level: int,
) -> PassMark | None:
    """Return the pass mark of an instruction where both mistakes cost the same.

    None where no passage has both score and grade.
    """
    if not found.graded:
        return None
    odds = _log_odds(found)
    blank = PassMark(
        cost=Cost(),
        mark=0.0,
        probability=_probability(0.0) if odds else None,
        told=None,
        mistakes=None,
        at_half=told_at(found.halves, HALF) if found.halves else None,
        curves=curves(found.graded),
        calibration=calibration(found.halves) if found.halves else None,
        temperature=temperature(found.graded) if odds else None,
        tied=tied_share({query: list(held.values()) for query, held in found.margins.items()}),
        no_answer=len(found.no_answer),
        false_answers=None,
    )
    return at_cost(blank, found, qrels, level, Cost())


def at_cost(
    before: PassMark,
    found: ScoredPassages,
    qrels: Mapping[str, Mapping[str, int]],
    level: int,
    cost: Cost,
) -> PassMark:
    """Return the pass mark of the same passages at another cost; curves do not depend on it."""
    mark, marks = chosen_mark(found.graded, cost), crossed_marks(found.graded, cost)
    # A margin lies at or above its question's mark where the difference is not below 0.
    above = {
        query: {chunk: margin - marks.get(query, mark) for chunk, margin in held.items()}
        for query, held in found.margins.items()
    }
    unanswered = {query: list(above[query].values()) for query in found.no_answer}
    return replace(
        before,
        cost=cost,
        mark=mark,
        probability=None if before.probability is None else _probability(mark),
        told=told_at(found.graded, marks) if marks else None,
        mistakes=mistakes(above, qrels, 0.0, level) if marks else None,
        false_answers=false_answers(unanswered, 0.0) if unanswered and marks else None,
    )


def _probability(log_odds: float) -> float:
    return 0.5 * (1 + math.tanh(log_odds / 2))


def _log_odds(found: ScoredPassages) -> bool:
    """Return whether margins are the log-odds of the probabilities beside them."""
    if len(found.halves) != len(found.graded):
        return False
    return all(
        abs(_probability(margin.margin) - half.margin) < SAME_LOGIT
        for margin, half in zip(found.graded, found.halves, strict=True)
    )


def pass_mark_json(mark: PassMark) -> dict[str, Json]:
    """Return a pass mark for programs; null where there is too little to compute a number from."""
    return {
        "cost": dict(asdict(mark.cost)),
        "mark": mark.mark,
        "probability": mark.probability,
        "cross_validated": _told_json(mark.told),
        "mistakes": dict(asdict(mark.mistakes)) if mark.mistakes else None,
        "at_half": _told_json(mark.at_half),
        "roc_area": mark.curves.roc_area if mark.curves else None,
        "average_precision": mark.curves.average_precision if mark.curves else None,
        "pr_area": mark.curves.pr_area if mark.curves else None,
        "roc_interval": _interval(mark.curves.roc_interval if mark.curves else None),
        "average_precision_interval": _interval(
            mark.curves.average_precision_interval if mark.curves else None
        ),
        "ece": mark.calibration.ece if mark.calibration else None,
        "brier": mark.calibration.brier if mark.calibration else None,
        "ece_interval": _interval(mark.calibration.ece_interval if mark.calibration else None),
        "brier_interval": _interval(mark.calibration.brier_interval if mark.calibration else None),
        "no_answer": mark.no_answer,
        "false_answers": mark.false_answers,
        "temperature": mark.temperature,
        "tied": mark.tied,
    }


def _interval(held: Interval | None) -> Json:
    return None if held is None else list(held)


def _told_json(told: Told | None) -> dict[str, Json] | None:
    if told is None:
        return None
    return {
        **asdict(told),
        "n": told.n,
        "prevalence": told.prevalence,
        "accuracy": told.accuracy,
        "majority_accuracy": told.majority_accuracy,
        "balanced_accuracy": told.balanced_accuracy,
        "precision": told.precision,
        "recall": told.recall,
        "f1": told.f1,
    }
