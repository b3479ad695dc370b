"""Tests of benchmarks.noise: mixtures hold every pair once; a drift is told as it is."""

import numpy as np
import pytest

from benchmarks.noise import CUT, PART, Amount, Shape, measure, mixtures, prompts_of, row_of
from benchmarks.report import Report

TINY = Amount(pairs=5, shortest=1, longest=6, mixtures=3)


def test_every_mixture_holds_every_pair_once():
    found = list(mixtures(10, 4))
    assert len(found) == 4
    assert all(sorted(at for call in calls for at in call) == list(range(10)) for calls in found)
    assert [len(calls[0]) for calls in found] == [10, 5, 3, 2]
    assert len({tuple(at for call in calls for at in call) for calls in found}) == 4


def test_pairs_share_one_of_two_questions():
    prompts = prompts_of(TINY, 1000)
    assert {tuple(p[:65].tolist()) for p in prompts[::2]} == {tuple(prompts[0][:65].tolist())}
    assert tuple(prompts[0][:65]) != tuple(prompts[1][:65])
    assert all(65 + 1 + 9 <= len(p) <= 65 + 6 + 9 for p in prompts)


def test_a_drift_is_told_by_its_size_and_by_that_of_the_number():
    alone = np.array([0.5, -20.0])
    apart = np.array([[0.01, 0.0], [0.0, 0.1]])
    found = row_of(alone, apart)
    assert found["largest"] == 0.1
    # 0.01 / max(1, 0.5) is more than 0.1 / 20.
    assert found["relative"] == pytest.approx(0.01)
    assert (found["pairs"], found["largest log-odds"]) == (2, 20.0)


def test_float32_hardly_moves_and_bfloat16_is_told():
    report = Report("noise")
    widths = {"hidden_size": 32, "intermediate_size": 16, "head_dim": 8}
    measure(report, TINY, [Shape("tiny", 1, CUT, widths)])
    assert [(row["part"], row["format"]) for row in report.rows] == [
        (PART, "float32"),
        (PART, "bfloat16"),
    ]
    exact, rough = report.rows
    assert exact["largest"] < 1e-4 and exact["their deviation"] > 1e-3
    # So small a model has hardly any noise, but it was computed in the other format.
    assert rough["largest log-odds"] != exact["largest log-odds"]
    assert [goal.met for goal in report.goals] == [True, None]
