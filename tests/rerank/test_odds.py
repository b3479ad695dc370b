"""Tests of workbench.rerank.odds."""

import math

import pytest

from workbench.rerank.odds import sigmoid


@pytest.mark.parametrize(
    ("log_odds", "probability"),
    [(0.0, 0.5), (math.log(3), 0.75), (-math.log(3), 0.25), (1e4, 1.0), (-1e4, 0.0)],
)
def test_the_sigmoid_holds_at_both_ends(log_odds, probability):
    assert sigmoid(log_odds) == pytest.approx(probability, abs=1e-15)


def test_small_probabilities_keep_their_digits():
    assert sigmoid(-40.0) == pytest.approx(math.exp(-40.0), rel=1e-12)
