from workbench.domain.columns import Sheet, SheetColumns
from workbench.ui.columns import SAMPLE_LENGTH, samples_of, uses_of

SHEET = Sheet(
    "表",
    ("号", "问题", "答案"),
    ("号", "问题", "答案"),
    (("1", "甲\n乙", "x" * 100), ("2", "丙")),
    SheetColumns("表", "问题", ("答案", "号")),
    SheetColumns("表", "问题", ("答案", "号")),
    False,
)


def test_the_recognised_answer_stays_first_and_a_second_question_is_text() -> None:
    assert uses_of(SHEET, ("text", "question", "text")) == SHEET.uses
    assert uses_of(SHEET, ("question", "question", "unused")) == SheetColumns(
        "表", "号", ("问题",), (), ("答案",)
    )
    assert uses_of(SHEET, ("context",) * 3) == SheetColumns("表", context=("号", "问题", "答案"))


def test_samples_are_cut_short_and_missing_cells_left_out() -> None:
    assert samples_of(SHEET, 1) == "甲 乙 · 丙"
    assert samples_of(SHEET, 2) == "x" * SAMPLE_LENGTH + "…"
