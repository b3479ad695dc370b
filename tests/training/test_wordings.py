"""Tests of training.wordings."""

import random

import pytest

from training.wordings import (
    PHRASES,
    TEMPLATES,
    Saying,
    denied,
    instruction,
    joined,
    phrase,
    placebo,
)


@pytest.mark.parametrize(
    ("said", "no"),
    [
        ("是中文", "不是中文"),
        ("有问号", "没有问号"),
        ("给出了定义", "没有给出定义"),
        ("包含数字", "不包含数字"),
    ],
)
def test_a_chinese_predicate_is_denied(said, no):
    assert denied(said) == no


def test_english_has_its_forms():
    saying = Saying.of("en", "is written in Chinese")
    assert (saying.plural, saying.bare) == ("are written in Chinese", "be written in Chinese")
    assert saying.not_third == "is not written in Chinese"
    saying = Saying.of("en", "has digits in it")
    assert (saying.plural, saying.not_plural) == ("have digits in it", "do not have digits in it")


def test_denying_twice_says_the_same():
    for language, said in (("zh", "包含数字"), ("en", "contains a number")):
        saying = Saying.of(language, said)
        assert saying.denied.denied.third == said
        assert saying.denied.third == saying.not_third


def test_two_sayings_are_joined_and_the_second_may_be_denied():
    a, b = Saying.of("en", "contains code"), Saying.of("en", "is in English")
    assert joined("en", "but", a, b).third == "contains code but is not in English"
    assert joined("zh", "and", Saying.of("zh", "有括号"), Saying.of("zh", "是英文")).third == (
        "有括号并且是英文"
    )


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_held_out_wordings_are_never_drawn_for_learning(language, keep):
    draw = random.Random(1)
    held = TEMPLATES[language]["held_keep" if keep else "held_drop"]
    saying = Saying.of(language, PHRASES["number"][language][0])
    kept_out = {saying.within(template) for template in held}
    for _ in range(400):
        text = instruction(draw, saying, keep=keep)
        assert not any(one in text for one in kept_out)
        assert "{" not in text
        assert instruction(draw, saying, keep=keep, held=True) in kept_out


@pytest.mark.parametrize("family", sorted(PHRASES))
def test_no_held_out_phrase_or_placebo_is_among_those_that_are_learned(family):
    for language in ("zh", "en"):
        entry = PHRASES[family]
        assert not set(entry["held"][language]) & set(entry[language])
        assert (
            phrase(random.Random(2), family, language, held=True).third in entry["held"][language]
        )
    assert not set(TEMPLATES["placebo"]["held"]) & set(TEMPLATES["placebo"]["training"])


def test_a_placebo_names_somebody_where_it_has_to():
    draw = random.Random(3)
    assert not any("{" in placebo(draw) for _ in range(200))


def test_a_topic_is_said_with_each_of_its_nouns_and_held_out_ones_apart():
    entry = PHRASES["privacy"]
    assert "deals with personal data" in entry["en"]
    assert "涉及隐私" in entry["zh"]
    held = set(entry["held"]["zh"] + entry["held"]["en"])
    assert held and all("{" not in one for one in held)
    assert not any(one.endswith(("privacy", "隐私")) for one in held)
