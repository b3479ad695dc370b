"""Tests of training.weights."""

import numpy as np

from training.passages import ROOT, SPLITS, Passage, rows
from training.weights import DEPTH, library_questions, written_questions
from training.written import Question


def test_an_answer_is_a_passage_that_holds_a_good_grades_quote():
    name = SPLITS["libraries"]["training"][0]
    judged = rows(ROOT / "sample_corpora" / name / "judgements.jsonl")
    good = next(one for one in judged if one["criterion_id"] == "answers" and one["grade"] >= 2)
    texts = ["nothing of it", f"before\n{good['quote']}\nafter", good["quote"].replace(" ", "\n")]
    passages = [Passage(f"{name}/a#{at}", "zh", "", text) for at, text in enumerate(texts)]
    asked = dict(rows_by_text(name))
    found = {one.text: one for one in library_questions(passages)}
    one = found[asked[good["query_id"]]]
    assert one.right == {1, 2}
    assert (list(one.pool), one.group) == ([0, 1, 2], f"library {name}")


def rows_by_text(name):
    for one in rows(ROOT / "sample_corpora" / name / "queries.jsonl"):
        yield one["_id"], one["text"]


class Alike:
    """Finds passages alike in the order of a pool, so that only the first ``DEPTH`` count."""

    def likeness(self, text, pool):
        return -np.arange(len(pool), dtype=float)


def test_a_written_question_stands_against_what_is_found_first_of_its_source(monkeypatch):
    statutes = SPLITS["statutes"]
    passages = [Passage(f"{statutes}/{at}#0", "zh", "", f"第{at}条") for at in range(DEPTH + 2)]
    passages.insert(0, Passage("help-en/a#0", "en", "", "A page."))
    given = [Question("问", "ask", at) for at in (0, 3, DEPTH + 1)]
    monkeypatch.setattr("training.weights.kept_back", lambda one, _: True)
    found = list(written_questions(passages, Alike(), given))
    # The last question's own passage is not among the first ones.
    assert [(one.text, one.group) for one in found] == [
        ("问", "by hand, others zh-en"),
        ("ask", "by hand, others en-en"),
        ("问", "by hand, statutes zh-zh"),
        ("ask", "by hand, statutes en-zh"),
    ]
    assert found[2].right == {3}
    assert list(found[2].pool) == list(range(1, DEPTH + 1))
    monkeypatch.setattr("training.weights.kept_back", lambda one, _: False)
    assert list(written_questions(passages, Alike(), given)) == []
