"""Tests of workbench.rerank.similarity."""

from workbench.domain.rankings import PairScore
from workbench.rerank.similarity import TextLength, similarity_pairs


def test_a_similarity_is_a_margin_and_nothing_else():
    assert similarity_pairs([0.5, -0.25], ["abc", "abcde"], TextLength(len, 4)) == (
        PairScore(margin=0.5, score=None, log_odds=None, tokens=3, tokens_read=3),
        PairScore(margin=-0.25, score=None, log_odds=None, tokens=5, tokens_read=4),
    )


def test_without_a_limit_everything_is_read():
    assert TextLength(len).of("x" * 10_000) == (10_000, 10_000)


def test_no_texts_give_no_pairs():
    assert similarity_pairs([], [], TextLength(len)) == ()
