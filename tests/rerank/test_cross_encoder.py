"""Tests of workbench.rerank.cross_encoder."""

import pytest

from tests.rerank.scripted import INFO, FramedTokenizer, ScriptedScorer
from workbench.domain.errors import DeadlineExceeded, InvalidInput, Unavailable
from workbench.domain.pairs import PairOdds
from workbench.domain.ports import API, LongReranker
from workbench.rerank.cross_encoder import CrossEncoderReranker
from workbench.rerank.engine import Engine


def reranker(scorer, max_length: int = 60, **changes) -> CrossEncoderReranker:
    return CrossEncoderReranker(
        FramedTokenizer, Engine(scorer), lambda: INFO, max_length=max_length, **changes
    )


def length(text: str) -> float:
    return float(len(text))


def test_the_logit_is_what_is_sorted_and_nothing_else_is_given():
    scorer = ScriptedScorer(lambda text: {"qno": -7.5, "qyes": 11.25}[text])
    scores = reranker(scorer).score("q", ["no", "yes"], "", priority=API)
    assert [pair.margin for pair in scores.pairs] == [-7.5, 11.25]
    assert {(pair.score, pair.log_odds, pair.window) for pair in scores.pairs} == {(None,) * 3}
    assert [(pair.tokens, pair.tokens_read) for pair in scores.pairs] == [(7, 7), (8, 8)]
    assert scorer.priorities == [API]
    assert (scores.cost.pairs, scores.cost.tokens) == (2, 15)


def test_it_says_that_it_follows_no_instruction():
    made = reranker(ScriptedScorer(length))
    info = made.info
    assert (info.score_kind, info.supports_instruction) == ("logit", False)
    assert (info.template, info.max_length) == ("pair/v1", 60)
    assert isinstance(made, LongReranker)


def test_an_instruction_is_read_before_the_question():
    scorer = ScriptedScorer(length)
    reranker(scorer).score("q", ["d"], "find it")
    assert scorer.calls == [["find it qd"]]


def test_no_documents_load_nothing():
    def missing():
        raise Unavailable("model_missing")

    engine = Engine(ScriptedScorer(length))
    empty = CrossEncoderReranker(missing, engine, lambda: INFO, max_length=60)
    assert empty.score("q", [], "").pairs == ()
    with pytest.raises(Unavailable, match="model_missing"):
        empty.score("q", ["d"], "")


def test_equal_documents_are_computed_once():
    scorer = ScriptedScorer(length)
    seen: list[tuple[int, int]] = []
    scores = reranker(scorer).score(
        "q", ["aa", "b", "aa", "aa"], "", progress=lambda *at: seen.append(at)
    )
    assert [pair.margin for pair in scores.pairs] == [3.0, 2.0, 3.0, 3.0]
    assert scorer.calls == [["qaa", "qb"]]
    assert seen[-1] == (4, 4)


def test_a_long_document_is_cut_and_says_so():
    (pair,) = reranker(ScriptedScorer(length), 12).score("q", ["x" * 20], "").pairs
    assert (pair.margin, pair.tokens, pair.tokens_read) == (8.0, 25, 12)


def test_the_best_part_counts_and_is_told():
    scorer = ScriptedScorer(lambda text: float("!" in text))
    text = "a" * 20 + "!" + "a" * 19
    (pair,) = reranker(scorer, window=8).score("q", [text], "", long="windows").pairs
    assert pair.window is not None and pair.window.start <= 20 < pair.window.end
    assert (pair.margin, pair.tokens, pair.tokens_read) == (1.0, 45, 45)
    (short,) = reranker(scorer, window=8).score("q", ["!"], "", long="windows").pairs
    assert short.window is None


def test_whole_reads_as_far_as_the_model_does():
    made = reranker(ScriptedScorer(length), 12, whole=30)
    assert made.longest == 30
    (pair,) = made.score("q", ["x" * 25], "", long="whole").pairs
    assert (pair.tokens, pair.tokens_read) == (30, 30)
    with pytest.raises(InvalidInput, match="document_beyond_model"):
        made.score("q", ["x" * 26], "", long="whole")
    assert made.count(["abc", ""]) == (3, 0)


def test_time_is_looked_at_before_each_call():
    with pytest.raises(DeadlineExceeded) as caught:
        reranker(ScriptedScorer(length), clock=lambda: 5.0).score("q", ["d"], "", deadline=5.0)
    assert caught.value.params == {"done": 0, "total": 1}


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (PairOdds((1.0,), 0.0, 0.0), "scores_missing"),
        (PairOdds((1.0, float("nan")), 0.0, 0.0), "score_not_finite"),
        (
            PairOdds((1.0, float("nan")), 0.0, 0.0, {1: Unavailable("out_of_memory", tokens=9)}),
            "out_of_memory",
        ),
    ],
)
def test_answers_that_are_none_are_refused(reply, code):
    class Broken:
        def log_odds(self, prompts, **_):
            return reply

    with pytest.raises(Unavailable, match=code):
        reranker(Broken()).score("q", ["a", "b"], "")
