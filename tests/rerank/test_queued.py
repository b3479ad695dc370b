"""Tests of workbench.rerank.queued."""

import pytest

from tests.rerank.scripted import INFO, ScriptedScorer
from workbench.domain.errors import Unavailable
from workbench.domain.pairs import PairOdds
from workbench.rerank.engine import Engine
from workbench.rerank.odds import best_pair
from workbench.rerank.queued import Queued
from workbench.rerank.windows import DividedPrompts


def text(word: str) -> tuple[int, ...]:
    return tuple(200_000 + ord(character) for character in word)


def document(*words: str) -> DividedPrompts:
    windows = tuple(range(len(words)))
    return DividedPrompts(tuple(map(text, words)), windows, 7)  # type: ignore[arg-type]


def scores(engine, *lists, progress=None):
    how = {"priority": 0, "user": "u", "deadline": None, "progress": progress}
    return Queued(engine, best_pair).scores(lists, lambda: INFO, **how)


def test_each_document_has_the_best_of_its_own_prompts():
    engine = Engine(ScriptedScorer(lambda word: float(len(word))))
    one, other = scores(engine, [document("a", "bbb"), document("cc")], [document("dddd")])
    assert [pair.margin for pair in one.pairs] == [3.0, 2.0]
    assert [pair.margin for pair in other.pairs] == [4.0]
    assert (one.cost.pairs, other.cost.pairs) == (3, 1)


def test_a_failure_leaves_nothing_waiting():
    class Failing:
        def log_odds(self, prompts, *, groups=(), priority=0, deadline=None) -> PairOdds:
            raise Unavailable("weights_missing", places="")

    engine = Engine(Failing())
    with pytest.raises(Unavailable, match="weights_missing"):
        scores(engine, [document("a")], [document("b")])
    assert engine.stats().waiting == 0


def test_progress_goes_up_and_ends_at_all_prompts():
    seen: list[tuple[int, int]] = []
    engine = Engine(ScriptedScorer(lambda word: 0.0))
    scores(
        engine,
        [document("a", "b")],
        [document("c")],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == sorted(seen)
    assert seen[-1] == (3, 3)
