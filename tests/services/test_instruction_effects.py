"""What instructions did to orders, worked out by hand on four passages."""

from dataclasses import replace

import pytest

from tests.ui.test_measured import RECALL, _measurement
from workbench.domain.judgements import Criterion
from workbench.services.instruction_effects import effects_of
from workbench.services.measurements import ArmPlan, Measurement, Row
from workbench.services.pass_marks import ScoredPassages

POOL = ("a", "b", "c", "d")


def _row(name: str, criterion: str, order: str, control: str = "") -> tuple[Row, dict]:
    margins = {chunk: float(-rank) for rank, chunk in enumerate(order)}
    row = replace(
        RECALL,
        method=None,
        arm=ArmPlan(name, name, criterion, control),
        criterion_id=criterion,
        per_query={"nDCG@10": {"q1": 1.0 if order[0] == "a" else 0.5}},
        passages=ScoredPassages({"q1": margins}, (), ()),
    )
    return row, {"q1": tuple(order)}


def _measured(*made: tuple[Row, dict], **qrels: dict[str, int]) -> Measurement:
    found = _measurement(*(row for row, _ in made))
    criteria = [Criterion(name, "local", "question", name, "zh", "") for name in qrels]
    return replace(
        found,
        questions={"q1": "一"},
        criteria=tuple(criteria),
        qrels={name: {"q1": grades} for name, grades in qrels.items()},
        orders=tuple(orders for _, orders in made),
        pool={"q1": POOL},
    )


def test_one_instruction_has_nothing_to_stand_beside() -> None:
    found = effects_of(_measured(_row("A", "K1", "abcd"), K1={"a": 3}))
    assert (found.beside, found.matrix, found.wordings) == ((), None, ())


def test_a_reversed_order_of_the_same_criterion() -> None:
    made = _measured(_row("A", "K1", "abcd"), _row("B", "K1", "dcba"), K1={"a": 3})
    (effect,) = effects_of(made).beside
    # Ranks move by 3, 1, 1, 3.
    assert (effect.shift, effect.tau_b, effect.changed_first, effect.n) == (2.0, -1.0, 1, 1)
    # X(d)/d is 0, 0, 2/3, 1: pⁿ·1 + (1−p)/p·(2/3·p³ + p⁴).
    assert effect.rbo == pytest.approx(0.9**4 + (2 / 3 * 0.9**3 + 0.9**4) / 9)
    assert effect.followed is None
    (wordings,) = effects_of(made).wordings
    assert (wordings.count, wordings.worst, wordings.mean, wordings.best) == (2, 0.5, 0.75, 1.0)


def test_two_criteria_give_p_mrr_and_a_matrix() -> None:
    grades = {"K1": {"a": 3, "b": 0, "c": 0}, "K2": {"a": 0, "b": 3, "d": 3}}
    made = _measured(_row("A", "K1", "abcd"), _row("B", "K2", "badc"), **grades)
    found = effects_of(made)
    (effect,) = found.beside
    assert effect.followed is not None
    # "a" is right by the first only: rank 1 to 2; "b" by the second only: 2 to 1. "d" has no grade
    # under the first criterion, so it tells nothing.
    assert effect.followed.p_mrr == 0.5
    assert effect.followed.gained == 0.5
    assert effect.followed.ideal == 0.75
    assert effect.interval is None
    assert found.matrix is not None and found.matrix.n == 1
    own, other = found.matrix.values
    assert own[0] == 1.0 and other[0] == pytest.approx(1 / 1.584962500721156)
    assert other[1] > own[1]
    assert found.wordings == ()


def test_controls_and_questions_that_one_did_not_order_are_left_out() -> None:
    control = _row("none", "K1", "dcba", "empty")
    made = _measured(_row("A", "K1", "abcd"), control, K1={"a": 3})
    assert effects_of(made).beside == ()
    row, _ = _row("B", "K1", "abcd")
    made = _measured(_row("A", "K1", "abcd"), (row, {}), K1={"a": 3})
    assert effects_of(made).beside == ()


def test_a_measurement_without_its_pool_has_no_p_mrr() -> None:
    grades = {"K1": {"a": 3, "b": 0}, "K2": {"a": 0, "b": 3}}
    made = _measured(_row("A", "K1", "abcd"), _row("B", "K2", "badc"), **grades)
    (effect,) = effects_of(replace(made, pool={})).beside
    assert effect.followed is None and effect.shift == 1.0
