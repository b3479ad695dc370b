"""ir-measures and plain Python say the same, also where scores would have tied."""

import math
import random

import pytest

from workbench.domain.rankings import Candidate, Ranking
from workbench.evaluation import providers
from workbench.evaluation.measure_names import Measure, parse_measures
from workbench.evaluation.measures import order_of
from workbench.evaluation.providers import Qrels, Run, available, library, plain, value

LABELS = {"a": 3, "b": 1, "c": 2}
ORDER = ["b", "c", "a"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nDCG@3", (1 + 2 / math.log2(3) + 1.5) / (3 + 2 / math.log2(3) + 0.5)),
        ("nDCG@1", 1 / 3),
        ("RR(rel=2)@3", 1 / 2),
        ("RR@3", 1.0),
        ("RR(rel=2)@1", 0.0),
        ("P(rel=2)@2", 1 / 2),
        ("P(rel=2)@5", 2 / 5),
        ("R(rel=2)@2", 1 / 2),
        ("AP(rel=2)@3", (1 / 2 + 2 / 3) / 2),
        ("AP(rel=2)@2", (1 / 2) / 2),
        ("Success(rel=3)@2", 0.0),
        ("Success(rel=3)@3", 1.0),
        ("Judged@10", 1.0),
    ],
)
def test_values_worked_out_by_hand(name: str, expected: float) -> None:
    (measure,) = parse_measures(name, 1)
    assert value(measure, LABELS, ORDER) == pytest.approx(expected, abs=1e-15)


def test_the_published_value_of_linear_ndcg() -> None:
    assert value(Measure("nDCG", 10), LABELS, ORDER) == pytest.approx(0.7900, abs=5e-5)


@pytest.mark.parametrize(
    ("labels", "order", "expected"),
    [
        # One of R = 2 graded not relevant before a, two before c; x has no grade.
        ({"a": 1, "b": 0, "c": 1, "d": 0, "e": 0}, "baxdc", 0.25),
        ({"a": 1, "b": 0}, "xya", 1.0),
        ({"a": 1, "b": 0}, "ba", 0.0),
        ({"a": 1, "c": 1}, "a", 0.5),
        ({"b": 0}, "b", 0.0),
        ({"a": 1}, "xyz", 0.0),
    ],
)
def test_bpref_by_hand(labels: dict[str, int], order: str, expected: float) -> None:
    assert value(Measure("Bpref", 0), labels, list(order)) == expected


def test_an_empty_order_and_a_query_without_relevant_documents_are_0() -> None:
    for measure in parse_measures("nDCG@3 RR@3 P@3 R@3 AP@3 Success@3", 1):
        assert value(measure, LABELS, []) == 0.0
        assert value(measure, {"a": 0}, ["a"]) == 0.0
    assert value(Measure("Judged", 3), LABELS, []) == 0.0
    assert value(Measure("Judged", 3), LABELS, ["a", "z"]) == 0.5


def random_case(seed: int) -> tuple[Qrels, Run]:
    """Queries whose documents have few different margins, so that most of them tie."""
    dice = random.Random(seed)
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, list[str]] = {}
    for number in range(8):
        query = f"问题 {number}"
        pool = [f"文 档-{one}" for one in dice.sample(range(1000), dice.randint(1, 30))]
        judged = dice.sample(pool, dice.randint(1, len(pool)))
        qrels[query] = {one: dice.randint(0, 3) for one in judged} | {"elsewhere": 2}
        candidates = [
            Candidate(one, dice.randint(1, 3), margin=dice.choice([0.9, 0.9 - 3e-8, 0.1]))
            for one in pool[: dice.randint(0, len(pool))]
        ]
        run[query] = order_of(Ranking.of(query, candidates))
    return qrels, run


@pytest.mark.parametrize("level", [1, 2])
def test_both_providers_are_equal_on_random_ties(level: int) -> None:
    pytest.importorskip("pytrec_eval")
    names = "nDCG@10 nDCG@3 RR@10 RR@2 P@5 R@20 R@5 AP@100 AP@4 Success@1 Success@5 Judged@10 Bpref"
    measures = parse_measures(names, level)
    for seed in range(60):
        qrels, run = random_case(seed)
        one, other = library(measures, qrels, run), plain(measures, qrels, run)
        assert one.keys() == other.keys()
        for measure in measures:
            assert one[measure].keys() == other[measure].keys() == qrels.keys()
            for query in qrels:
                assert one[measure][query] == pytest.approx(other[measure][query], abs=1e-12)


def test_plain_python_answers_where_trec_eval_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "find_spec", lambda name: None if "pytrec" in name else object())
    assert available() is plain
    monkeypatch.setattr(providers, "find_spec", lambda name: object())
    assert available() is library
