"""Tests of training.criteria."""

import pytest

from training.criteria import FAMILIES
from training.passages import SPLITS, Passage
from training.wordings import PHRASES

DECIDE = {family.name: family.decide for family in FAMILIES}


def passage(text: str, language: str = "en", key: str = "x/y#0") -> Passage:
    return Passage(key, language, "", text)


@pytest.mark.parametrize(
    ("family", "text", "verdict"),
    [
        ("number", "Wait 3 days.", True),
        ("number", "等三天。", None),
        ("number", "Wait a while.", False),
        ("amount", "The fee is $20.", True),
        ("amount", "赔偿二百元", True),
        ("amount", "Prices vary.", None),
        ("amount", "Press the key.", False),
        ("deadline", "应当在十五日内答复", True),
        ("deadline", "within thirty days of receipt", True),
        ("deadline", "The window closes.", False),
        ("prohibition", "不得转让", True),
        ("prohibition", "You shall not copy it.", True),
        ("obligation", "You shall not copy it.", False),
        ("obligation", "经营者应当退货", True),
        ("permission", "当事人可以解除合同", True),
        ("definition", "本法所称经营者，是指", True),
        ("steps", "1. Open it.\n2. Close it.", True),
        ("steps", "1. Open it.", None),
        ("steps", "Open it.", False),
        ("table", "| a | b |\n| c | d |", True),
        ("code", "def f():\n    return g()", True),
        ("short", "Press it.", True),
        ("short", "Press it. " * 30, None),
        ("short", "Press it. " * 60, False),
        ("long", "Press it. " * 60, True),
        ("long", "Press it.", False),
        ("version", "since 1.2.3", True),
        ("version", "since version two", None),
        ("please", "请先登录", True),
        ("please", "提交申请", None),
        ("privacy", "处理个人信息", True),
        ("privacy", "保护个人", None),
        ("privacy", "Open the window.", False),
        ("printing", "print(x)", None),
        ("link", "see https://example.org", True),
        ("link", "see example.org", None),
    ],
)
def test_what_is_certain_is_told_and_what_is_not_is_left_open(family, text, verdict):
    assert DECIDE[family](passage(text)) is verdict


def test_a_passage_in_both_languages_is_in_neither():
    assert DECIDE["chinese"](passage("x", "zh")) is True
    assert DECIDE["english"](passage("x", "zh")) is False
    assert DECIDE["chinese"](passage("x", "mixed")) is None


def test_the_kind_of_text_follows_from_where_it_was_taken():
    assert DECIDE["law"](passage("x", key="stard-even/1#0")) is True
    assert DECIDE["law"](passage("x", key="help-zh/a#0")) is False
    assert DECIDE["law"](passage("x", key="returns/a.md#0")) is None


def test_every_family_has_words_and_those_held_out_exist():
    assert {family.name for family in FAMILIES} == set(PHRASES)
    assert set(SPLITS["families"]["held_out"]) <= set(PHRASES)
