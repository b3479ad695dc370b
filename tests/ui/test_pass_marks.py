from dataclasses import replace

from tests.services.test_pass_marks import QRELS, kept
from tests.ui.test_measured import RECALL, RERANKED
from workbench.services.measurements import ArmPlan
from workbench.services.pass_marks import ScoredPassages, pass_mark_of
from workbench.ui.pass_marks import further_rows, pass_mark_rows
from workbench.ui.row_names import row_name
from workbench.ui.tables import ABSENT

HELD = ScoredPassages.of(kept(odds=True), QRELS, 2, ("none",))
MARKED = replace(RERANKED, passages=HELD, pass_mark=pass_mark_of(HELD, QRELS, 2))


def test_first_numbers_are_counts_with_ranges_and_accuracy_stands_beside_a_constant() -> None:
    (cells,) = pass_mark_rows([RECALL, MARKED], "en")
    assert list(cells)[-3:] == ["Accuracy", "Constant answer", "Pass mark"]
    # Two of five graded passages are right, so that "no" to all is right on three.
    assert cells["Constant answer"] == "60%"
    assert cells["Pass mark"] == "0.500"
    assert str(cells["False share"]).startswith("33% · 1 / 3")
    assert str(cells["Miss rate"]).startswith("33% · 1 / 3")


def test_one_question_has_gaps_and_no_probability_no_column_for_it() -> None:
    one = {"a": QRELS["a"]}
    held = ScoredPassages.of(kept(odds=False), one, 2, ())
    alone = replace(MARKED, passages=held, pass_mark=pass_mark_of(held, one, 2))
    (cells,) = pass_mark_rows([alone], "en")
    assert cells["Accuracy"] == cells["False share"] == ABSENT
    (further,) = further_rows([alone], "en")
    assert not {"Brier score", "Accuracy (0.5 for all)", "F1"} & further.keys()
    assert further["ROC area"] == "1.000"


def test_other_numbers_name_false_answers() -> None:
    (cells,) = further_rows([MARKED], "en")
    assert cells["Answers where there is none"] == "1 / 1 (21% to 100%)"
    assert cells["Accuracy (0.5 for all)"] == "0.800"


def test_a_control_is_called_by_its_kind() -> None:
    control = replace(RERANKED, arm=ArmPlan("x", "", "K1", "placebo"))
    assert row_name(control, "en") == "Control: an empty phrase"
    assert row_name(RECALL, "zh") == "初筛：按词语（BM25）"
