"""Tests of benchmarks.evaluation_bench: what it invents, rows, goals, and the object it prints."""

import json

import pytest

from benchmarks import evaluation_bench
from benchmarks.evaluation_bench import LEVEL, MEASURES, compared, invented, main, measure
from benchmarks.report import Report
from workbench.evaluation.measures import measured


def test_arms_reorder_the_same_candidates_of_which_most_are_graded() -> None:
    grades, orders = invented(30, 20, 3)
    assert len(orders) == 3
    for query, first in orders[0].items():
        assert all(sorted(arm[query]) == sorted(first) for arm in orders)
        assert len(set(first)) == 20
    graded = sum(len(one) for one in grades.values()) / 600
    assert graded == pytest.approx(0.7, abs=0.08)
    assert orders[1] != orders[0] != orders[2]
    assert invented(30, 20, 3) == (grades, orders)


def test_every_measure_tests_every_arm_but_the_baseline() -> None:
    grades, orders = invented(8, 20, 3)
    orders[2] = orders[0]
    found = compared([measured(MEASURES, grades, one, level=LEVEL) for one in orders])
    assert set(found) == {one.name for one in MEASURES}
    assert len(MEASURES) == 8
    for changed, same in found.values():
        assert changed.n == same.n == 8
        assert same.identical
        assert same.p == 1.0


def test_rows_add_up_and_the_goals_are_of_the_size_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation_bench, "QUESTIONS", 7)
    report = Report("evaluation")
    measure(report, (7, 3))
    assert [row["step"] for row in report.rows].count("all") == 2
    assert [goal.name.split(" ")[0] for goal in report.goals] == ["7", "7"]
    last = [row for row in report.rows if str(row["part"]).startswith("7 ")]
    steps = sum(float(row["s"] or 0) for row in last[:-1])
    assert float(last[-1]["s"] or 0) == pytest.approx(steps, abs=0.03)


def test_without_a_memory_reading_the_goal_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation_bench, "QUESTIONS", 2)
    monkeypatch.setattr(evaluation_bench, "peak_mib", lambda: None)
    report = Report("evaluation")
    measure(report, (2,))
    assert report.goals[1].met is None


def test_json_is_one_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluation_bench, "QUESTIONS", 2)
    main(["--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["benchmark"] == "evaluation"
    assert len(told["rows"]) == 6
