import random

import pytest
from scipy.stats import mannwhitneyu

from workbench.domain.errors import InvalidInput
from workbench.evaluation.pairs import Scored
from workbench.evaluation.thresholds import (
    Cost,
    chosen_mark,
    crossed_marks,
    curves,
    false_answers,
    told_at,
)


def pairs(*told: tuple[str, float, int]) -> list[Scored]:
    return [
        Scored(query, f"p{at}", label, margin) for at, (query, margin, label) in enumerate(told)
    ]


def drawn(seed: int, n: int = 40, queries: int = 8) -> list[Scored]:
    source = random.Random(seed)
    return pairs(
        *((f"q{at % queries}", source.randrange(9) / 4, source.randrange(2)) for at in range(n))
    )


def test_counts_and_shares_by_hand() -> None:
    found = told_at(pairs(("a", 0.9, 1), ("a", 0.8, 0), ("b", 0.2, 1), ("b", 0.1, 0)), 0.5)
    assert (found.hits, found.alarms, found.misses, found.passed_over) == (1, 1, 1, 1)
    assert found.accuracy == found.majority_accuracy == found.prevalence == 0.5
    assert found.precision == found.recall == found.f1 == found.balanced_accuracy == 0.5
    assert found.accuracy_interval == (0.5, 0.5)


def test_a_constant_answer_is_worth_what_the_majority_is() -> None:
    found = told_at(pairs(("a", 1.0, 1), ("a", 1.0, 0), ("b", 1.0, 0)), 2.0)
    assert found.accuracy == pytest.approx(found.majority_accuracy) == pytest.approx(2 / 3)
    assert found.precision is None
    assert found.recall == found.f1 == 0
    assert found.balanced_accuracy == 0.5


def test_one_class_has_no_balanced_accuracy_and_no_curves() -> None:
    wrong = pairs(("a", 1.0, 0), ("b", 2.0, 0))
    found = told_at(wrong, 3.0)
    assert (found.balanced_accuracy, found.recall, found.f1) == (None, None, None)
    assert curves(wrong) is None
    assert curves(pairs(("a", 1.0, 1))) is None


@pytest.mark.parametrize("seed", range(20))
def test_the_roc_area_is_that_of_the_rank_test(seed: int) -> None:
    held = drawn(seed)
    yes = [one.margin for one in held if one.label]
    no = [one.margin for one in held if not one.label]
    found = curves(held)
    assert found is not None
    assert found.roc_area == pytest.approx(mannwhitneyu(yes, no).statistic / len(yes) / len(no))


@pytest.mark.parametrize("seed", range(10))
def test_average_precision_is_that_of_every_border_looked_at(seed: int) -> None:
    held = drawn(seed)
    total, before, yes = 0.0, 0, sum(one.label for one in held)
    points = []
    for mark in sorted({one.margin for one in held}, reverse=True):
        passing = [one.label for one in held if one.margin >= mark]
        total += (sum(passing) - before) / yes * sum(passing) / len(passing)
        points.append(((sum(passing) - before) / yes, sum(passing) / len(passing)))
        before = sum(passing)
    found = curves(held)
    assert found is not None
    assert found.average_precision == pytest.approx(total)
    best = [max(p for _, p in points[at:]) for at in range(len(points))]
    assert found.pr_area == pytest.approx(
        sum(s * b for (s, _), b in zip(points, best, strict=True))
    )
    assert (found.points[-1].recall, found.points[-1].alarm_share) == (1, 1)


def test_areas_of_hand_and_of_equal_margins() -> None:
    found = curves(pairs(("a", 3.0, 1), ("a", 2.0, 0), ("b", 1.0, 1)))
    assert found is not None
    assert found.roc_area == 0.5
    assert found.average_precision == pytest.approx(5 / 6)
    flat = curves(pairs(("a", 1.0, 1), ("a", 1.0, 0), ("b", 1.0, 0), ("b", 1.0, 0)))
    assert flat is not None
    assert (flat.roc_area, flat.average_precision, flat.pr_area) == (0.5, 0.25, 0.25)
    assert len(flat.points) == 1


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("cost", [Cost(), Cost(miss=5), Cost(alarm=5)])
def test_the_mark_costs_no_more_than_any_other(seed: int, cost: Cost) -> None:
    held = drawn(seed)

    def paid(mark: float) -> float:
        found = told_at(held, mark)
        return cost.miss * found.misses + cost.alarm * found.alarms

    others = [-1.0, *(one.margin for one in held), 99.0]
    assert paid(chosen_mark(held, cost)) == min(map(paid, others))


def test_dear_misses_lower_the_mark_and_dear_alarms_raise_it() -> None:
    held = pairs(("a", 1.0, 0), ("a", 2.0, 1), ("b", 3.0, 0), ("b", 4.0, 1))
    assert chosen_mark(held) == 1.5
    assert chosen_mark(held, Cost(alarm=5)) == 3.5
    wrong = pairs(("a", 1.0, 0), ("a", 2.0, 0))
    assert told_at(wrong, chosen_mark(wrong)).alarms == 0
    right = pairs(("a", 1.0, 1), ("a", 2.0, 1))
    assert chosen_mark(right) == 1.0


def test_each_mark_was_chosen_on_other_questions() -> None:
    held = pairs(("a", 1.0, 0), ("a", 2.0, 1), ("b", 11.0, 0), ("b", 12.0, 1))
    assert crossed_marks(held) == {"a": 11.5, "b": 1.5}
    assert crossed_marks(held[:2]) == {}


def test_of_many_questions_each_part_shares_a_mark_and_names_do_not_matter() -> None:
    held = drawn(3, n=200, queries=25)
    marks = crossed_marks(held)
    assert len(marks) == 25
    assert len(set(marks.values())) <= 10
    renamed = [
        Scored(f"x{99 - int(o.instruction_id[1:])}", o.row_id, o.label, o.margin) for o in held
    ]
    other = crossed_marks(renamed[::-1])
    assert {f"x{99 - int(name[1:])}": mark for name, mark in marks.items()} == other
    assert told_at(held, marks) == told_at(renamed, other)


def test_a_random_score_does_not_beat_the_majority_by_its_own_mark() -> None:
    source = random.Random(5)
    held = pairs(
        *((f"q{at % 30}", source.random(), int(source.random() < 0.2)) for at in range(600))
    )
    found = told_at(held, crossed_marks(held))
    assert found.accuracy <= found.majority_accuracy + 0.01


def test_no_answer_is_false_where_anything_reaches_the_mark() -> None:
    assert false_answers({"a": [0.1, 0.5], "b": [0.4], "c": []}, 0.5) == 1
    assert false_answers({}, 0.5) == 0
    with pytest.raises(InvalidInput, match="not_finite"):
        false_answers({"a": [float("nan")]}, 0.5)


@pytest.mark.parametrize("asked", [chosen_mark, crossed_marks, curves])
def test_nothing_and_nan_are_refused(asked) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match="labels_missing"):
        asked([])
    with pytest.raises(InvalidInput, match="not_finite"):
        asked(pairs(("a", float("nan"), 1), ("b", 1.0, 0)))


def test_one_question_has_no_interval() -> None:
    assert told_at(pairs(("a", 1.0, 1), ("a", 0.0, 0)), 0.5).accuracy_interval is None
