import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from workbench.recall.bm25 import LONG, PostingsBM25
from workbench.recall.postings_builder import postings_of
from workbench.recall.reference import ReferenceBM25
from workbench.recall.statistics import Part, Statistics

WORDS = st.sampled_from([*"abcdefg", "第584条"])
DOCUMENTS = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=14)
QUESTION = st.lists(st.one_of(WORDS, st.just("unseen")), max_size=8)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, QUESTION)
def test_scores_equal_rank_bm25_to_the_last_bit(
    documents: list[list[str]], question: list[str]
) -> None:
    ours = PostingsBM25.of(documents)
    try:
        expected = BM25Okapi(documents).get_scores(question)
    except ZeroDivisionError:
        assert ours.search(question, len(documents)) == []
        expected = np.zeros(len(documents))
    assert np.array_equal(ours.scores(question), expected)
    # A second time, from what was kept of the first.
    assert np.array_equal(ours.scores(question), expected)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, QUESTION, st.data())
def test_segments_with_tombstones_equal_a_fresh_index(
    documents: list[list[str]], question: list[str], data: st.DataObject
) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(documents), max_size=len(documents)))
    gone, cut = np.array(flags), data.draw(st.integers(0, len(documents)))
    both = [Part(postings_of(documents[:cut])), Part(postings_of(documents[cut:]))]
    first = Statistics.of(both[:1])
    after = [both[0].with_gone(gone[:cut]), both[1].with_gone(gone[cut:])]
    changed = first.changed(both[:1], both).changed(both, after)
    ours = PostingsBM25(after, changed)
    live = [tokens for tokens, flag in zip(documents, flags, strict=True) if not flag]
    fresh = PostingsBM25.of(live)
    scores = ours.scores(question)
    assert scores[~gone] == pytest.approx(fresh.scores(question), abs=1e-9, rel=1e-9)
    assert not scores[gone].any()
    assert ours.matched(question)[~gone].tolist() == fresh.matched(question).tolist()
    assert not ours.matched(question)[gone].any()
    assert changed.terms == fresh.statistics.terms
    assert changed.floor == pytest.approx(fresh.statistics.floor, abs=1e-9)
    # And back again: what was gone is there once more.
    assert changed.changed(after, both).terms == Statistics.of(both).terms


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, QUESTION, st.data())
def test_weighted_tokens_equal_the_reference(
    documents: list[list[str]], question: list[str], data: st.DataObject
) -> None:
    factor = st.sampled_from([0.0, 0.3, 1.0, 2.0])
    weights = data.draw(st.lists(factor, min_size=len(question), max_size=len(question)))
    ours, theirs = PostingsBM25.of(documents), ReferenceBM25(documents)
    assert np.array_equal(ours.scores(question, weights), theirs.scores(question, weights))
    assert np.array_equal(ours.scores(question, [1.0] * len(question)), ours.scores(question))
    found = ours.search(question, 20, weights=weights)
    assert found == theirs.search(question, 20, weights=weights)
    for at, score in found:
        explained = ours.explain(at, question, weights)
        assert math.fsum(w.weight for w in explained) == pytest.approx(score)


def test_as_many_weights_as_tokens() -> None:
    with pytest.raises(ValueError, match="shorter"):
        PostingsBM25.of([["a"]]).scores(["a", "b"], [1.0])


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, QUESTION, st.integers(0, 15), st.data())
def test_search_equals_the_reference_with_and_without_a_mask(
    documents: list[list[str]], question: list[str], limit: int, data: st.DataObject
) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(documents), max_size=len(documents)))
    mask = data.draw(st.sampled_from([None, np.array(flags, dtype=np.bool_)]))
    ours, theirs = PostingsBM25.of(documents), ReferenceBM25(documents)
    found = ours.search(question, limit, mask)
    assert found == theirs.search(question, limit, mask)
    assert all(set(documents[at]) & set(question) for at, _ in found)


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS.filter(any), QUESTION, st.data())
def test_explained_weights_add_up_and_equal_the_reference(
    documents: list[list[str]], question: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(documents) - 1))
    ours, theirs = PostingsBM25.of(documents), ReferenceBM25(documents)
    weights = ours.explain(at, question)
    assert weights == theirs.explain(at, question)
    assert math.fsum(w.weight for w in weights) == pytest.approx(ours.scores(question)[at])


def test_a_case_worked_by_hand() -> None:
    # N = 3, avgdl = 2. "a" stands in one document: idf = ln 2.5 - ln 1.5 = 0.5108256237659907.
    # Document 0 has length 3, tf 2: 2 x 2.5 / (2 + 1.5 (0.25 + 0.75 x 1.5)) = 5 / 4.0625.
    ours = PostingsBM25.of([["a", "a", "b"], ["b", "c"], ["d"]])
    expected = 0.5108256237659907 * 5 / 4.0625
    assert ours.search(["a"], 5) == [(0, pytest.approx(expected, rel=1e-14))]
    (weight,) = ours.explain(0, ["a"])
    assert (weight.count, weight.documents, weight.asked) == (2, 1, 1)
    assert weight.idf == pytest.approx(0.5108256237659907)


