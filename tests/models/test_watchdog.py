"""Tests of workbench.models.watchdog."""

import threading

import pytest

from workbench.models.watchdog import FLOOR, SLOWEST, Watchdog, patience


@pytest.mark.parametrize(
    ("gflop", "rate", "floor", "seconds"),
    [
        (0.0, 100.0, 30.0, 30.0),
        (299.0, 100.0, 30.0, 30.0),
        (600.0, 100.0, 30.0, 60.0),
        (600.0, 100.0, 120.0, 120.0),
        # Nobody knows how fast it is: as slow as any machine.
        (60.0, None, 30.0, 600.0 / SLOWEST),
    ],
)
def test_patience_is_ten_times_a_layer_but_never_less_than_the_floor(gflop, rate, floor, seconds):
    assert patience({"beat": gflop, "rate": rate}, floor) == seconds


def test_the_floor_is_half_a_minute():
    assert FLOOR == 30.0


def ended(seconds: float, floor: float, *, expected: bool, beats: int = 0) -> list:
    """Return how a block ended that gives signs, then waits until it is ended."""
    over = threading.Event()
    with Watchdog(over.set, seconds, floor, expected=expected) as watchdog:
        for _ in range(beats):
            watchdog.sign({"beat": 0.0, "rate": 1.0})
        assert over.wait(60)
    return [watchdog.ended]


def test_what_takes_too_long_is_late():
    assert ended(0.05, 30.0, expected=True) == ["late"]
    assert ended(0.05, 30.0, expected=False, beats=2) == ["late"]


def test_who_gives_no_sign_stalls():
    assert ended(60.0, 0.05, expected=True) == ["stalled"]
    # Nobody waits for a first one here, but for those after it.
    assert ended(0.3, 0.05, expected=False) == ["late"]
    assert ended(60.0, 0.05, expected=False, beats=1) == ["stalled"]


def test_a_block_that_ends_is_left_alone():
    calls: list[str] = []
    for _ in range(20):
        with Watchdog(lambda: calls.append("end"), 60.0, 30.0, expected=True) as watchdog:
            watchdog.sign({"beat": 1.0, "rate": 1.0})
        watchdog._thread.join(10)
        assert not watchdog._thread.is_alive()
        assert watchdog.ended is None
    assert calls == []
