"""Tests of training.evaluate."""

from benchmarks.report import Report
from training.evaluate import Evaluation, spread
from workbench.evaluation.statistics import compare


def test_an_interval_stands_in_brackets():
    assert spread((0.1, 0.25)) == " [0.100, 0.250]"
    assert spread((0.1, 0.25), 100, 1) == " [10.0, 25.0]"
    assert spread(None) == ""


def test_a_case_in_which_it_finds_significantly_worse_is_counted(tmp_path):
    report = Report("x")
    evaluation = Evaluation(report, (None, None, None), tmp_path)
    old = {str(n): 0.5 for n in range(20)}
    worse = {key: 0.2 for key in old}
    same = {key: 0.5 + 0.01 * (-1) ** int(key) for key in old}
    evaluation._against({"a": compare(old, [worse])[0], "b": compare(old, [same])[0]})
    assert [row["case"] for row in report.rows] == ["a", "b"]
    assert (report.goals[0].measured, report.goals[0].met) == (1, False)
