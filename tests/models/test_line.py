"""Tests of workbench.models.line."""

import threading
import time

import pytest

from workbench.domain.errors import Busy, DeadlineExceeded, Unavailable
from workbench.models.line import Call, Line
from workbench.models.requests import Reply


def call(name: str = "", deadline: float | None = None) -> Call:
    return Call({"op": name}, b"", None, deadline)


def taken(line: Line) -> str:
    found = line.take()
    assert found is not None
    return found.header["op"]


def test_small_priorities_go_first_and_equal_ones_in_order_of_arrival():
    line = Line(10)
    for name, priority in (("a", 2), ("b", 2), ("c", 0), ("d", 1), ("e", 0)):
        line.put(call(name), priority)
    assert len(line) == 5
    assert [taken(line) for _ in range(5)] == ["c", "e", "d", "a", "b"]


def test_a_full_line_says_how_many_wait():
    line = Line(2)
    line.put(call(), 2)
    line.put(call(), 2)
    with pytest.raises(Busy) as caught:
        line.put(call(), 0)
    assert (caught.value.code, caught.value.params) == ("queue_full", {"waiting": 2})
    line.take()
    line.put(call(), 0)


def test_who_gave_up_is_left_out_and_makes_room():
    line = Line(2)
    late = call("late", deadline=time.monotonic() - 1)
    line.put(late, 0)
    line.put(call("next"), 2)
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        late.outcome()
    assert len(line) == 1
    line.put(call("third"), 2)
    assert [taken(line), taken(line)] == ["next", "third"]


def test_taking_waits_for_a_call():
    line = Line(1)
    found = []
    taker = threading.Thread(target=lambda: found.append(taken(line)))
    taker.start()
    line.put(call("x"), 0)
    taker.join(10)
    assert found == ["x"]


def test_closing_fails_who_waits_and_refuses_who_comes():
    line = Line(5)
    waiting = call()
    line.put(waiting, 0)
    line.close()
    with pytest.raises(Unavailable, match="model_host_closed"):
        waiting.outcome()
    with pytest.raises(Unavailable, match="model_host_closed"):
        line.put(call(), 0)
    assert line.take() is None
    assert (len(line), line.closed) == (0, True)


def test_a_call_ends_with_its_reply_or_its_error():
    good = call()
    good.reply = Reply({}, b"1", 0.0, 0.0)
    good.finished.set()
    assert good.outcome().payload == b"1"
    bad = call()
    bad.error = Unavailable("x")
    bad.finished.set()
    with pytest.raises(Unavailable, match="x"):
        bad.outcome()


def test_seconds_left_until_the_deadline():
    assert call().seconds_left(7.0) == 7.0
    assert call(deadline=time.monotonic() + 1000).seconds_left(7.0) == 7.0
    assert 0 < call(deadline=time.monotonic() + 1000).seconds_left(9999.0) <= 1000
    with pytest.raises(DeadlineExceeded) as caught:
        call(deadline=time.monotonic()).seconds_left(7.0)
    assert caught.value.params["seconds"] == pytest.approx(0, abs=5)
