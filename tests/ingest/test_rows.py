import pytest

from workbench.ingest.draft import Draft
from workbench.ingest.rows import columns_of, write_rows


def texts(rows, room=100):
    draft = Draft()
    written = write_rows(draft, rows, room)
    source = draft.source("csv", "csv-1", "sheet")
    return written, [(source.text[b.start : b.end], b.alone) for b in source.blocks]


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        (["编号", "问题", "答案"], (1, 2)),
        (["Answer", "Question"], (1, 0)),
        (["标题", "内容"], (0, 1)),
        (["Q", "A", "content"], (0, 1)),
        (["问题", "备注"], ()),
        ([], ()),
    ],
)
def test_columns_of_questions_and_answers(names, asked):
    assert columns_of(names).asked == asked


def test_questions_stand_before_answers_and_the_rest():
    written, found = texts([["编号", "答案", "问题"], ["1", "七天内", "怎么退货？"]])
    assert found == [("问题：怎么退货？\n答案：七天内\n编号：1", "qa")]
    assert [(n.code, n.params) for n in written.columns.notices(written.rows)] == [
        ("read_as_questions", {"question": "问题", "answer": "答案", "rows": 1})
    ]


def test_other_rows_name_every_value():
    written, found = texts([["Name", "价格"], ["Apple", "2"], ["", ""], ["Pear", "", "extra"]])
    assert found == [("Name: Apple\n价格：2", "table"), ("Name: Pear\nextra", "table")]
    assert (written.rows, written.complete) == (2, True)
    assert written.columns.notices(2) == ()


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
