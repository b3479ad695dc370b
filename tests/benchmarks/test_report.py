"""Tests of benchmarks.report: one shape for every benchmark, as JSON and as Markdown."""

import json

import pytest

from benchmarks.report import Goal, Report, markdown, processor, table, versions


def test_a_run_has_the_common_keys():
    report = Report("load", ("torch", "no-such-package"))
    report.goals.append(Goal.at_least("faster", 1.5, 1.49))
    report.rows.append({"part": "a", "way": "ours", "s": 1.0})
    told = json.loads(json.dumps(report.as_json()))
    assert set(told) == {"benchmark", "date", "machine", "versions", "notes", "goals", "rows"}
    assert told["goals"] == [{"name": "faster", "goal": "≥ 1.5", "measured": 1.49, "met": False}]
    assert told["versions"]["no-such-package"] == "not installed"
    assert {"cores", "processor", "load", "gpu", "system"} == set(told["machine"])


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal.at_least("g", 1.5, 1.5), True),
        (Goal.at_least("g", 1.5, None), None),
        (Goal.at_most("g", 2.0, 2.01), False),
        (Goal.at_most("g", 0, 0), True),
    ],
)
def test_a_goal_says_whether_it_is_met(goal, met):
    assert goal.met is met


def test_a_table_leaves_out_what_no_row_fills():
    rows = [
        {"part": "p", "way": "ours", "s": 1234.5, "ok": True, "x": None},
        {"part": "p", "way": "theirs", "s": 0.000012, "ok": None, "x": None},
    ]
    assert table(rows) == [
        "| way | s | ok |",
        "|---|---:|---|",
        "| ours | 1,234 | yes |",
        "| theirs | 1.2e-05 | – |",
    ]
    assert table([]) == []


def test_parts_become_tables_of_their_own():
    report = Report("load")
    report.rows += [{"part": "one", "a": 1}, {"part": "two", "b": 2}, {"part": "one", "a": 3}]
    text = markdown(report.as_json())
    assert text.index("one:") < text.index("| 3 |") < text.index("two:") < text.index("| 2 |")


def test_json_is_one_line_and_nothing_else(capsys):
    Report("load").print(as_json=True)
    out = capsys.readouterr().out
    assert json.loads(out)["benchmark"] == "load"
    assert out.count("\n") == 1


def test_a_processor_without_a_name_is_its_architecture(tmp_path):
    file = tmp_path / "cpuinfo"
    file.write_text("flags\t: sse\nmodel name\t: A Fine One\n")
    assert processor(file) == "A Fine One"
    assert processor(tmp_path / "missing")
    assert list(versions([])) == ["Python"]
