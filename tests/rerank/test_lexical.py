"""Tests of workbench.rerank.lexical."""

import math

import pytest

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.domain.rankings import RerankerInfo
from workbench.rerank.lexical import LexicalReranker

INFO = RerankerInfo(
    name="lexical", model="bm25", score_kind="probability", supports_instruction=True, max_length=9
)


def shared(query, documents):
    """Count shared words, less one for each document that has none."""
    words = set(query.split())
    return [float(len(words & set(text.split()))) or -1.0 for text in documents]


def standin(score_terms=shared, **changes):
    return LexicalReranker(score_terms, lambda: INFO, lambda text: len(text.split()), **changes)


def test_all_documents_are_weighed_together_in_the_order_given():
    scores = standin().score("spindle noise", ["noise", "tea", "noise of the spindle"], "")
    assert [pair.margin for pair in scores.pairs] == [1.0, -1.0, 2.0]
    assert [pair.tokens for pair in scores.pairs] == [1, 1, 4]
    assert {pair.score for pair in scores.pairs} == {None}
    assert scores.cost.tokens == 6


def test_it_never_calls_itself_a_probability_and_cuts_nothing():
    info = standin().info
    assert (info.score_kind, info.supports_instruction) == ("similarity", False)
    assert info.max_length is None


def test_the_instruction_is_read_before_the_query():
    asked = []
    standin(lambda query, texts: asked.append(query) or [0.0]).score("q", ["d"], "i")
    assert asked == ["i q"]


def test_a_document_without_text_never_stands_above_another():
    scores = standin(lambda query, texts: [-2.0, 0.0, 3.0]).score("q", ["a", "  ", "b"], "")
    assert [pair.margin for pair in scores.pairs] == [-2.0, -2.0, 3.0]


def test_no_documents_are_not_even_weighed():
    assert standin(lambda query, texts: 1 / 0).score("q", [], "").pairs == ()


def test_progress_is_told_once():
    seen = []
    standin().score("q", ["a", "b"], "", progress=lambda *at: seen.append(at))
    assert seen == [(2, 2)]


def test_a_passed_deadline_stops_it():
    with pytest.raises(DeadlineExceeded) as caught:
        standin(clock=lambda: 10.0).score("q", ["a", "b"], "", deadline=9.0)
    assert caught.value.params == {"done": 0, "total": 2}


@pytest.mark.parametrize(
    ("reply", "code"), [([], "scores_missing"), ([math.inf], "score_not_finite")]
)
def test_a_broken_answer_is_refused(reply, code):
    with pytest.raises(Unavailable) as caught:
        standin(lambda query, texts: reply).score("q", ["a"], "")
    assert caught.value.code == code


@pytest.mark.parametrize("long", ["cut", "windows", "whole"])
def test_it_always_reads_everything(long):
    model = standin()
    scores = model.score("tea", ["noise " * 5_000 + "tea", "noise"], "", long=long)
    assert [pair.tokens_read for pair in scores.pairs] == [pair.tokens for pair in scores.pairs]
    assert scores.pairs[0].margin > scores.pairs[1].margin
    assert model.longest is None
    assert model.count(["noise"]) == (scores.pairs[1].tokens,)
