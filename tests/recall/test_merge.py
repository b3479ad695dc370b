import pytest

from workbench.domain.documents import Notice
from workbench.domain.rankings import Candidate, Hit, Recalled
from workbench.recall.merge import merge


def recalled(corpus: str, count: int, *notices: Notice, method: str = "hybrid") -> Recalled:
    found = tuple(Candidate(f"c{at}", at, corpus) for at in range(1, count + 1))
    return Recalled(found, method, notices)  # type: ignore[arg-type]


def test_corpora_take_turns_by_rank_and_ranks_are_counted_anew() -> None:
    merged = merge([recalled("a", 1), recalled("b", 3)], 10, "hybrid")
    assert [(c.corpus_id, c.chunk_id) for c in merged.candidates] == [
        ("a", "c1"),
        ("b", "c1"),
        ("b", "c2"),
        ("b", "c3"),
    ]
    assert [c.recall_rank for c in merged.candidates] == [1, 2, 3, 4]
    assert merged.method == "hybrid"


def test_the_limit_holds_for_the_sum() -> None:
    pair = [recalled("a", 3), recalled("b", 3)]
    assert len(merge(pair, 3, "hybrid").candidates) == 3
    assert merge(pair, 0, "hybrid").candidates == ()


def test_no_corpus_and_one() -> None:
    assert merge([], 5, "dense") == Recalled((), "dense")
    one = recalled("a", 2, method="bm25")
    assert merge([one], 5, "hybrid") == one


def test_counts_are_added_and_equal_notices_told_once() -> None:
    gone = Notice("dense_unavailable", {"reason": "embedder_missing"})
    merged = merge(
        [
            recalled("a", 1, Notice("dense_incomplete", {"done": 1, "total": 4}), gone),
            recalled("b", 1, Notice("dense_incomplete", {"done": 2, "total": 5}), gone),
        ],
        5,
        "hybrid",
    )
    assert merged.notices == (Notice("dense_incomplete", {"done": 3, "total": 9}), gone)


def test_corpora_that_answered_differently_keep_the_method_asked_for() -> None:
    pair = [recalled("a", 1, method="bm25"), recalled("b", 1, method="hybrid")]
    assert merge(pair, 5, "hybrid").method == "hybrid"


def order(merged: Recalled) -> list[str]:
    return [f"{c.corpus_id}{c.chunk_id}" for c in merged.candidates]


def test_equal_ranks_stand_in_the_order_of_the_corpora_at_every_depth() -> None:
    three = [recalled("x", 3), recalled("a", 1), recalled("m", 2)]
    long = order(merge(three, 99, "hybrid"))
    assert long == ["xc1", "ac1", "mc1", "xc2", "mc2", "xc3"]
    for limit in range(8):
        assert order(merge(three, limit, "hybrid")) == long[:limit]
    assert order(merge(three[::-1], 2, "hybrid")) == ["mc1", "ac1"]


def test_scores_of_different_corpora_are_never_compared() -> None:
    def found(corpus: str, *scores: float) -> Recalled:
        hits = [Hit(f"c{at}", "bm25", at, score) for at, score in enumerate(scores, 1)]
        made = [Candidate(hit.chunk_id, hit.rank, corpus, (hit,)) for hit in hits]
        return Recalled(tuple(made), "bm25")

    merged = merge([found("a", -3.0, -9.0), found("b", 50.0, 40.0)], 9, "bm25")
    assert order(merged) == ["ac1", "bc1", "ac2", "bc2"]
    assert [c.hits[0].score for c in merged.candidates] == [-3.0, 50.0, -9.0, 40.0]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_empty_corpus_takes_no_place_and_no_part_in_the_method(at: int) -> None:
    pair = [recalled("a", 2, method="bm25"), recalled("b", 1, method="bm25")]
    pair.insert(at, Recalled((), "hybrid"))  # a corpus without chunks was not asked for words
    merged = merge(pair, 9, "hybrid")
    assert order(merged) == ["ac1", "bc1", "ac2"]
    assert merged.method == "bm25"


def test_empty_corpora_alone_leave_what_was_asked_and_their_notices() -> None:
    gone = Notice("dense_unavailable", {"reason": "embedder_missing"})
    merged = merge([Recalled((), "bm25", (gone,)), Recalled((), "bm25")], 9, "hybrid")
    assert merged == Recalled((), "hybrid", (gone,))


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing(limit: int) -> None:
    assert merge([recalled("a", 2)], limit, "hybrid").candidates == ()
