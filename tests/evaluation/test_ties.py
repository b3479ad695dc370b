"""Tied pairs counted by hand."""

import math

import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.ties import tied_share


def test_tied_pairs_of_the_first_ranks() -> None:
    assert tied_share({"q": [2.0, 1.0, 1.0, 1.0]}) == 3 / 6
    assert tied_share({"q": [2.0, 1.0, 1.0, 1.0]}, 2) == 0.0
    assert tied_share({"q": [1.0, 1.0], "r": [3.0, 2.0, 2.0]}) == 2 / 4
    assert tied_share({"q": [0.0, -0.0]}) == 1.0


def test_without_a_pair_there_is_no_share() -> None:
    assert tied_share({}) is None
    assert tied_share({"q": [1.0], "r": []}) is None


def test_a_margin_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        tied_share({"q": [math.nan, 1.0]})
    assert caught.value.code == "not_finite"
