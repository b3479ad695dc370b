"""Tests of training.questions."""

import random

from tests.training.test_asks import library
from training.questions import Questions


def test_questions_come_in_both_languages_from_a_passage_with_a_translation():
    passages = library()
    questions, draw = Questions(passages), random.Random(1)
    posed = [one for _ in range(200) if (one := questions.of(draw, passages[0]))]
    han = [any("\u4e00" <= letter <= "\u9fff" for letter in one.text) for one in posed]
    assert 0.2 < sum(han) / len(han) < 0.8
    assert {one.key for one in posed} == {passages[0].key}
    assert {one.by_page for one in posed} == {True, False}


def test_a_passage_without_a_sentence_gives_no_question():
    passages = library()
    alone = type(passages[0])("help-zh/a#0", "zh", "", "短")
    assert Questions([alone]).of(random.Random(1), alone) is None
