"""Tests of training.criterion."""

import numpy as np
import pytest
import torch

from tests.models import tiny_mini
from tests.training.test_asks import library
from training.asks import Ask, Asks
from training.criterion import Lesson, difference, loss_of
from training.export import FLOOR


class Same:
    """Gives every text and every passage the same states."""

    def __init__(self, width):
        self._rows = torch.linspace(-1, 1, 3 * width).view(3, width)

    def states(self, texts, longest):
        return [self._rows[:longest].clone() for _ in texts]

    def of(self, position):
        return self._rows + position


@pytest.fixture(scope="module")
def asks():
    return Asks(library())


def test_yes_and_no_count_half_each_and_unknown_nothing():
    ask = Ask("x", np.array([1, 0, 0, 0, -1], np.int8), "one")
    logits = torch.tensor([[2.0], [-1.0], [-1.0], [-1.0], [50.0]])
    yes, no = np.log1p(np.exp(-2.0)), np.log1p(np.exp(-1.0))
    assert float(loss_of(logits, [ask])) == pytest.approx((yes + no) / 2, abs=1e-6)


def test_a_placebo_has_only_one_side():
    ask = Ask("x", np.array([1, 1], np.int8), "placebo")
    found = float(loss_of(torch.tensor([[0.0], [0.0]]), [ask]))
    assert found == pytest.approx(np.log(2), abs=1e-6)


def test_two_wordings_differ_by_what_the_margin_sees():
    alike = torch.tensor([[2.0, 2.0], [-1.0, -1.0]])
    assert float(difference(alike)) == 0
    sure = torch.tensor([[-20.0, -40.0]])
    assert float(difference(sure)) == pytest.approx(0, abs=1e-6)
    far = torch.tensor([[-40.0, 40.0, 0.0, 0.0]])
    assert float(difference(far)) == pytest.approx(np.log(FLOOR) ** 2 / 2, rel=1e-4)


def test_shaking_changes_what_is_read_of_an_instruction_and_not_shaking_nothing(asks):
    reader = tiny_mini.readers()["criterion"]
    same = Same(reader.shape.layers * reader.shape.states)
    lesson = Lesson(asks, same, same, range(6))
    told = [Ask("x", np.ones(2, np.int8), "one")]
    with torch.inference_mode():
        plain, again, shaken = (
            lesson.logits(reader, [0, 1], told, 3, by) for by in (0.0, 0.0, 1.0)
        )
    assert torch.equal(plain, again)
    assert not torch.equal(plain, shaken)
