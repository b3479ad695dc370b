"""Means over queries: what counts, what counts 0, and what is refused."""

import math
import random

import pytest

from workbench.domain.errors import InvalidInput
from workbench.domain.rankings import Candidate, Ranking
from workbench.evaluation.measure_names import parse_measures
from workbench.evaluation.measures import ceiling, level_of, measured, order_of
from workbench.evaluation.providers import plain

RR = parse_measures("RR@10", 1)


def test_two_queries_one_of_which_the_run_misses() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"b": 1}}
    found = measured(RR, qrels, {"q1": ["x", "a"], "other": ["b"]})
    assert found.means == {"RR@10": 0.25}
    assert found.per_query == {"RR@10": {"q1": 0.5, "q2": 0.0}}
    assert (found.n_queries, found.n_unanswered, found.n_without_relevant) == (2, 1, 0)


def test_one_query_without_a_relevant_document_counts_0_and_is_told() -> None:
    found = measured(RR, {"q": {"a": 0}}, {"q": ["a"]})
    assert (found.means["RR@10"], found.n_queries, found.n_without_relevant) == (0.0, 1, 1)


def test_no_query_is_an_error() -> None:
    with pytest.raises(InvalidInput) as caught:
        measured(RR, {}, {"q": ["a"]})
    assert caught.value.code == "labels_missing"


def test_the_binary_level_belongs_to_the_label_set() -> None:
    assert level_of({"q": {"a": 1, "b": 0}}) == 1
    assert level_of({"q": {"a": 1}, "r": {"b": 3}}) == 2
    assert level_of({"q": {"a": 2}}) == 2
    assert level_of({}) == 1
    graded = {"q": {"a": 1, "b": 2}}
    assert measured(parse_measures("RR@10", 2), graded, {"q": ["a", "b"]}).means == {
        "RR(rel=2)@10": 0.5
    }
    only_weak = measured(RR, {"q": {"a": 1}, "r": {"b": 2}}, {})
    assert only_weak.n_without_relevant == 1


