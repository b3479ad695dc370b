import math

import pytest

from workbench.recall.postings_builder import postings_of
from workbench.recall.statistics import EPSILON, Part, Statistics


def test_a_case_worked_by_hand() -> None:
    # a in two of three chunks: ln 1.5 - ln 2.5; b and c in one: ln 2.5 - ln 1.5. Their mean is a
    # third of the latter.
    found = Statistics.of([Part(postings_of([["a", "a", "b"], ["a"], ["c"]]))])
    assert (found.chunks, found.tokens, dict(found.terms)) == (3, 5, {1: 2, 2: 1})
    assert found.average == pytest.approx(5 / 3)
    one = math.log(2.5) - math.log(1.5)
    assert found.floor == pytest.approx(EPSILON * one / 3)
    assert (found.idf(1), found.idf(2)) == (pytest.approx(one), found.floor)


@pytest.mark.parametrize("chunks", [[], [[]]])
def test_nothing_to_count(chunks: list[list[str]]) -> None:
    found = Statistics.of([Part(postings_of(chunks))])
    assert (found.tokens, dict(found.terms), found.floor, found.average) == (0, {}, 0.0, 0.0)
    assert Statistics.of([]).chunks == 0


def test_a_term_that_two_parts_hold_counts_once() -> None:
    parts = [Part(postings_of([["a"], ["b"]])), Part(postings_of([["a"]]))]
    assert dict(Statistics.of(parts).terms) == {2: 1, 1: 1}


def test_what_is_gone_and_comes_back() -> None:
    import numpy as np

    part = Part(postings_of([["a", "b"], ["a"], ["c"]]))
    less = part.with_gone(np.array([True, False, True]))
    assert (less.chunks, less.tokens, less.held().tolist()) == (1, 1, [1, 0, 0])
    back = less.with_gone(np.array([False, False, True]))
    assert back.held().tolist() == [2, 1, 0]
    assert less.with_gone(None).held().tolist() == part.held().tolist()
