"""Tests of training.criterion_weight."""

import numpy as np
import pytest

from training.criterion_weight import Told, measured

KEYS = ("a", "b", "c", "d")
BARE = np.array([3.0, 2.0, 1.0, 0.0])
ALL = np.full(4, 9.0)
MEETS = np.array([-9.0, -9.0, 9.0, 9.0])


def told(again=MEETS, placebo=ALL) -> Told:
    return Told("q", KEYS, BARE, [(MEETS, again, -MEETS, ("c", "d"))], placebo)


def test_what_does_not_meet_the_instruction_falls_by_its_weight():
    assert told().order(None, 5, 0) == list(KEYS)
    assert told().order(MEETS, 5, 0) == ["c", "d", "a", "b"]
    assert told().order(MEETS, 0, 0) == list(KEYS)


def test_all_that_surely_does_not_meet_it_falls_alike():
    none = np.array([-19.0, -9.0, -12.0, -7.0])
    assert told().order(none, 2, 0) == ["d", "b", "c", "a"]
    assert told().order(none, 2, 0.01) == list(KEYS)


def test_following_and_noise_are_measured_apart():
    share, placebo, words = measured([told()], 5, 0)
    assert share == pytest.approx(1.0)
    assert (placebo, words) == (0.0, 0.0)
    _, placebo, words = measured([told(again=-MEETS, placebo=MEETS)], 5, 0)
    assert placebo > 0 and words > 0
