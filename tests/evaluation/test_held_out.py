"""The draw of held-out questions."""

import pytest

from workbench.evaluation.held_out import drawn


def test_every_kind_keeps_its_share() -> None:
    kinds = {f"a{n}": "a" for n in range(4)} | {f"b{n}": "b" for n in range(2)}
    found = drawn(kinds, 3, "seed")
    assert sorted(one[0] for one in found) == ["a", "a", "b"]


@pytest.mark.parametrize("count", [0, 1, 6])
def test_as_many_as_wanted_and_never_one_twice(count: int) -> None:
    kinds = {str(n): "x" for n in range(6)}
    assert len(set(drawn(kinds, count, "seed"))) == count


def test_the_same_set_gives_the_same_draw_whatever_its_order() -> None:
    kinds = {str(n): str(n % 3) for n in range(30)}
    backwards = dict(reversed(kinds.items()))
    assert drawn(kinds, 9, "one") == drawn(backwards, 9, "one")
    assert drawn(kinds, 9, "one") != drawn(kinds, 9, "other")


def test_a_smaller_draw_is_part_of_a_larger_one() -> None:
    kinds = {str(n): "x" for n in range(20)}
    assert drawn(kinds, 12, "s")[:6] == drawn(kinds, 6, "s")


def test_questions_that_were_seen_come_last() -> None:
    kinds = {str(n): "x" for n in range(12)}
    seen = {str(n) for n in range(6)}
    assert not seen & set(drawn(kinds, 6, "s", seen))
