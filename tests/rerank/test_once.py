"""Tests of workbench.rerank.once."""

import threading

import pytest

from workbench.domain.errors import Unavailable
from workbench.rerank.once import Once


def test_a_value_is_made_once_for_all_threads():
    made: list[int] = []
    start = threading.Barrier(8)
    value = Once(lambda: made.append(1) or object())
    seen: list[object] = []

    def use() -> None:
        start.wait()
        seen.append(value.get())

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert len(set(map(id, seen))) == 1


def test_a_failed_attempt_is_made_again():
    answers = iter([Unavailable("model_missing"), "model"])

    def make() -> str:
        answer = next(answers)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    value = Once(make)
    with pytest.raises(Unavailable):
        value.get()
    assert value.get() == "model"
