"""Tests of workbench.rerank.qwen3."""

import math

import pytest

from tests.rerank.scripted import INFO, CharacterTokenizer, ScriptedScorer
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.domain.pairs import PairOdds
from workbench.domain.ports import API, LongReranker, ManyReranker, Reranker
from workbench.rerank.batches import BatchLimits
from workbench.rerank.engine import Engine
from workbench.rerank.known_scores import RememberingReranker
from workbench.rerank.odds import sigmoid
from workbench.rerank.qwen3 import LongLimits, Qwen3Reranker


def by_length(text: str) -> float:
    """Answer with the length of the document."""
    return float(len(text.partition("<Document>: ")[2]))


def reranker(scorer, limits=None, **changes) -> Reranker:
    engine = Engine(scorer, limits=limits)
    return Qwen3Reranker(CharacterTokenizer, engine, lambda: INFO, **changes)


class Clock:
    """Goes on by one second at each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def test_scores_stand_in_the_order_given():
    scorer = ScriptedScorer(lambda text: {"yes": 2.0, "no": -2.0, "": 0.0}[text.split(": ")[-1]])
    scores = reranker(scorer).score("q", ["no", "yes", ""], "i", priority=API)
    assert [pair.log_odds for pair in scores.pairs] == [-2.0, 2.0, 0.0]
    assert [pair.margin for pair in scores.pairs] == [-2.0, 2.0, 0.0]
    # 1 / (1 + e^-2) = 0.880797…
    assert [pair.score for pair in scores.pairs] == pytest.approx([0.1192029220, 0.8807970780, 0.5])
    assert [pair.tokens for pair in scores.pairs] == [87, 88, 85]
    assert scorer.priorities == [API]


def test_no_documents_load_nothing():
    def missing():
        raise Unavailable("model_missing")

    empty = Qwen3Reranker(missing, Engine(ScriptedScorer(by_length)), lambda: INFO)
    assert empty.score("q", [], "").pairs == ()
    with pytest.raises(Unavailable, match="model_missing"):
        empty.score("q", ["d"], "")


def test_the_info_says_what_this_class_decides():
    info = reranker(ScriptedScorer(by_length), max_length=512).info
    assert (info.name, info.model) == ("qwen3", "Qwen/Qwen3-Reranker-0.6B")
    assert (info.score_kind, info.supports_instruction) == ("probability", True)
    assert (info.max_length, info.template) == (512, "qwen3-reranker/v1")


def test_a_long_document_is_cut_and_says_so():
    scores = reranker(ScriptedScorer(by_length), max_length=90).score("q", ["x" * 20], "i")
    assert (scores.pairs[0].tokens, scores.pairs[0].tokens_read) == (105, 90)
    assert scores.pairs[0].log_odds == 5.0


def test_equal_documents_are_computed_once():
    scorer = ScriptedScorer(by_length)
    seen: list[tuple[int, int]] = []
    documents = ["aa", "b", "aa", "aa"]
    scores = reranker(scorer, limits=BatchLimits(pairs=1)).score(
        "q", documents, "i", progress=lambda *at: seen.append(at)
    )
    assert [pair.margin for pair in scores.pairs] == [2.0, 1.0, 2.0, 2.0]
    assert sum(map(len, scorer.calls)) == 2
    assert scores.cost.pairs == 2
    assert scores.cost.tokens == 87 + 86
    assert set(seen) <= {(0, 4), (3, 4), (4, 4)}
    assert seen[-1] == (4, 4)


def test_batches_are_asked_one_after_the_other_and_reported():
    scorer = ScriptedScorer(by_length)
    seen: list[tuple[int, int]] = []
    model = reranker(scorer, limits=BatchLimits(tokens=10_000, pairs=2))
    documents = ["a", "bbb", "cc", "dddd", "eeeee"]
    scores = model.score("q", documents, "i", progress=lambda *at: seen.append(at))
    assert [pair.margin for pair in scores.pairs] == [1.0, 3.0, 2.0, 4.0, 5.0]
    assert set(seen) <= {(0, 5), (2, 5), (4, 5), (5, 5)}
    assert seen == sorted(seen)
    assert seen[-1] == (5, 5)
    assert [[len(text) for text in call] for call in scorer.calls] == [[42, 41], [40, 39], [38]]
    assert scores.cost.compute_seconds == 1.5


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_what_is_no_number_is_never_a_score(broken):
    with pytest.raises(Unavailable) as caught:
        reranker(ScriptedScorer(lambda text: broken)).score("q", ["a"], "")
    assert caught.value.code == "score_not_finite"


def test_a_missing_answer_is_never_filled():
    class Short:
        def log_odds(self, prompts, *, groups=(), priority=0, deadline=None):
            return PairOdds((1.0,) * (len(prompts) - 1), 0.0, 0.0)

    with pytest.raises(Unavailable) as caught:
        reranker(Short()).score("q", ["a", "b"], "")
    assert caught.value.code == "scores_missing"


def test_what_does_not_fit_is_refused_before_the_model_is_asked():
    scorer = ScriptedScorer(by_length)
    with pytest.raises(InvalidInput):
        reranker(scorer, max_length=80).score("q", ["a"], "i")
    assert scorer.calls == []


def test_several_instructions_stand_in_line_together():
    scorer = ScriptedScorer(by_length)
    seen: list[tuple[int, int]] = []
    model = reranker(scorer)
    assert isinstance(model, ManyReranker)
    both = model.score_each(
        "q", ["a", "bb"], ["short", "longer"], progress=lambda *at: seen.append(at)
    )
    assert [[pair.margin for pair in one.pairs] for one in both] == [[1.0, 2.0]] * 2
    assert scorer.groups == [(2, 2)]
    assert [one.cost.pairs for one in both] == [2, 2]
    # the call computed for half a second, and the longer prompts took more of it
    first, second = (one.cost.compute_seconds for one in both)
    assert first + second == pytest.approx(0.5)
    assert 0 < first < second
    assert seen[-1] == (4, 4)


def test_no_documents_have_no_scores_under_any_instruction():
    assert [one.pairs for one in reranker(None).score_each("q", [], ["a", "b"])] == [(), ()]


def test_an_instruction_that_does_not_fit_leaves_nothing_behind():
    scorer = ScriptedScorer(by_length)
    with pytest.raises(InvalidInput):
        reranker(scorer, max_length=90).score_each("q", ["a"], ["i", "i" * 50])
    assert scorer.calls == []


def occurrences(text: str) -> float:
    """Answer with how often the letter y stands in the document."""
    return float(text.partition("<Document>: ")[2].count("y"))


def in_windows_of(size: int, scorer, **changes) -> Reranker:
    return reranker(scorer, long=LongLimits(whole=400, window=size), **changes)


def test_the_best_window_is_the_score_and_says_where_it_is():
    scorer = ScriptedScorer(occurrences)
    # windows of 8 characters, the space before a document included: seven at first
    document = "abcdefghijklmnyyABCDEFGHIJ"
    scores = in_windows_of(8, scorer).score("q", [document, "y"], "i", long="windows")
    first, short = scores.pairs
    assert (first.margin, first.log_odds, first.score) == (2.0, 2.0, sigmoid(2.0))
    assert first.window is not None
    assert document[first.window.start : first.window.end].count("y") == 2
    assert (first.tokens, first.tokens_read) == (85 + 26, 85 + 26)
    assert (short.margin, short.window, short.tokens_read) == (1.0, None, 86)
    assert scores.cost.pairs == sum(map(len, scorer.calls)) == first.window.count + 1


def test_of_equal_windows_the_first_counts():
    document = "".join(chr(ord("a") + at % 20) for at in range(40))
    scores = in_windows_of(8, ScriptedScorer(lambda text: 1.0)).score(
        "q", [document], "i", long="windows"
    )
    window = scores.pairs[0].window
    assert window is not None
    assert (window.number, window.start) == (1, 0)


def test_windows_are_reported_as_they_are_done():
    seen: list[tuple[int, int]] = []
    model = in_windows_of(8, ScriptedScorer(occurrences), limits=BatchLimits(pairs=2))
    scores = model.score(
        "q", ["abcdefghijklmnop"], "i", long="windows", progress=lambda *at: seen.append(at)
    )
    assert scores.pairs[0].window is not None
    assert scores.pairs[0].window.count == 3
    assert set(seen) <= {(0, 3), (2, 3), (3, 3)}
    assert seen[-1] == (3, 3)


def test_whole_reads_up_to_the_models_limit_and_refuses_more():
    model = in_windows_of(8, ScriptedScorer(by_length), max_length=100)
    fits, beyond = "x" * (400 - 85), "x" * (401 - 85)
    pair = model.score("q", [fits], "i", long="whole").pairs[0]
    assert (pair.tokens, pair.tokens_read, pair.margin, pair.window) == (400, 400, 315.0, None)
    assert model.score("q", [fits], "i").pairs[0].tokens_read == 100
    scorer = ScriptedScorer(by_length)
    with pytest.raises(InvalidInput) as caught:
        in_windows_of(8, scorer, max_length=100).score("q", ["ok", beyond], "i", long="whole")
    assert caught.value.code == "document_beyond_model"
    assert caught.value.params == {"position": 2, "tokens": 401, "limit": 400}
    assert not scorer.calls


def test_whole_never_reads_less_than_cut():
    model = in_windows_of(8, ScriptedScorer(by_length), max_length=500)
    assert (model.longest, in_windows_of(8, ScriptedScorer(by_length)).longest) == (500, 8192)


@pytest.mark.parametrize("long", ["cut", "windows", "whole"])
def test_a_question_without_room_is_refused_in_every_way(long):
    scorer = ScriptedScorer(by_length)
    with pytest.raises(InvalidInput) as caught:
        in_windows_of(8, scorer, max_length=90).score("q" * 500, ["a"], "i", long=long)
    assert caught.value.code == "prompt_too_long"
    assert not scorer.calls


def test_documents_are_counted_alone():
    assert reranker(ScriptedScorer(by_length)).count(["", "abc", "\ud800"]) == (0, 3, 1)
    assert isinstance(reranker(ScriptedScorer(by_length)), LongReranker)


def test_without_cache_everything_is_computed_again():
    class Everything:
        def get(self, prompts):
            return dict.fromkeys(prompts, 9.0)

        def put(self, rows):
            raise AssertionError(rows)

    engine = Engine(ScriptedScorer(by_length), known=Everything())
    model = Qwen3Reranker(CharacterTokenizer, engine, lambda: INFO)
    assert isinstance(model, RememberingReranker)
    cached = model.score("q", ["abc"], "i")
    assert (cached.pairs[0].margin, cached.cost.pairs, cached.cost.cached) == (9.0, 0, 1)
    with pytest.raises(AssertionError):
        model.without_cache().score("q", ["abc"], "i")
