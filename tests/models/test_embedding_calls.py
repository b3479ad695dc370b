"""Tests of workbench.models.embedding_calls."""

import numpy as np
import pytest

from workbench.domain.errors import Unavailable
from workbench.models import embedding_calls
from workbench.models.embedding_calls import EmbeddingCalls
from workbench.models.requests import ModelRequest, Reply
from workbench.models.token_ids import unpack_ids


class Host:
    """Answers each text with its first id as its vector, at a given pace."""

    def __init__(self, tokens_a_second: float, answer: bytes | None = None) -> None:
        self.pace, self.answer = tokens_a_second, answer
        self.calls: list[list[int]] = []
        self.exact: list[bool] = []

    def call(self, op, header, payload, *, model, priority):
        ids = unpack_ids(header["lengths"], payload)
        self.calls.append([len(each) for each in ids])
        self.exact.append(header["exact"])
        seconds = len(ids) * max(map(len, ids)) / self.pace
        rows = np.array([each[0] for each in ids], "<f4").tobytes()
        return Reply({}, rows if self.answer is None else self.answer, 0.0, seconds)


@pytest.fixture
def make(tmp_path):
    return lambda host: EmbeddingCalls(host, ModelRequest("embedder", "e5", tmp_path))


def vectors(calls: EmbeddingCalls, ids: list[list[int]]) -> list[float]:
    return np.frombuffer(calls.vectors(ids, 4, 2, exact=False), "<f4").tolist()


def test_calls_hold_texts_of_one_length_and_answers_stand_in_the_order_given(make):
    host = Host(tokens_a_second=1000)
    lengths = [100, 300, 200, 300, 100, 900]
    ids = [[at] * length for at, length in enumerate(lengths)]
    assert vectors(make(host), ids) == [0, 1, 2, 3, 4, 5]
    # 1,024 tokens, then the 700 that this pace does in 0.7 seconds.
    assert host.calls == [[900], [300, 300], [200, 100, 100]]


def test_a_call_takes_what_the_pace_allows_and_at_most_doubles(make):
    host = Host(tokens_a_second=10_000)
    calls = make(host)
    vectors(calls, [[7] * 100] * 100)
    assert [len(call) for call in host.calls] == [10, 20, 40, 30]
    assert calls.tokens == 7000, "0.7 seconds at 10,000 a second"
    host.pace = 10
    vectors(calls, [[7] * 100] * 80)
    assert [len(call) for call in host.calls[4:]] == [70, 5, 5], "never fewer than 512 tokens"


def test_a_short_question_tells_nothing_of_the_pace(make):
    host = Host(tokens_a_second=1)
    calls = make(host)
    vectors(calls, [[1] * 20])
    assert calls.tokens == embedding_calls.FIRST_TOKENS


def test_a_text_beyond_the_budget_goes_alone(make):
    host = Host(tokens_a_second=1000)
    assert vectors(make(host), [[1] * 5000, [2]]) == [1, 2]
    assert host.calls == [[5000], [1]]


def test_no_texts_need_no_call(make):
    host = Host(tokens_a_second=1000)
    assert vectors(make(host), []) == []
    assert host.calls == []


def test_exactness_is_passed_on(make):
    host = Host(tokens_a_second=1000)
    make(host).vectors([[1]], 4, 0, exact=True)
    vectors(make(host), [[1]])
    assert host.exact == [True, False]


def test_an_answer_of_another_size_is_refused(make):
    with pytest.raises(Unavailable, match="model_error"):
        vectors(make(Host(1000, answer=b"12")), [[1]])
