"""Tests of workbench.models.pair_scorer."""

import os
import signal
import threading
import time

import numpy as np
import pytest

from tests.reference_scorer import (
    DEFAULT_INSTRUCTION,
    PREFIX,
    SUFFIX,
    format_instruction,
    reference_log_odds,
)
from workbench.domain.errors import DeadlineExceeded, InvalidInput
from workbench.domain.pairs import PairOdds, PairScorer
from workbench.domain.ports import API
from workbench.models.client import ModelHost
from workbench.models.pair_scorer import HostPairScorer
from workbench.models.qwen3_tokenizer import Qwen3Tokenizer


@pytest.fixture
def scorer(host, reranker):
    return HostPairScorer(host, reranker, frame_tokens=128)


def drawn(*lengths: int) -> list[list[int]]:
    draw = np.random.default_rng(5)
    return [draw.integers(0, 151_669, n).tolist() for n in lengths]


def score(scorer: PairScorer, prompts, deadline=None) -> PairOdds:
    return scorer.log_odds(prompts, priority=API, deadline=deadline)


def test_odds_equal_the_model_cards_in_the_order_given(scorer, reference):
    prompts = drawn(3, 70, 1, 300, 12, 12, 128)
    found = score(scorer, prompts)
    expected = reference_log_odds(reference, prompts)
    for ours, theirs in zip(found.log_odds, expected, strict=True):
        assert abs(ours - theirs) <= 1e-4 * max(1.0, abs(theirs))
    assert found.compute_seconds > 0 <= found.queue_seconds


def test_whole_prompts_score_as_the_model_card_scores_them(scorer, reference, tokenizer_folder):
    tokenizer = Qwen3Tokenizer(tokenizer_folder)
    bodies = [
        format_instruction(DEFAULT_INSTRUCTION, "中国的首都是哪里?", document)
        for document in ("北京是中国的首都。", "Bananas are yellow.", "x", "😀" * 30)
    ]
    control = tokenizer.encode_controls
    ours = [control(PREFIX) + body + control(SUFFIX) for body in tokenizer.encode(bodies)]
    theirs = [control(PREFIX + body + SUFFIX) for body in bodies]
    assert ours == theirs
    expected = reference_log_odds(reference, theirs)
    assert score(scorer, ours).log_odds == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_calls_hold_a_budget_of_tokens(scorer, host):
    score(scorer, drawn(1))
    before = host.stats().calls
    # 100, as 60 more would make 160; 60 + 60; 6 × 20 + 1 = 121.
    score(scorer, drawn(100, 60, 60, 20, 20, 20, 20, 20, 20, 1))
    assert host.stats().calls == before + 3


def test_nothing_asked_needs_no_call(scorer, host):
    before = host.stats().calls
    assert score(scorer, []) == PairOdds((), 0.0, 0.0)
    assert host.stats().calls == before


def test_a_refusal_reaches_the_caller(scorer):
    with pytest.raises(InvalidInput) as caught:
        score(scorer, drawn(3, 513))
    assert caught.value.params == {"tokens": 513, "limit": 512}
    with pytest.raises(DeadlineExceeded):
        score(scorer, drawn(3), deadline=time.monotonic() - 1)


@pytest.mark.fault
def test_a_death_repeats_one_call_and_keeps_the_others_answers(reranker):
    host = ModelHost(threads=1)
    scorer = HostPairScorer(host, reranker, frame_tokens=512)
    prompts = drawn(*[480] * 60)
    expected = score(scorer, prompts).log_odds
    before = host.stats()
    found = []
    thread = threading.Thread(target=lambda: found.append(score(scorer, prompts).log_odds))
    thread.start()
    while host.stats().calls < before.calls + 10:
        time.sleep(0.001)
    os.kill(host.pid, signal.SIGKILL)
    thread.join()
    after = host.stats()
    host.close()
    assert found == [expected]
    assert after.restarts == before.restarts + 1
    assert after.calls == before.calls + 60, "no answer was computed twice"
