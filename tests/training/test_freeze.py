"""Tests of training.freeze: what the files say of the texts that they were made of."""

import json

import pytest

from training.cases import retrieval
from training.freeze import DEPTH, FROZEN, QUESTIONS, name_of
from training.passages import DATA


@pytest.mark.parametrize("name", ["xquad", "stard", "libraries"])
def test_a_frozen_row_names_a_question_and_each_of_its_candidates_once(name):
    lines = (FROZEN / f"{name}.jsonl").read_text("utf-8").splitlines()
    assert lines
    for line in lines:
        row = json.loads(line)
        assert 0 < len(row["candidates"]) <= DEPTH
        assert len(set(row["candidates"])) == len(row["candidates"])
        assert len(row["question"]) == len(name_of("x"))


@pytest.mark.skipif(not (DATA / "xquad-zh-en").is_dir(), reason="no shared data")
def test_every_direction_of_xquad_has_as_many_questions():
    groups: dict[str, int] = {}
    for case in retrieval("xquad"):
        groups[case.group] = groups.get(case.group, 0) + 1
        assert all(case.texts.values())
    assert groups == dict.fromkeys(("zh-zh", "zh-en", "en-zh", "en-en"), QUESTIONS)