def test_one_document_scores_below_zero_and_is_found() -> None:
    # idf = ln 0.5 - ln 1.5 = -1.0986; the floor is a quarter of it; tf 1 of length avgdl gives 1.
    found = PostingsBM25.of([["a"]]).search(["a"], 5)
    assert found == [(0, pytest.approx(-1.0986122886681098 / 4))]


def test_a_term_in_half_of_the_documents_weighs_nothing_and_is_found() -> None:
    assert PostingsBM25.of([["a"], ["b"]]).search(["a"], 5) == [(0, 0.0)]


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_where_rank_bm25_divides_by_zero_nothing_is_found(documents: list[list[str]]) -> None:
    with pytest.raises(ZeroDivisionError):
        BM25Okapi(documents)
    ours = PostingsBM25.of(documents)
    assert ours.search(["a"], 5) == []
    assert ours.scores(["a"]).tolist() == [0.0] * len(documents)


def test_a_token_asked_twice_counts_twice() -> None:
    ours = PostingsBM25.of([["a"], ["b"], ["c"]])
    assert ours.scores(["a", "a"])[0] == 2 * ours.scores(["a"])[0] > 0
    assert ours.explain(0, ["a", "a"])[0].asked == 2


def test_ten_thousand_terms() -> None:
    ours = PostingsBM25.of([["a"], ["b"], ["c"]])
    assert ours.search(["a", "x"] * 5000, 1)[0][0] == 0


def test_a_long_text_counts_a_repeated_token_once_times_its_number() -> None:
    documents = [["a", "b"], ["b", "c"], ["c"], ["d", "d", "a"]]
    question = ["a", "b", "d"] * LONG
    ours = PostingsBM25.of(documents)
    expected = BM25Okapi(documents).get_scores(question)
    assert ours.scores(question) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("cache_bytes", [0, 500, 10**9])
def test_what_is_kept_changes_no_number(cache_bytes: int) -> None:
    documents = [[word for word in "abcdef" if (at + ord(word)) % 3] for at in range(20)]
    part = Part(postings_of(documents))
    ours = PostingsBM25([part], cache_bytes=cache_bytes)
    for question in (["a", "b"], ["c", "a", "a"], ["f"], ["a", "b"]):
        expected = BM25Okapi(documents).get_scores(question)
        assert np.array_equal(ours.scores(question), expected)


def test_ties_stand_in_the_order_that_is_given() -> None:
    parts = [Part(postings_of([["a"], ["a"], ["b"]])), Part(postings_of([["a"], ["b"], ["c"]]))]
    order = np.array([4, 5, 0, 1, 2, 3])
    found = PostingsBM25(parts, order=order).search(["a"], 5)
    assert [at for at, _ in found] == [3, 0, 1]


def test_all_equal_chunks_are_found_in_their_order() -> None:
    found = PostingsBM25.of([["a", "b"]] * 5).search(["a"], 3)
    assert [at for at, _ in found] == [0, 1, 2]


def test_empty_chunks_among_others_are_never_found() -> None:
    documents: list[list[str]] = [[], ["a"], [], ["b"], []]
    ours = PostingsBM25.of(documents)
    assert np.array_equal(ours.scores(["a"]), BM25Okapi(documents).get_scores(["a"]))
    assert [at for at, _ in ours.search(["a", "b"], 9)] == [1, 3]


def test_many_of_one_score_at_the_end_of_the_list() -> None:
    # More documents reach the last score than fit: the earliest of them stand there.
    documents = [["a", "x"], *[["a", "y"]] * 40, *[["b", "z"]] * 60]
    ours = PostingsBM25.of(documents)
    found = ours.search(["a", "x"], 10)
    assert [at for at, _ in found] == list(range(10))
    masked = ours.search(["a", "x"], 10, np.arange(len(documents)) >= 20)
    assert [at for at, _ in masked] == list(range(20, 30))


WEIGHTED = st.lists(st.tuples(WORDS, st.sampled_from([0.0, 0.25, 0.4, 1.0, 2.0])), max_size=8)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, WEIGHTED)
def test_weighted_terms_add_up_and_equal_the_reference(
    documents: list[list[str]], question: list[tuple[str, float]]
) -> None:
    tokens, weights = [t for t, _ in question], [w for _, w in question]
    ours, theirs = PostingsBM25.of(documents), ReferenceBM25(documents)
    expected = np.zeros(len(documents))
    for token, weight in question:
        expected += weight * ours.scores([token])
    assert np.allclose(ours.scores(tokens, weights), expected, rtol=0, atol=1e-12)
    assert np.array_equal(ours.scores(tokens, weights), theirs.scores(tokens, weights))


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, QUESTION)
def test_a_weight_of_one_changes_no_bit(documents: list[list[str]], question: list[str]) -> None:
    ours, theirs = PostingsBM25.of(documents), ReferenceBM25(documents)
    for lexical in (ours, theirs):
        plain = lexical.scores(question)
        assert np.array_equal(lexical.scores(question, [1.0] * len(question)), plain)


def test_a_weight_for_each_token_is_needed() -> None:
    with pytest.raises(ValueError):
        PostingsBM25.of([["a"], ["b"], ["c"]]).scores(["a", "b"], [1.0])
