import pytest

from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, UnreadableDocument
from workbench.ingest.draft import Draft
from workbench.ingest.limits import Limits
from workbench.ingest.rows import looked_into, notices_of, require_found, write_rows


def texts(rows, room=100, chosen=None, limits=None):
    draft = Draft()
    written = write_rows(draft, rows, room, limits or Limits(), "", chosen)
    source = draft.source("csv", "csv-1", "sheet")
    return written, [(source.text[b.start : b.end], b.alone) for b in source.blocks]


def choice(**uses):
    return ColumnMap((SheetColumns(**uses),))


def test_questions_stand_before_answers_and_the_rest():
    written, found = texts([["编号", "答案", "问题"], ["1", "七天内", "怎么退货？"]])
    assert found == [("问题：怎么退货？\n答案：七天内\n编号：1", "qa")]
    assert [(n.code, n.params) for n in notices_of([written])] == [
        ("read_as_questions", {"question": "问题", "answer": "答案", "rows": 1})
    ]


def test_other_rows_name_every_value():
    written, found = texts([["Name", "价格"], ["Apple", "2"], ["", ""], ["Pear", "", "extra"]])
    assert found == [("Name: Apple\n价格：2", "table"), ("Name: Pear\nextra", "table")]
    assert (written.rows, written.complete) == (2, True)
    assert notices_of([written]) == ()


def test_a_question_without_answer_is_a_plain_row():
    assert texts([["问题", "答案"], ["怎么退货？", " "]])[1] == [("问题：怎么退货？", "table")]


def test_a_first_row_of_values_names_nothing():
    assert texts([["苹果", "2.50"], ["梨", "3"]])[1] == [
        ("苹果\n2.50", "table"),
        ("梨\n3", "table"),
    ]
    assert texts([["什么是定金？", "担保。"]])[1] == [("什么是定金？\n担保。", "table")]


def test_a_caption_may_stand_above_the_names():
    found = texts([["常见问题汇总"], ["问题", "答案"], ["甲", "乙"]])[1]
    assert found == [("常见问题汇总", "table"), ("问题：甲\n答案：乙", "qa")]


@pytest.mark.parametrize(("room", "rows", "complete"), [(0, 0, False), (2, 2, False), (3, 3, True)])
def test_no_more_rows_than_there_is_room_for(room, rows, complete):
    written, found = texts([["a", "b"], *([str(n), "x"] for n in range(3))], room)
    assert (written.rows, written.complete, len(found)) == (rows, complete, rows)


def test_no_rows():
    assert texts([])[1] == []


FAQ = [["编号", "问题", "答案", "部门"], ["1", "怎么退货？", "七天内", "客服"]]


def test_chosen_columns_are_read_in_their_order_and_the_others_left_out():
    chosen = choice(text=("答案", "编号"), unused=("部门",))
    written, found = texts(FAQ, chosen=chosen)
    assert found == [("答案：七天内\n编号：1", "table")]
    assert notices_of([written]) == (
        Notice("read_by_columns", {"rows": 1}),
        Notice("columns_left_out", {"columns": "问题", "count": 1}),
    )


def test_a_chosen_question_makes_a_row_a_question():
    _, found = texts(
        [["题", "解"], ["甲", "乙"], ["丙", ""]], chosen=choice(question="题", text=("解",))
    )
    assert found == [("题：甲\n解：乙", "qa"), ("题：丙", "table")]


def test_background_stands_above_and_makes_no_row_by_itself():
    chosen = choice(text=("答案",), context=("部门",))
    written, found = texts([*FAQ, ["2", "", "", "法务"]], chosen=chosen)
    assert found == [("部门：客服\n答案：七天内", "table")]
    assert (written.rows, written.silent) == (1, 1)
    assert Notice("rows_without_text", {"count": 1}) in notices_of([written])


def test_a_choice_finds_its_head_where_none_is_recognised():
    rows = [["2024", "2025"], ["x", "y"]]
    assert texts(rows)[1] == [("2024\n2025", "table"), ("x\ny", "table")]
    assert texts(rows, chosen=choice(text=("2025",)))[1] == [("2025: y", "table")]


def test_columns_without_names_go_by_number():
    rows = [["1", "2"], ["3", "4"]]
    assert texts(rows, chosen=choice(text=("#2",)))[1] == [("2", "table"), ("4", "table")]
    rows = [["名", "", ""], ["甲", "乙", "丙"]]
    assert texts(rows, chosen=choice(text=("名", "#3")))[1] == [("名：甲\n丙", "table")]


def test_a_column_that_is_not_there_is_answered_with_those_that_are():
    chosen = choice(question="问题", text=("回复", "部门"))
    written, _ = texts(FAQ, chosen=chosen)
    assert not written.sheet.chosen
    with pytest.raises(InvalidInput) as caught:
        require_found(chosen, [written.sheet])
    assert (caught.value.code, caught.value.params) == (
        "columns_missing",
        {"missing": "回复", "known": "编号, 问题, 答案, 部门"},
    )
    require_found(choice(text=("部门",)), [texts(FAQ, chosen=choice(text=("部门",)))[0].sheet])
    require_found(None, [])


def test_more_columns_than_the_limit_are_refused():
    with pytest.raises(UnreadableDocument) as caught:
        texts([["a", "b", "c"]], limits=Limits(column_limit=2))
    assert (caught.value.code, caught.value.params) == (
        "too_many_columns",
        {"columns": 3, "limit": 2},
    )
    assert texts([["a", "b", "", " "], ["1", "2"]], limits=Limits(column_limit=2))[0].rows == 1


def test_a_look_into_a_sheet_shows_columns_samples_and_uses():
    sheet = looked_into(iter(FAQ), Limits(), "表", None)
    assert sheet.columns == ("编号", "问题", "答案", "部门")
    assert sheet.samples == (("1", "怎么退货？", "七天内", "客服"),)
    assert sheet.uses == sheet.recognised == SheetColumns("表", "问题", ("答案", "编号", "部门"))
    assert not sheet.chosen
    assert looked_into(iter([]), Limits(), "", None).columns == ()
