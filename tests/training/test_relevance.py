"""Tests of training.relevance."""

import random

import pytest
import torch

from tests.training.test_asks import library
from training.relevance import Lesson, cosines, nearest
from training.written import Question

WIDTH = 384


class Fixed:
    """States and vectors by number: passage n points in direction n, a question at 0 and 2."""

    def __init__(self, count):
        self._count = count

    def __len__(self):
        return self._count

    def of(self, position):
        rows = torch.zeros(2, 3 * WIDTH)
        rows[:, 2 * WIDTH + position] = 1.0
        return rows

    def vectors(self, texts):
        rows = torch.zeros(len(texts), WIDTH)
        for row, text in zip(rows, texts, strict=True):
            row[0], row[2] = (1.0, 0.5) if "first" in text else (0.0, 1.0)
        return rows


def asked():
    return [Question("first 一", "first", 0), Question("other 二", "other", 3)]


def test_the_nearest_are_other_passages_of_the_same_source():
    passages, fixed = library(), Fixed(6)
    first, other = nearest(asked(), passages, fixed, fixed)
    assert set(first) == {2, 4}
    assert set(other) == {1, 5}
    assert nearest([], passages, fixed, fixed) == []


def test_beside_the_passage_of_a_written_question_stands_a_hard_one(monkeypatch):
    monkeypatch.setattr("training.relevance.kept_back", lambda *_: False)
    passages, fixed = library(), Fixed(6)
    lesson = Lesson(passages, fixed, fixed, range(6), asked())
    seen = set()
    for seed in range(40):
        drawn = lesson._by_hand(random.Random(seed))
        question, (own, beside) = drawn
        seen.add(question.text)
        assert passages[own].key == question.key
        assert passages[own].page.split("/", 1)[1] != passages[beside].page.split("/", 1)[1]
    assert seen == {"first 一", "first", "other 二", "other"}


def test_what_is_kept_back_or_not_learned_from_is_not_drawn(monkeypatch):
    passages, fixed = library(), Fixed(6)
    monkeypatch.setattr("training.relevance.kept_back", lambda *_: False)
    assert len(Lesson(passages, fixed, fixed, [0, 2, 4], asked())._written) == 1
    monkeypatch.setattr("training.relevance.kept_back", lambda *_: True)
    assert Lesson(passages, fixed, fixed, range(6), asked())._written == []


def test_cosines_are_of_the_last_layers_means_over_what_is_real():
    held = torch.zeros(1, 3, 768)
    held[0, 0, 384], held[0, 1, 385], held[0, 2, 386] = 1.0, 1.0, 9.0
    asked = torch.zeros(1, 1, 768)
    asked[0, 0, 384] = 2.0
    real = torch.tensor([[True, True, False]])
    found = cosines(asked, torch.ones(1, 1, dtype=torch.bool), held, real)
    assert float(found) == pytest.approx(0.5**0.5, abs=1e-6)
