"""Evaluations, comparisons and sensitivities as JSON, the same for every caller."""

from collections.abc import Sequence
from dataclasses import asdict

from workbench.domain.experiments import Json
from workbench.evaluation.groups import Part
from workbench.evaluation.pairs import PairAccuracy
from workbench.evaluation.resampling import Interval
from workbench.evaluation.statistics import Comparison
from workbench.services.controls import floor_of
from workbench.services.evaluations import Evaluation
from workbench.services.folder_comparisons import (
    PRIMARY,
    ComparedArm,
    FolderComparison,
    FolderSensitivity,
)
from workbench.services.pass_marks import pass_mark_json
from workbench.services.shapes import notice_json, reranker_json

POINTS = 100
"""p-MRR is published in points from −100 to 100."""


def evaluation_json(evaluation: Evaluation) -> dict[str, Json]:
    """Return an evaluation; measures are null where there is too little to compute them from."""
    by: dict[str, Json] = {name: _part_json(part) for name, part in evaluation.by.items()}
    margins: list[Json] = [
        {
            "instruction_id": one.instruction_id,
            "doc_id": one.row_id,
            "label": one.label,
            "margin": one.margin,
        }
        for one in evaluation.margins
    ]
    return {
        "n_queries": evaluation.n_queries,
        "measures": dict(evaluation.measures),
        "intervals": {name: _interval(one) for name, one in evaluation.intervals.items()},
        "by": by,
        "judged": dict(evaluation.judged),
        "recall_ceiling": evaluation.recall_ceiling,
        "binary_level": evaluation.binary_level,
        "criterion": evaluation.criterion or None,
        "seconds": dict(evaluation.seconds),
        "reranker": reranker_json(evaluation.reranker),
        "recall": evaluation.method,
        "candidates": evaluation.candidates,
        "n_unanswered": evaluation.n_unanswered,
        "n_without_relevant": evaluation.n_without_relevant,
        "pairs": _pairs_json(evaluation.pairs) if evaluation.pairs else None,
        "margins": margins,
        "hints": [notice_json(notice) for notice in evaluation.notices],
    }


def _pairs_json(pairs: PairAccuracy) -> dict[str, Json]:
    return {**asdict(pairs), "interval": _interval(pairs.interval)}


def _part_json(part: Part) -> dict[str, Json]:
    return {
        "n_queries": part.n_queries,
        "measures": dict(part.measures),
        "intervals": {name: _interval(one) for name, one in part.intervals.items()},
        "recall_ceiling": part.recall_ceiling,
    }


def comparison_json(found: FolderComparison) -> dict[str, Json]:
    """Return a comparison: per arm its measures with intervals, differences and verdict."""
    arms: list[Json] = [_arm_json(arm) for arm in found.arms]
    return {
        "baseline": found.baseline,
        "arms": arms,
        "noise": _noise_json(found.arms),
        "primary": PRIMARY,
        "first_stage": dict(found.first_stage),
        "recall": found.method,
        "candidates": found.candidates,
        "binary_level": found.binary_level,
        "reranker": reranker_json(found.reranker),
        "seconds": dict(found.seconds),
    }


def _arm_json(arm: ComparedArm) -> dict[str, Json]:
    differences: dict[str, Json] = {
        name: _difference_json(one) for name, one in (arm.comparisons or {}).items()
    }
    return {
        "name": arm.instruction.name,
        "text": arm.instruction.text,
        "criterion": arm.criterion or None,
        "n_queries": arm.n_queries,
        "n_without_relevant": arm.n_without_relevant,
        "measures": dict(arm.measures),
        "intervals": {name: _interval(one) for name, one in arm.intervals.items()},
        "judged@10": arm.judged,
        "recall_ceiling": arm.recall_ceiling,
        "differences": differences,
        "reach": dict(asdict(arm.reach)) if arm.reach else None,
        "verdict": dict(asdict(arm.verdict)) if arm.verdict else None,
        "thresholds": pass_mark_json(arm.pass_mark) if arm.pass_mark else None,
        "per_query": {name: dict(values) for name, values in arm.per_query.items()},
    }


def _noise_json(arms: Sequence[ComparedArm]) -> dict[str, Json] | None:
    """Return what each control moved, and the largest of it; null without a control."""
    by_name: dict[str, Json] = {
        one.instruction.name: dict(asdict(one.noise)) for one in arms if one.noise
    }
    if not by_name:
        return None
    return {"floor": floor_of([one.noise for one in arms]), "controls": by_name}


def _difference_json(one: Comparison) -> dict[str, Json]:
    return {**asdict(one), "interval": _interval(one.interval)}


def _interval(one: Interval | None) -> Json:
    return None if one is None else list(one)


def points(interval: Interval | None) -> Interval | None:
    """Return an interval of p-MRR in points."""
    return None if interval is None else (POINTS * interval[0], POINTS * interval[1])


def sensitivity_json(made: FolderSensitivity) -> dict[str, Json]:
    """Return p-MRR with its bounds, in points from −100 to 100; null where it has no meaning."""
    found = made.found
    return {
        "p_mrr": POINTS * found.p_mrr,
        "interval": _interval(points(made.interval)),
        "oracle": POINTS * found.oracle,
        "ideal": POINTS * found.ideal,
        "percent_of_ideal": (
            None if found.share_of_ideal is None else POINTS * found.share_of_ideal
        ),
        "gained": None if found.gained is None else POINTS * found.gained,
        "n": found.n,
        "lost": made.lost,
        "scored": made.scored,
        "reranker": reranker_json(made.reranker),
        "seconds": dict(made.seconds),
    }
