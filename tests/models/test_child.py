"""Tests of workbench.models.child."""

import sys

import pytest

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.models.child import Child

ECHO = """
import sys
from workbench.models.frames import read_frame, write_frame
while True:
    header, payload = read_frame(sys.stdin.buffer)
    sys.stderr.write(f"got {header['op']}\\n"); sys.stderr.flush()
    if header["op"] == "die":
        sys.exit(7)
    if header["op"] == "garbage":
        sys.stdout.buffer.write(b"Loading weights: 100%" * 9); sys.stdout.flush(); continue
    if header["op"] == "hang":
        import time; time.sleep(600)
    if header["op"] == "beat":
        import time
        for pause in header["pauses"]:
            write_frame(sys.stdout.buffer, {"beat": header.get("gflop", 0.1), "rate": 1.0})
            time.sleep(pause)
    write_frame(sys.stdout.buffer, {"echo": header}, payload[::-1])
"""


@pytest.fixture
def child():
    made = Child(1, [sys.executable, "-c", ECHO])
    yield made
    made.stop()
    made.release()


def test_frames_go_there_and_back_from_any_folder(child, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    large = bytes(range(256)) * 4096
    assert child.exchange({"op": "x"}, large, 60) == ({"echo": {"op": "x"}}, large[::-1])
    assert child.exchange({"op": "y"}, b"", 60) == ({"echo": {"op": "y"}}, b"")
    assert child.alive


def test_a_death_says_what_was_written_last(child):
    with pytest.raises(Unavailable) as caught:
        child.exchange({"op": "die"}, b"", 60)
    assert caught.value.code == "model_host_failed"
    assert caught.value.params == {"attempts": 1, "status": 7, "detail": "got die"}
    assert not child.alive
    with pytest.raises(Unavailable, match="model_host_failed"):
        child.exchange({"op": "x"}, b"", 60)


def test_an_answer_that_is_no_frame_is_a_failure(child):
    with pytest.raises(Unavailable, match="model_host_failed"):
        child.exchange({"op": "garbage"}, b"", 60)


def test_who_hangs_is_killed_at_the_limit(child):
    child.exchange({"op": "x"}, b"", 60)
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        child.exchange({"op": "hang"}, b"", 0.2)
    assert not child.alive


@pytest.fixture
def watched():
    made = Child(1, [sys.executable, "-c", ECHO], stall_seconds=1.0)
    made.exchange({"op": "x"}, b"", 60)
    yield made
    made.stop()
    made.release()


def test_who_is_slow_but_gives_signs_of_life_is_waited_for(watched):
    slow = {"op": "beat", "pauses": [0.3] * 6}
    assert watched.exchange(slow, b"ab", 60, beats=True) == ({"echo": slow}, b"ba")
    assert watched.alive
    assert not watched.stalled


@pytest.mark.parametrize("asked", [{"op": "hang"}, {"op": "beat", "pauses": [0.1, 0.1, 600]}])
def test_who_gives_no_more_signs_of_life_is_killed(watched, asked):
    with pytest.raises(Unavailable) as caught:
        watched.exchange(asked, b"", 60, beats=True)
    assert caught.value.code == "model_host_failed"
    assert caught.value.params["detail"] == "it stopped answering: no sign of life for 1 s"
    assert watched.stalled
    assert not watched.alive


def test_a_long_layer_is_waited_for_as_long_as_it_may_take(watched):
    # 10 × 0.5 GFLOP at 1 GFLOP/s are 5 s, where one that announces little has 1 s.
    long = {"op": "beat", "pauses": [2.0], "gflop": 0.5}
    assert watched.exchange(long, b"", 60, beats=True)[0] == {"echo": long}


def test_without_signs_of_life_only_the_limit_counts(watched):
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        watched.exchange({"op": "hang"}, b"", 2.0)
    assert not watched.stalled


def test_the_limit_holds_for_who_gives_signs_of_life(watched):
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        watched.exchange({"op": "beat", "pauses": [0.3] * 99}, b"", 1.5, beats=True)
    assert not watched.stalled


def test_what_is_too_large_is_refused_and_harms_nothing(child, monkeypatch):
    from workbench.models import frames

    monkeypatch.setattr(frames, "PAYLOAD_LIMIT", 10)
    with pytest.raises(Unavailable, match="frame_too_large"):
        child.exchange({"op": "x"}, b"12345678901", 60)
    assert child.exchange({"op": "y"}, b"", 60)[1] == b""


def test_stopping_ends_it_twice_over(child):
    assert child.last_lines == ()
    child.exchange({"op": "x"}, b"", 60)
    child.stop()
    assert not child.alive
    child.stop()
    assert child.last_lines[0] == "got x"


def test_a_child_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr("workbench.models.child._STOP_SECONDS", 0.2)
    deaf = Child(1, [sys.executable, "-c", "import time; time.sleep(600)"])
    deaf.stop()
    deaf.release()
    assert not deaf.alive


def test_a_program_that_cannot_be_started_fails_at_once(tmp_path):
    with pytest.raises(FileNotFoundError):
        Child(1, [str(tmp_path / "missing")])
