"""Tests of training.asks."""

import random

import numpy as np
import pytest

from training.asks import NO, UNKNOWN, YES, Asks, both, either, opposite, thinned
from training.passages import SPLITS, Passage

ZH = (
    "第一条 经营者应当在七日内退款。",
    "选择菜单「格式」，弹出窗口。",
    "本法所称消费者，是指购买商品的人。",
)
EN = (
    "Refund the buyer within 7 days.",
    "Choose the menu Format to open it.",
    "A consumer means a person who buys.",
)
NAMES = (("退款", "Refunds"), ("格式", "Format"), ("消费者", "Consumers"))


def library() -> list[Passage]:
    found = []
    for at, (zh, en, (title, name)) in enumerate(zip(ZH, EN, NAMES, strict=True)):
        page = f"page{at}"
        found.append(Passage(f"help-zh/{page}#0", "zh", title, zh, f"help-en/{page}#0", (zh,)))
        found.append(Passage(f"help-en/{page}#0", "en", name, en, f"help-zh/{page}#0", (en,)))
    return found


@pytest.fixture(scope="module")
def asks():
    return Asks(library())


def test_verdicts_are_joined_as_in_three_valued_logic():
    a = np.array([YES, YES, YES, NO, NO, NO, UNKNOWN, UNKNOWN, UNKNOWN])
    b = np.array([YES, NO, UNKNOWN] * 3)
    assert both(a, b).tolist() == [1, 0, -1, 0, 0, 0, -1, 0, -1]
    assert either(a, b).tolist() == [1, 1, 1, 1, 0, -1, 1, -1, -1]
    assert opposite(a).tolist() == [0, 0, 0, 1, 1, 1, -1, -1, -1]


def test_every_instruction_splits_the_batch_but_a_placebo_and_an_altered_sentence(asks):
    kinds = set()
    for ask in asks.draw(random.Random(1), range(6), 300):
        verdicts = ask.verdicts.tolist()
        kinds.add(ask.kind)
        if ask.kind == "placebo":
            assert set(verdicts) == {YES}
        elif ask.kind == "altered":
            assert sorted(verdicts)[:5] == [UNKNOWN] * 5 and max(verdicts) in (YES, NO)
        else:
            assert {YES, NO} <= set(verdicts)
    assert {"placebo", "altered"} <= kinds


def test_held_out_families_are_not_drawn(asks):
    kept_out = set(SPLITS["families"]["held_out"])
    assert not kept_out & {asks.names[at] for at in asks.learned}
    assert not kept_out & {ask.kind for ask in asks.draw(random.Random(2), range(6), 300)}


def test_keeping_and_dropping_are_opposite(asks):
    draw = random.Random(3)
    only = asks.family(draw, "chinese", range(6), True, "en")
    none = asks.family(draw, "chinese", range(6), False, "zh")
    assert only.verdicts.tolist() == [1, 0, 1, 0, 1, 0]
    assert none.verdicts.tolist() == [0, 1, 0, 1, 0, 1]


def test_two_wordings_ask_for_the_same(asks):
    differ = 0
    for seed in range(60):
        one, other = asks.in_two_wordings(random.Random(seed), range(6))
        assert one.kind == other.kind
        assert one.verdicts.tolist() == other.verdicts.tolist()
        differ += one.text != other.text
    assert differ > 50


def test_the_same_seed_draws_the_same(asks):
    first, again = (asks.draw(random.Random(4), range(6), 50) for _ in range(2))
    assert [ask.text for ask in first] == [ask.text for ask in again]


def test_a_sentence_is_thinned_but_never_emptied():
    draw = random.Random(5)
    for sentence in (ZH[0], EN[0]):
        for _ in range(50):
            found = thinned(draw, sentence)
            assert found
            assert len(found) <= len(sentence)


def test_held_wordings_are_asked_of_the_same_passages(asks):
    held = asks.in_held_words()
    assert held.passages is asks.passages
    assert held.decided is asks.decided
    own, other = (
        {one.family(random.Random(n), "english", [0, 1], True, "en").text for n in range(40)}
        for one in (asks, held)
    )
    assert len(own) > len(other) > 1
    assert not own & other
