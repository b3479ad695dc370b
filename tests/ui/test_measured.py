"""The rows of a measurement as the page and its CSV show them."""

from dataclasses import replace

import pytest

from workbench.domain.experiments import Manifest
from workbench.domain.judgements import Criterion
from workbench.evaluation.pairs import PairAccuracy
from workbench.evaluation.statistics import compare
from workbench.evaluation.verdict import Standing, verdict
from workbench.services.measurements import ArmPlan, Measurement, Row
from workbench.services.verdicts import Versus
from workbench.ui.measured import overview_rows, question_rows, verdict_text
from workbench.ui.tables import ABSENT
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
    assert cells["Right at rank 1"] == "1 / 2 (9% to 91%)"
    assert cells["Right in top 3"] == "2 / 2 (34% to 100%)"
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


def _versus(n: int, step: float) -> Versus:
    baseline = {f"q{at}": 0.4 + 0.01 * (at % 7) for at in range(n)}
    moved = {q: v + step + 0.001 * at for at, (q, v) in enumerate(baseline.items())}
    (one,) = compare(baseline, [moved])
    return Versus("A", one, None, verdict(one, None, Standing()), (22, 30))


def test_a_verdict_names_counts_ranges_and_first_ranks() -> None:
    row = replace(RERANKED, versus=_versus(40, 0.1))
    told = verdict_text(row, "Qwen3", "en")
    assert "40 of 40 questions improved" in told
    assert "came first on 30 questions instead of 22" in told
    assert "by chance about 0.01 times in 100" in told
    assert "从 22 题变为 30 题" in verdict_text(row, "Qwen3", "zh")


def test_few_questions_are_called_a_hint_and_fewer_give_no_verdict() -> None:
    assert "only a hint" in verdict_text(replace(RERANKED, versus=_versus(12, 0.1)), "m", "en")
    few = verdict_text(replace(RERANKED, versus=_versus(4, 0.1)), "m", "en")
    assert few.startswith("4 questions are too few")
    assert verdict_text(RERANKED, "m", "en") == ""