@pytest.mark.parametrize("label", [-1, 1.5, 1.0, True, "1", None, 101, math.nan])
def test_other_labels_are_refused(label: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        measured(RR, {"q": {"a": label}}, {"q": ["a"]})  # type: ignore[dict-item]
    assert caught.value.code == "label_unusable"


def test_a_document_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        measured(RR, {"q": {"a": 1}}, {"q": ["a", "a"]})
    assert caught.value.code == "candidate_repeated"
    ranking = Ranking.of("q", [Candidate("a", 1), Candidate("a", 2)])
    with pytest.raises(InvalidInput) as caught:
        order_of(ranking)
    assert caught.value.code == "candidate_repeated"


@pytest.mark.parametrize("margin", [math.nan, math.inf, -math.inf])
def test_a_margin_that_is_no_number_is_refused(margin: float) -> None:
    ranking = Ranking.of("q", [Candidate("a", 1, margin=margin), Candidate("b", 2, margin=0.0)])
    with pytest.raises(InvalidInput) as caught:
        order_of(ranking)
    assert (caught.value.code, caught.value.params["count"]) == ("score_not_finite", 1)


def test_ties_stand_in_the_order_of_recall_and_never_change_a_number() -> None:
    tied = [Candidate(one, at, margin=0.9) for at, one in enumerate("zay", start=1)]
    for candidates in (tied, tied[::-1]):
        assert order_of(Ranking.of("q", candidates)) == ["z", "a", "y"]
    for relevant, expected in (("z", 1.0), ("a", 0.5), ("y", 1 / 3)):
        order = order_of(Ranking.of("q", tied))
        for provider in (None, plain):
            found = measured(RR, {"q": {relevant: 1}}, {"q": order}, provider=provider)
            assert found.means["RR@10"] == pytest.approx(expected, abs=1e-15)


def scored_run(seed: int, margin: float | None) -> tuple[dict[str, dict[str, int]], dict]:
    """400 queries with one relevant of ten documents, given first, recalled in random order."""
    dice = random.Random(seed)
    qrels, run = {}, {}
    for number in range(400):
        ids = [f"d{one}" for one in dice.sample(range(10_000), 10)]
        qrels[f"q{number}"] = {ids[0]: 1} | dict.fromkeys(ids[1:], 0)
        ranks = dice.sample(range(1, 11), 10)
        run[f"q{number}"] = [
            Candidate(one, rank, margin=dice.random() if margin is None else margin)
            for one, rank in zip(ids, ranks, strict=True)
        ]
    return qrels, run


def test_a_constant_scorer_is_as_good_as_a_random_one() -> None:
    expected = sum(1 / rank for rank in range(1, 11)) / 10  # 0.2929, any order of ten
    for margin in (1.0, None):
        qrels, run = scored_run(7, margin)
        orders = {q: order_of(Ranking.of(q, found)) for q, found in run.items()}
        assert measured(RR, qrels, orders).means["RR@10"] == pytest.approx(expected, abs=0.045)


def test_permuting_queries_labels_and_candidates_changes_nothing() -> None:
    measures = parse_measures("nDCG@10 RR@10 R@5 AP@10 P@3", 1)
    qrels, run = scored_run(3, 1.0)
    orders = {q: order_of(Ranking.of(q, found)) for q, found in run.items()}
    dice = random.Random(1)
    shuffled_qrels = {
        q: dict(dice.sample(list(labels.items()), len(labels)))
        for q, labels in dice.sample(list(qrels.items()), len(qrels))
    }
    shuffled = {q: order_of(Ranking.of(q, dice.sample(f, len(f)))) for q, f in run.items()}
    one = measured(measures, qrels, orders)
    other = measured(measures, shuffled_qrels, dict(reversed(shuffled.items())))
    assert one.means == other.means
    renamed = {q: {f"ü {d}": label for d, label in labels.items()} for q, labels in qrels.items()}
    with_names = {q: [f"ü {d}" for d in order] for q, order in orders.items()}
    assert measured(measures, renamed, with_names).means == one.means


def test_the_ceiling_of_recall() -> None:
    qrels = {"q": {"a": 1, "b": 1}, "r": {"c": 1}, "none": {"d": 0}}
    assert ceiling(qrels, {"q": ["a", "x"], "r": ["c"]}, 1) == 0.75
    assert ceiling(qrels, {}, 1) == 0.0
    assert ceiling({"none": {"d": 0}}, {"none": ["d"]}, 1) is None
    assert ceiling({"q": {"a": 1, "b": 2}}, {"q": ["b"]}, 2) == 1.0


def test_condensed_measures_pass_over_what_has_no_grade() -> None:
    measures = parse_measures("nDCG'@1 nDCG@1 RR'@2 P'@2", 1)
    qrels, run = {"q": {"a": 1, "b": 0}}, {"q": ["x", "a", "y", "b"]}
    for provider in (None, plain):
        found = measured(measures, qrels, run, provider=provider)
        assert found.means == {"nDCG'@1": 1.0, "nDCG@1": 0.0, "RR'@2": 1.0, "P'@2": 0.5}
    nothing = measured(measures, qrels, {"q": ["x", "y"]})
    assert set(nothing.means.values()) == {0.0}


def test_condensed_ndcg_is_that_of_trec_eval() -> None:
    ir_measures = pytest.importorskip("ir_measures")
    pytest.importorskip("pytrec_eval")
    dice = random.Random(5)
    qrels, run, theirs = {}, {}, {}
    for number in range(60):
        order = [f"d{one}" for one in dice.sample(range(40), 20)]
        judged = dice.sample([f"d{one}" for one in range(40)], 12)
        qrels[f"q{number}"] = {one: dice.randint(0, 3) for one in judged}
        run[f"q{number}"] = order
        theirs[f"q{number}"] = {one: float(-at) for at, one in enumerate(order)}
    wanted = ir_measures.parse_measure("nDCG(judged_only=True)@5")
    expected = {one.query_id: one.value for one in ir_measures.iter_calc([wanted], qrels, theirs)}
    found = measured(parse_measures("nDCG'@5", 1), qrels, run).per_query["nDCG'@5"]
    assert found == pytest.approx(expected, abs=1e-12)
