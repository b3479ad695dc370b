"""The rows of a measurement as the page and its CSV show them."""

from dataclasses import replace

import pytest

from workbench.domain.experiments import Manifest
from workbench.domain.judgements import Criterion
from workbench.evaluation.pairs import PairAccuracy
from workbench.services.measurements import ArmPlan, Measurement, Row
from workbench.ui.measured import ABSENT, overview_rows, question_rows
from workbench.words.say import Tongue

ARM = ArmPlan("A · 三段式", "先共情", "K1")
RECALL = Row(
    criterion_id="K1",
    method="bm25",
    arm=None,
    n=3,
    n_answerable=2,
    hits={1: 1, 3: 2},
    means={"nDCG@10": 0.5, "RR(rel=2)@10": 0.25},
    per_query={},
    first_rank={"q1": 1, "q2": 3, "q3": None},
    recall_ceiling=None,
    accuracy=None,
    at_half=None,
)
RERANKED = replace(
    RECALL,
    method=None,
    arm=ARM,
    recall_ceiling=1.0,
    accuracy=PairAccuracy(0.75, 0.7, 0.6, 20, 8),
    at_half=0.5,
    first_rank={"q1": 2, "q2": 1},
)


def _measurement(*rows: Row, criteria: int = 1) -> Measurement:
    return Measurement(
        set_name="s",
        set_version=1,
        corpus_id="c",
        corpus="c",
        candidates=50,
        level=2,
        questions={"q1": "一", "q2": "two", "q3": "三"},
        criteria=tuple(
            Criterion(f"K{n}", "local", "question", "x", "zh", "") for n in range(1, criteria + 1)
        ),
        qrels={},
        rows=rows,
        orders=({},) * len(rows),
        reranker=None,
        lost=0,
        seconds=1.0,
        manifest=Manifest.of(a=1),
    )


def test_hits_are_counts_among_questions_that_have_an_answer() -> None:
    (cells,) = overview_rows([RECALL], "en")
    assert cells["Right at rank 1"] == "1 / 2"
    assert cells["Right in top 3"] == "2 / 2"
    assert cells["nDCG@10"] == 0.5


def test_columns_that_say_nothing_are_left_out_and_gaps_are_marked() -> None:
    (alone,) = overview_rows([RECALL], "en")
    assert not {"Accuracy", "Accuracy at 0.5", "Recall ceiling"} & alone.keys()
    first, second = overview_rows([RECALL, RERANKED], "en")
    assert list(first) == list(second)
    assert (first["Accuracy"], first["Recall ceiling"]) == (ABSENT, ABSENT)
    assert second["Accuracy"] == "75% (constant answer: 60%)"
    assert second["Accuracy at 0.5"] == "50%"


@pytest.mark.parametrize(
    ("tongue", "none", "ungraded"), [("zh", "没有", "未评"), ("en", "none", "not graded")]
)
def test_each_question_has_a_rank_or_the_reason_why_not(
    tongue: Tongue, none: str, ungraded: str
) -> None:
    rows = question_rows(_measurement(RECALL, RERANKED), tongue)
    assert [list(row.values())[1:] for row in rows] == [["1", "2"], ["3", "1"], [none, ungraded]]


def test_orders_of_two_criteria_keep_columns_of_their_own() -> None:
    other = replace(RECALL, criterion_id="K2", first_rank={"q1": 5})
    (first, *_) = question_rows(_measurement(RECALL, other, criteria=2), "en")
    assert list(first.values()) == ["一", "1", "5"]
