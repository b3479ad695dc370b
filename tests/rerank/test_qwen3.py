"""Tests of workbench.rerank.qwen3."""

import math
import threading

import pytest

from tests.rerank.scripted import INFO, CharacterTokenizer, ScriptedScorer
from workbench.domain.errors import DeadlineExceeded, InvalidInput, Unavailable
from workbench.domain.pairs import PairOdds
from workbench.domain.ports import API, LongReranker, Reranker
from workbench.rerank.qwen3 import BatchLimits, LongLimits, Qwen3Reranker, sigmoid


def by_length(text: str) -> float:
    """Answer with the length of the document."""
    return float(len(text.partition("<Document>: ")[2]))


def reranker(scorer, **changes) -> Reranker:
    return Qwen3Reranker(CharacterTokenizer, lambda: scorer, lambda: INFO, **changes)


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

    empty = Qwen3Reranker(missing, missing, lambda: INFO)
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
    assert seen == [(3, 4), (4, 4)]


def test_batches_are_asked_one_after_the_other_and_reported():
    scorer = ScriptedScorer(by_length)
    seen: list[tuple[int, int]] = []
    model = reranker(scorer, limits=BatchLimits(tokens=10_000, pairs=2))
    documents = ["a", "bbb", "cc", "dddd", "eeeee"]
    scores = model.score("q", documents, "i", progress=lambda *at: seen.append(at))
    assert [pair.margin for pair in scores.pairs] == [1.0, 3.0, 2.0, 4.0, 5.0]
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert (scores.cost.queue_seconds, scores.cost.compute_seconds) == (0.75, 1.5)


def test_the_deadline_stops_between_batches():
    scorer = ScriptedScorer(by_length)
    model = reranker(scorer, limits=BatchLimits(pairs=1), clock=Clock())
    # the clock is looked at once at the start and once before each batch: 1, 2, 3, 4
    with pytest.raises(DeadlineExceeded) as caught:
        model.score("q", ["a", "b", "c"], "i", deadline=4.0)
    assert caught.value.params == {"done": 2, "total": 3}
    assert len(scorer.calls) == 2


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


def test_the_model_is_made_once_for_all_threads_and_again_after_a_failure():
    made: list[int] = []
    ready = threading.Barrier(4)

    def make():
        made.append(1)
        if len(made) == 1:
            raise Unavailable("model_missing")
        return ScriptedScorer(by_length)

    model = Qwen3Reranker(CharacterTokenizer, make, lambda: INFO)
    with pytest.raises(Unavailable):
        model.score("q", ["a"], "")

    def ask():
        ready.wait()
        model.score("q", ["a"], "")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2


@pytest.mark.parametrize(
    ("log_odds", "probability"),
    [(0.0, 0.5), (math.log(3), 0.75), (-math.log(3), 0.25), (1e4, 1.0), (-1e4, 0.0)],
)
def test_the_sigmoid_holds_at_both_ends(log_odds, probability):
    assert sigmoid(log_odds) == pytest.approx(probability, abs=1e-15)


def test_small_probabilities_keep_their_digits():
    assert sigmoid(-40.0) == pytest.approx(math.exp(-40.0), rel=1e-12)


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
    assert seen == [(2, 3), (3, 3)]


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
