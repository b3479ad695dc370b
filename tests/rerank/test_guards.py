"""Tests of workbench.rerank.guards."""

import math

import pytest

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.rerank.guards import checked, require_time


def test_good_scores_pass_as_floats():
    assert checked([1, -2.5], 2) == (1.0, -2.5)
    assert checked([], 0) == ()


@pytest.mark.parametrize("received", [[], [1.0], [1.0, 2.0, 3.0]])
def test_another_number_of_scores_is_refused(received):
    with pytest.raises(Unavailable) as caught:
        checked(received, 2)
    assert caught.value.code == "scores_missing"
    assert caught.value.params == {"expected": 2, "received": len(received)}


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(broken):
    with pytest.raises(Unavailable) as caught:
        checked([0.5, broken, 0.1], 3)
    assert caught.value.code == "score_not_finite"
    assert caught.value.params == {"count": 1, "documents": 3}


def test_the_deadline_itself_is_too_late():
    require_time(None, 1e9, 0, 1)
    require_time(5.0, 4.9, 0, 1)
    with pytest.raises(DeadlineExceeded) as caught:
        require_time(5.0, 5.0, 3, 7)
    assert caught.value.code == "deadline_exceeded"
    assert caught.value.params == {"done": 3, "total": 7}
