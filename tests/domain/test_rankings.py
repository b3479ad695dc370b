"""The only sort: margins down, recall rank up, identifiers up, unscored last."""

import math
import random

import pytest

from workbench.domain.rankings import Candidate, Ranking


def of(*rows: tuple[str, int, float | None]) -> Ranking:
    return Ranking.of("q", [Candidate(chunk_id=c, recall_rank=r, margin=m) for c, r, m in rows])


def order(ranking: Ranking) -> list[str]:
    return [row.candidate.chunk_id for row in ranking.rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), []),
        ((("a", 1, 0.5),), ["a"]),
        ((("a", 1, 0.5), ("b", 2, 0.9)), ["b", "a"]),
        ((("a", 2, 0.5), ("b", 1, 0.5)), ["b", "a"]),
        ((("b", 1, 0.5), ("a", 1, 0.5)), ["a", "b"]),
        ((("a", 1, None), ("b", 2, -9.0)), ["b", "a"]),
        ((("b", 2, None), ("a", 1, None)), ["a", "b"]),
    ],
)
def test_order(rows: tuple[tuple[str, int, float | None], ...], expected: list[str]) -> None:
    assert order(of(*rows)) == expected


def test_ranks_count_from_one_and_ties_are_marked() -> None:
    ranking = of(("a", 1, 2.0), ("b", 2, 2.0), ("c", 3, 1.0), ("d", 4, None), ("e", 5, None))
    assert [row.rank for row in ranking.rows] == [1, 2, 3, 4, 5]
    assert [row.tied for row in ranking.rows] == [True, True, False, False, False]


def test_order_does_not_depend_on_the_order_given() -> None:
    seeded = random.Random(7)
    rows = [(f"c{i}", seeded.randrange(5), seeded.choice([None, 0.0, 1.0])) for i in range(40)]
    first = order(of(*rows))
    for _ in range(20):
        seeded.shuffle(rows)
        assert order(of(*rows)) == first


def test_a_missing_score_is_not_zero() -> None:
    ranking = of(("scored", 2, -math.pi), ("unscored", 1, None))
    assert ranking.rows[1].candidate.margin is None
    assert order(ranking) == ["scored", "unscored"]
