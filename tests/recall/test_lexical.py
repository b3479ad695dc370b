import numpy as np
import pytest

from workbench.recall.lexical import best

SCORES = np.array([1.0, 3.0, 3.0, -2.0, 3.0])
ALL = np.ones(5, dtype=np.bool_)


def test_equal_scores_stand_in_document_order_even_at_the_cut() -> None:
    assert best(SCORES, ALL, 2) == [(1, 3.0), (2, 3.0)]
    assert [at for at, _ in best(SCORES, ALL, 9)] == [1, 2, 4, 0, 3]


def test_a_negative_score_is_a_find_and_a_high_one_outside_the_mask_is_not() -> None:
    assert best(SCORES, np.array([0, 0, 0, 1, 0], dtype=np.bool_), 5) == [(3, -2.0)]


@pytest.mark.parametrize("limit", [0, -1])
def test_no_place_no_document(limit: int) -> None:
    assert best(SCORES, ALL, limit) == []


def test_nothing_allowed_gives_nothing() -> None:
    assert best(SCORES, ~ALL, 3) == []
    assert best(np.zeros(0), np.zeros(0, dtype=np.bool_), 3) == []
