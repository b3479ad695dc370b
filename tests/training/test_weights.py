"""Tests of training.weights."""

from training.passages import ROOT, SPLITS, Passage, rows
from training.weights import library_questions


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
