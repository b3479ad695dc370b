"""Tests of benchmarks.rerank_bench: all ways score alike; its arithmetic by hand."""

import pytest

from benchmarks.rerank_bench import WAYS, Workload, furthest, needed_gflop, table
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
    lines = table(work, runs, 25.0, 100).splitlines()
    assert "does not fit, needs 17 GiB" in lines[4]
    # 22 tokens in 2 s; 25 GFLOP in 2 s at 50 a second are a quarter.
    assert lines[-1] == "| this workbench | 2.00 | 4.00 |  | 1.00 | 11 | 10 | 25% |  |"
    assert all(line.count("|") == lines[2].count("|") for line in lines[2:])


def test_every_way_has_a_name():
    assert set(WAYS) == set(SCORES)
