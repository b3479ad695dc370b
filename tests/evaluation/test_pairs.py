"""Yes and no from margins."""

import random

import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.pairs import Scored, accuracy_by_instruction, best_border, pair_accuracy


def pairs(*given: tuple[str, int, float]) -> list[Scored]:
    return [Scored(one, str(at), label, margin) for at, (one, label, margin) in enumerate(given)]


def test_the_border_lies_halfway_between_two_margins() -> None:
    assert best_border(pairs(("i", 0, 1.0), ("i", 0, 2.0), ("i", 1, 3.0))) == 2.5
    assert best_border(pairs(("i", 1, 1.0), ("i", 0, 2.0))) == 1.0
    assert best_border(pairs(("i", 1, 4.0))) == 4.0


def test_the_border_was_chosen_on_other_instructions() -> None:
    # i's border would be 1.5, j's 11.5; each is judged by the other's.
    found = pair_accuracy(pairs(("i", 0, 1), ("i", 1, 2), ("j", 0, 11), ("j", 1, 12)))
    assert (found.accuracy, found.balanced_accuracy) == (0.5, 0.5)
    assert (found.majority_accuracy, found.n_pairs, found.n_yes) == (0.5, 4, 2)
    alike = pair_accuracy(pairs(("i", 0, 1), ("i", 1, 4), ("j", 0, 2), ("j", 1, 3), ("j", 1, 5)))
    assert (alike.accuracy, alike.balanced_accuracy, alike.majority_accuracy) == (1.0, 1.0, 0.6)


def test_a_constant_margin_is_chance_and_order_changes_nothing() -> None:
    dice = random.Random(5)
    given = [(f"i{n % 12}", dice.randint(0, 1), 0.5) for n in range(120)]
    assert pair_accuracy(pairs(*given)).balanced_accuracy == 0.5
    drawn = pairs(*((one, label, dice.random()) for one, label, _ in given))
    assert pair_accuracy(drawn) == pair_accuracy(dice.sample(drawn, len(drawn)))


def test_zero_one_and_two_pairs() -> None:
    with pytest.raises(InvalidInput) as caught:
        pair_accuracy([])
    assert caught.value.code == "labels_missing"
    one = pair_accuracy(pairs(("i", 1, 2.0)))
    assert (one.accuracy, one.balanced_accuracy, one.majority_accuracy) == (None, None, 1.0)
    two = pair_accuracy(pairs(("i", 1, 2.0), ("j", 1, 1.0)))
    assert two.balanced_accuracy is None
    assert two.accuracy == 0.5  # the border 2.0, chosen on i, leaves j's 1.0 below


def test_by_instruction_yes_and_no_count_half_each() -> None:
    # j's border, 10.5, takes i's three margins above it as yes and its one below as no.
    given = pairs(("i", 0, 11), ("i", 0, 9), ("i", 1, 12), ("i", 1, 13), ("j", 0, 10), ("j", 1, 11))
    found = accuracy_by_instruction(given)
    assert found["i"] == (0.5 + 1.0) / 2
    assert set(found) == {"i", "j"}
    assert accuracy_by_instruction(pairs(("i", 0, 1), ("i", 1, 2))) == {}
