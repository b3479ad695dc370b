"""Tests of workbench.models.pair_scorer."""

import math
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
from workbench.domain.errors import DeadlineExceeded, InvalidInput, Unavailable
from workbench.domain.pairs import PairOdds, PairScorer
from workbench.domain.ports import API
from workbench.models.client import ModelHost
from workbench.models.pair_scorer import HostPairScorer
from workbench.models.qwen3_tokenizer import Qwen3Tokenizer
from workbench.models.requests import Reply
from workbench.models.token_ids import pack_ids


@pytest.fixture
def scorer(host, reranker):
    return HostPairScorer(host, reranker)


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


def test_one_call_is_made_of_all_that_is_given(scorer, host, reference):
    before = host.stats()
    prompts = drawn(100, 60, 60, 20, 20, 20, 20, 500, 20, 1)
    found = scorer.log_odds(prompts, groups=[3, 5, 2])
    assert host.stats().calls == before.calls + 1
    assert host.stats().tokens == before.tokens + sum(map(len, prompts))
    expected = reference_log_odds(reference, prompts)
    assert found.log_odds == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert found.failed == {}


def test_groups_share_what_they_begin_with(host, reranker):
    first, second = drawn(60, 30)
    prompts = [[*first, 1, 5], [*first, 2], [*second, 3], [*second, 4, 9]]
    asked = [len(prompt) for prompt in prompts]
    payload = pack_ids(prompts)[1]
    reply = host.call("odds", {"lengths": asked, "groups": [2, 2]}, payload, model=reranker)
    assert reply.header == {"failed": [], "computed": 60 + 3 + 30 + 3}
    # Both prefixes are still known, so only what is each prompt's own is computed.
    again = host.call("odds", {"lengths": asked, "groups": [2, 2]}, payload, model=reranker)
    assert again.header == {"failed": [], "computed": 6}
    assert np.frombuffer(again.payload) == pytest.approx(np.frombuffer(reply.payload), rel=1e-4)


@pytest.mark.parametrize("groups", [[1], [2, 2], [3, 0], [4, -1]])
def test_groups_that_do_not_add_up_are_refused(scorer, groups):
    with pytest.raises(InvalidInput) as caught:
        scorer.log_odds(drawn(3, 4, 5), groups=groups)
    assert caught.value.code == "groups_do_not_match"
    assert caught.value.params == {"expected": 3, "received": sum(groups)}


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


class Scripted:
    """A host that answers what a test has written."""

    def __init__(self, *odds: float, **header) -> None:
        self.reply = Reply(header, np.array(odds, "<f8").tobytes(), 0.25, 0.5)

    def call(self, *_, **__) -> Reply:
        return self.reply


def test_failures_come_by_position_as_the_errors_that_they_are(reranker):
    sent = [[1, "Unavailable", "out_of_memory", {"tokens": 9}]]
    found = score(HostPairScorer(Scripted(1.5, float("nan"), failed=sent), reranker), drawn(1, 2))
    assert found.log_odds[0] == 1.5
    assert math.isnan(found.log_odds[1])
    assert (found.queue_seconds, found.compute_seconds) == (0.25, 0.5)
    (failure,) = found.failed.items()
    assert failure[0] == 1
    assert isinstance(failure[1], Unavailable)
    assert (failure[1].code, failure[1].params) == ("out_of_memory", {"tokens": 9})


def test_an_answer_with_too_few_numbers_is_refused(reranker):
    with pytest.raises(Unavailable, match="model_error"):
        score(HostPairScorer(Scripted(1.5), reranker), drawn(1, 2))


@pytest.mark.fault
def test_a_death_repeats_the_call_and_nothing_else(reranker):
    host = ModelHost(threads=1)
    scorer = HostPairScorer(host, reranker)
    prompts = drawn(*[480] * 60)
    expected = score(scorer, prompts).log_odds
    before = host.stats()
    found = []
    thread = threading.Thread(target=lambda: found.append(score(scorer, prompts).log_odds))
    thread.start()
    while not host.stats().computing:
        time.sleep(0.001)
    os.kill(host.pid, signal.SIGKILL)
    thread.join()
    after = host.stats()
    host.close()
    assert found == [expected]
    assert after.restarts == before.restarts + 1
    assert after.calls == before.calls + 1
