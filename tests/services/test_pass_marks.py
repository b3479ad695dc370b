import json
import math
from typing import Any

import pytest

from workbench.evaluation.thresholds import Cost
from workbench.services.pass_marks import ScoredPassages, at_cost, pass_mark_json, pass_mark_of

QRELS = {
    "a": {"a1": 3, "a2": 0, "lost": 2},
    "b": {"b1": 2, "b2": 1},
    "none": {"n1": 0},
}


def kept(*, odds: bool) -> dict[str, dict[str, list[Any]]]:
    margins = {
        "a": {"a1": 2.0, "a2": -1.0, "ungraded": 0.5},
        "b": {"b1": 1.0, "b2": -2.0, "unscored": None},
        "none": {"n1": 3.0},
    }

    def probability(margin: float | None) -> float | None:
        return 1 / (1 + math.exp(-margin)) if odds and margin is not None else None

    return {
        query: {
            "chunks": list(found),
            "margins": list(found.values()),
            "scores": [probability(one) for one in found.values()],
        }
        for query, found in margins.items()
    }


def test_a_pass_mark_with_probabilities_by_hand() -> None:
    held = ScoredPassages.of(kept(odds=True), QRELS, 2, ("none", "not asked"))
    found = pass_mark_of(held, QRELS, 2)
    assert found is not None
    # Over all questions: -2 no, -1 no, 1 yes, 2 yes, 3 no. One alarm at 0 is the least.
    assert found.mark == 0.0
    assert found.probability == 0.5
    assert found.told is not None
    assert (found.told.hits, found.told.alarms, found.told.n) == (2, 1, 5)
    assert found.mistakes is not None
    # The right passage that recall did not find is missed too.
    assert (found.mistakes.missed, found.mistakes.relevant, found.mistakes.unscored) == (1, 3, 1)
    assert (found.no_answer, found.false_answers) == (1, 1)
    assert found.at_half is not None
    assert found.at_half.accuracy == pytest.approx(4 / 5)
    assert found.calibration is not None
    assert found.tied == 0
    assert json.loads(json.dumps(pass_mark_json(found), allow_nan=False))["probability"] == 0.5


def test_without_probabilities_nothing_is_said_at_one_half() -> None:
    found = pass_mark_of(ScoredPassages.of(kept(odds=False), QRELS, 2, ()), QRELS, 2)
    assert found is not None
    assert found.at_half is found.calibration is found.temperature is found.probability is None
    assert found.false_answers is None


def test_dear_alarms_raise_the_mark() -> None:
    held = ScoredPassages.of(kept(odds=True), QRELS, 2, ())
    dear = at_cost(pass_mark_of(held, QRELS, 2), held, QRELS, 2, Cost(alarm=5))
    assert dear is not None
    assert dear.mark > 3.0


def test_nothing_graded_has_no_mark_and_one_question_no_other_to_choose_by() -> None:
    held = ScoredPassages.of(kept(odds=True), {"x": {"y": 3}}, 2, ())
    assert pass_mark_of(held, {"x": {"y": 3}}, 2) is None
    one = pass_mark_of(ScoredPassages.of(kept(odds=True), {"a": QRELS["a"]}, 2, ()), QRELS, 2)
    assert one is not None
    assert one.told is one.mistakes is None
    assert json.dumps(pass_mark_json(one), allow_nan=False)
