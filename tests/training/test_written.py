"""Tests of training.written and of what was written."""

import json
import re

import pytest

from tests.training.test_asks import library
from training.passages import DATA, SPLITS
from training.written import QUESTIONS, kept_back, label, questions


def written(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_question_knows_its_passage_by_what_that_says(tmp_path, capsys):
    passages = library()
    row = {"zh": "钱能退吗", "en": "Do I get my money back?"}
    path = written(
        tmp_path / "q.jsonl",
        row | {"passage": label(passages[1])},
        row | {"passage": "of another text"},
    )
    assert [(one.zh, one.at) for one in questions(passages[::-1], path)] == [("钱能退吗", 4)]
    assert "1 of 2 are about other passages" in capsys.readouterr().err


def test_a_page_is_chosen_on_or_learned_from_as_a_whole(tmp_path):
    passages = library()
    rows = [{"zh": "a", "en": "b", "passage": label(one)} for one in passages]
    asked = questions(passages, written(tmp_path / "q.jsonl", *rows))
    told = [kept_back(one, passages) for one in asked]
    assert told == [kept_back(one, passages) for one in asked]


def rows_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_was_written_is_in_both_languages_and_stands_once():
    rows = rows_of(QUESTIONS)
    assert len(rows) > 300
    assert len({row["zh"] for row in rows}) == len(rows)
    for row in rows:
        assert re.search(r"[\u4e00-\u9fff]", row["zh"]), row
        assert not re.search(r"[\u4e00-\u9fff]", row["en"]), row


@pytest.mark.skipif(not (DATA / SPLITS["statutes"]).is_dir(), reason="shared data is absent")
def test_no_question_is_one_of_those_that_are_measured():
    asked = {
        row["text"].strip()
        for name in (SPLITS["statutes"], "xquad-zh-en")
        for row in rows_of(DATA / name / "queries.jsonl")
    }
    assert not asked & {row[side].strip() for row in rows_of(QUESTIONS) for side in ("zh", "en")}
