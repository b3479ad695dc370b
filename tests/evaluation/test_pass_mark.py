"""Mistakes at a pass mark, counted by hand; intervals against SciPy."""

import math
import random

import numpy as np
import pytest
from scipy import stats

from workbench.domain.errors import InvalidInput
from workbench.evaluation.pass_mark import mistakes

SCORES = {"q": {"a": 0.9, "b": 0.8, "c": 0.2, "x": 0.7}}
QRELS = {"q": {"a": 3, "b": 0, "c": 2, "d": 3}}


def test_one_query_by_hand() -> None:
    found = mistakes(SCORES, QRELS, 0.5, 2)
    assert (found.over, found.wrong, found.false_share) == (2, 1, 0.5)
    assert (found.relevant, found.missed, found.unscored) == (3, 2, 1)
    assert found.miss_share == pytest.approx(2 / 3)
    assert found.ungraded == 1
    assert (found.false_interval, found.miss_interval) == (None, None)


def test_the_pass_mark_itself_passes() -> None:
    assert mistakes(SCORES, QRELS, 0.9, 2).over == 1


def test_shares_of_nothing_are_none() -> None:
    found = mistakes({}, {"q": {"a": 0}, "r": {}}, 0.5, 1)
    assert (found.false_share, found.miss_share) == (None, None)
    assert (found.false_interval, found.miss_interval) == (None, None)


def _drawn() -> tuple[dict[str, dict[str, float]], dict[str, dict[str, int]]]:
    dice = random.Random(4)
    scores = {f"q{q}": {f"d{d}": dice.random() for d in range(8)} for q in range(60)}
    qrels = {q: {d: dice.randint(0, 3) for d in found} for q, found in scores.items()}
    return scores, qrels


def test_intervals_draw_queries_as_scipy_does() -> None:
    scores, qrels = _drawn()
    found = mistakes(scores, qrels, 0.5, 2)
    over = [sum(s >= 0.5 for s in one.values()) for one in scores.values()]
    wrong = [sum(s >= 0.5 and qrels[q][d] < 2 for d, s in one.items()) for q, one in scores.items()]
    theirs = stats.bootstrap(
        (np.array(wrong), np.array(over)),
        lambda part, whole, axis: part.sum(axis=axis) / whole.sum(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=20_000,
        random_state=np.random.default_rng(3),
    ).confidence_interval
    assert found.false_share == sum(wrong) / sum(over)
    assert found.false_interval == pytest.approx((theirs.low, theirs.high), abs=0.008)


def test_neither_order_nor_names_matter() -> None:
    scores, qrels = _drawn()
    renamed = {f"z{q}": found for q, found in reversed(scores.items())}
    labels = {f"z{q}": found for q, found in qrels.items()}
    assert mistakes(renamed, labels, 0.5, 2) == mistakes(scores, qrels, 0.5, 2)


def test_what_cannot_be_counted_is_refused() -> None:
    for scores, qrels, mark, code in (
        ({}, {}, 0.5, "labels_missing"),
        ({"q": {"a": math.nan}}, QRELS, 0.5, "not_finite"),
        (SCORES, QRELS, math.inf, "not_finite"),
    ):
        with pytest.raises(InvalidInput) as caught:
            mistakes(scores, qrels, mark, 2)
        assert caught.value.code == code
