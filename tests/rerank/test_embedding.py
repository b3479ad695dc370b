"""Tests of workbench.rerank.embedding."""

import math
from dataclasses import replace

import pytest

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.domain.ports import LongReranker
from workbench.domain.rankings import RerankerInfo
from workbench.rerank.embedding import EmbeddingReranker

INFO = RerankerInfo(
    name="embedding",
    model="multilingual-e5-small",
    score_kind="probability",
    supports_instruction=True,
    max_length=4,
)


class Similar:
    """Keeps what was asked; a passage's similarity is its length in tenths."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def __call__(self, query, passages):
        self.asked.append((query, list(passages)))
        return [len(passage) / 10 for passage in passages]


def standin(similar, **changes):
    return EmbeddingReranker(similar, lambda: INFO, len, **changes)


def test_it_never_calls_itself_a_probability():
    info = standin(Similar()).info
    assert (info.score_kind, info.supports_instruction, info.template) == (
        "similarity",
        False,
        None,
    )
    pair = standin(Similar()).score("q", ["abc"], "").pairs[0]
    assert (pair.margin, pair.score, pair.log_odds) == (0.3, None, None)


@pytest.mark.parametrize(("instruction", "read"), [("", "q"), ("find it", "find it q")])
def test_the_instruction_is_read_before_the_query(instruction, read):
    similar = Similar()
    standin(similar).score("q", ["abc"], instruction)
    assert similar.asked == [(read, ["abc"])]


def test_a_document_without_text_stands_lowest_and_is_not_read():
    similar = Similar()
    scores = standin(similar).score("q", ["", "ab", " \n"], "")
    assert [pair.margin for pair in scores.pairs] == [-1.0, 0.2, -1.0]
    assert similar.asked == [("q", ["ab"])]


def test_tokens_are_counted_and_cut_at_the_models_length():
    scores = standin(Similar()).score("q", ["abc", "abcdef"], "")
    assert [(pair.tokens, pair.tokens_read) for pair in scores.pairs] == [(3, 3), (6, 4)]
    assert (scores.cost.pairs, scores.cost.tokens) == (2, 7)


def test_equal_documents_are_read_once_and_batches_are_reported():
    similar, seen = Similar(), []
    documents = ["a", "bb", "a", "ccc"]
    scores = standin(similar, batch_size=2).score(
        "q", documents, "", progress=lambda *at: seen.append(at)
    )
    assert [pair.margin for pair in scores.pairs] == [0.1, 0.2, 0.1, 0.3]
    assert [passages for _, passages in similar.asked] == [["a", "bb"], ["ccc"]]
    assert seen == [(3, 4), (4, 4)]  # the repeated one is done from the start


def test_no_documents_give_no_scores():
    assert standin(Similar()).score("q", [], "").pairs == ()


def test_a_passed_deadline_stops_it():
    similar = Similar()
    with pytest.raises(DeadlineExceeded):
        standin(similar, clock=lambda: 10.0).score("q", ["a"], "", deadline=9.0)
    assert similar.asked == []


@pytest.mark.parametrize(
    ("reply", "code"), [([], "scores_missing"), ([math.nan], "score_not_finite")]
)
def test_a_broken_answer_is_refused(reply, code):
    with pytest.raises(Unavailable) as caught:
        standin(lambda query, passages: reply).score("q", ["a"], "")
    assert caught.value.code == code


def test_half_a_surrogate_pair_reaches_no_model():
    similar = Similar()
    standin(similar).score("q\ud800", ["a\udc00"], "")
    assert similar.asked == [("q\ufffd", ["a\ufffd"])]


@pytest.mark.parametrize("long", ["cut", "windows", "whole"])
def test_however_long_documents_are_asked_for_it_reads_the_same(long):
    similar = Similar()
    model = standin(similar)
    scores = model.score("q", ["abcdef"], "", long=long)
    assert scores.pairs == model.score("q", ["abcdef"], "").pairs
    assert similar.asked[0] == ("q", ["abcdef"])
    assert scores.pairs[0].window is None
    assert isinstance(model, LongReranker)
    assert model.count(["", "abc"]) == (0, 3)


def test_the_longest_is_what_the_embedder_is_said_to_read():
    everything = replace(INFO, max_length=None)
    assert standin(Similar()).longest == 4
    assert EmbeddingReranker(Similar(), lambda: everything, len).longest is None
