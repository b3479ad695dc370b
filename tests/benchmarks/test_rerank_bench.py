"""Tests of benchmarks.rerank_bench: all ways score alike; its arithmetic by hand."""

import pytest

from benchmarks.report import table
from benchmarks.rerank_bench import USUAL, WAYS, Workload, furthest, goals_of, needed_gflop, rows_of
from benchmarks.rerank_ways import SCORES, sequence_classifier, write_models
from workbench.models.device import Placement

VOCABULARY = 10_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("models")
    write_models(target, 1, VOCABULARY, hidden_size=32, intermediate_size=16, head_dim=8)
    return target


@pytest.mark.parametrize("score", [*SCORES.values(), sequence_classifier])
def test_every_way_gives_the_same_numbers(folder, score):
    where = Placement("cpu", "float32")
    prompts = Workload("", 4, 60, 3, 40).prompts(VOCABULARY)
    expected = SCORES["reference"](folder, where)(prompts)
    assert max(expected) - min(expected) > 1e-3
    assert score(folder, where)(prompts) == pytest.approx(expected, abs=1e-5)


def test_a_workload_is_the_same_at_every_call():
    work = Workload("", 5, 7, 2, 4)
    prompts = work.prompts(100)
    assert prompts == work.prompts(100)
    assert {tuple(p[:7]) for p in prompts} == {tuple(prompts[0][:7])}
    assert all(7 + 2 + 9 <= len(p) <= 7 + 4 + 9 for p in prompts)
    assert min(map(min, prompts)) >= 10


def test_the_arithmetic_needed_is_that_of_different_tokens():
    # One pair, 1 + 1 + 9 tokens: 2 × 11 × 15,728,640 and 4 × 2048 × (1 + 2 + … + 11).
    one = 2 * 11 * 15_728_640 + 4 * 2048 * 66
    assert needed_gflop(Workload("", 1, 1, 1, 1), 3, 100) == pytest.approx(3 * one / 1e9)
    # A second pair adds ten tokens, which see 2 + 3 + … + 11.
    two = one + 2 * 10 * 15_728_640 + 4 * 2048 * 65
    assert needed_gflop(Workload("", 2, 1, 1, 1), 3, 100) == pytest.approx(3 * two / 1e9)


def test_differences_are_those_of_probabilities():
    assert furthest([0.0, 50.0], [0.0, 60.0]) < 1e-12
    assert furthest([0.0, 0.0], [0.0, 30.0]) == pytest.approx(0.5)


def test_a_way_that_does_not_fit_says_what_it_needs():
    work = Workload("tiny", 2, 1, 1, 1)
    runs = {way: {"needs": 17.4} for way in WAYS}
    runs["ours"] = {"odds": [1.0, 2.0], "seconds": 2.0, "cpu": 4.0, "extra": 10.0, "gflops": 50.0}
    rows = rows_of(work, runs, 25.0, 100, "cpu")
    assert rows[0]["needs GiB"] == 17
    # 22 tokens in 2 s; 25 GFLOP in 2 s at 50 a second are a quarter.
    ours = {"s": 2.0, "CPU s": 4.0, "pairs/s": 1.0, "tokens/s": 11, "extra MiB": 10}
    assert rows[-1].items() >= {"way": "this workbench", **ours, "of the limit": 0.25}.items()
    assert rows[-1]["× reference"] is None
    assert len({len(line.split(" | ")) for line in table(rows) if "--" not in line}) == 1
    assert goals_of(work, rows) == []


def test_goals_are_those_of_the_usual_workloads():
    def runs(cpu):
        made = {"odds": [1.0, 2.0], "seconds": 9.0, "cpu": 27.1, "extra": 399.0, "gflops": 1.0}
        return {way: made for way in WAYS} | {"ours": {**made, "cpu": cpu, "seconds": 1.0}}

    for work, wanted in zip(USUAL, (2.7, 3.8), strict=True):
        goals = goals_of(work, rows_of(work, runs(10.0), 1.0, 100, "cpu"))
        assert [goal.met for goal in goals] == [wanted <= 27.1 / 10, True, True]
    # On a card the clock decides: nine times as fast.
    (row,) = [r for r in rows_of(work, runs(10.0), 1.0, 100, "cuda") if "this" in str(r["way"])]
    assert row["× reference"] == 9.0


def test_every_way_has_a_name():
    assert set(WAYS) == set(SCORES)
