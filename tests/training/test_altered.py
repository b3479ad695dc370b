"""Tests of training.altered."""

import random

import pytest

from training.altered import altered


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("The tenant shall not sublet", "The tenant may sublet"),
        ("The tenant shall pay", "The tenant need not pay"),
        ("经营者不得拒绝", "经营者可以拒绝"),
        ("逾期 15 日", "逾期 33 日"),
        ("Wait 2 hours", "Wait 7 hours"),
    ],
)
def test_a_duty_a_party_or_a_number_becomes_another(said, other):
    assert other in {altered(random.Random(seed), said) for seed in range(9)}


def test_what_cannot_be_altered_with_certainty_is_left():
    assert altered(random.Random(1), "The sky is blue today") is None
    assert altered(random.Random(1), "A marshallscope") is None
