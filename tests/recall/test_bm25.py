import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from workbench.recall.bm25 import AnalysedChunk, Postings, PostingsBM25
from workbench.recall.reference import ReferenceBM25

WORDS = st.sampled_from([*"abcdefg", "第584条"])
DOCUMENTS = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=14)
QUESTION = st.lists(st.one_of(WORDS, st.just("unseen")), max_size=8)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS.filter(any), QUESTION)
def test_scores_equal_rank_bm25_to_the_last_bit(
    documents: list[list[str]], question: list[str]
) -> None:
    ours = PostingsBM25.of(documents)
    assert np.array_equal(ours.scores(question), BM25Okapi(documents).get_scores(question))


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


def test_counts_of_a_chunk_keep_the_order_of_first_appearance() -> None:
    assert AnalysedChunk.of(["b", "a", "b"]) == AnalysedChunk(("b", "a"), (2, 1), 3)


def test_postings_are_rows_by_term() -> None:
    chunks = [AnalysedChunk.of(tokens) for tokens in (["b", "a", "b"], [], ["a"])]
    postings = Postings.of(chunks)
    assert postings.vocabulary == {"b": 0, "a": 1}
    documents, counts = postings.row("a")
    assert (documents.tolist(), counts.tolist()) == ([0, 2], [1, 1])
    assert postings.row("b")[1].tolist() == [2]
    assert postings.row("unseen")[0].tolist() == []
    assert postings.lengths.tolist() == [3, 0, 1]


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
