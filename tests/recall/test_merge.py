from workbench.domain.documents import Notice
from workbench.domain.rankings import Candidate, Recalled
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
