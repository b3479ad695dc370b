from datetime import datetime

import openpyxl
import pytest

from tests.ingest.office_maker import repacked, saved
from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, UnreadableDocument
from workbench.ingest.limits import Limits
from workbench.ingest.reading import read_bytes
from workbench.ingest.xlsx_file import read_xlsx, uncomputed


def book(**sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(made)


def test_sheets_are_sections_and_rows_are_passages():
    data = book(
        问答=[["问题", "答案"], ["怎么退货？", "七天内。"]], 空=[], 价目=[["名", "价"], ["梨", 3.0]]
    )
    reading = read_bytes(data, "手册.xlsx", "D")
    assert [(s.title, s.level, s.source, s.page) for s in reading.sections] == [
        ("手册", 0, "document", None),
        ("问答", 1, "sheet", None),
        ("价目", 1, "sheet", None),
    ]
    assert [(c.kind, c.text, c.prefix) for c in reading.chunks] == [
        ("qa", "问题：怎么退货？\n答案：七天内。", "手册 › 问答"),
        ("table", "名：梨\n价：3", "手册 › 价目"),
    ]
    assert reading.edition.notices == (
        Notice("read_as_questions", {"question": "问题", "answer": "答案", "rows": 1}),
    )


def test_values_are_shown_as_people_write_them():
    row = [True, 1.5, 12, datetime(2026, 1, 2), datetime(2026, 1, 2, 3, 4), None, "字"]
    data = book(a=[row])
    assert read_xlsx(data, Limits()).text.split() == [
        "TRUE", "1.5", "12", "2026-01-02", "2026-01-02", "03:04:00", "字",
    ]  # fmt: skip


def test_formulas_are_read_as_their_last_value():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><f>1+41</f><v>42</v></c></row></sheetData></worksheet>'
    )
    data = repacked(book(a=[[1]]), **{"xl/worksheets/sheet1.xml": sheet})
    assert read_xlsx(data, Limits()).text.strip() == "42"


def test_the_row_limit_holds_for_all_sheets_together():
    data = book(a=[["x", "y"], ["1", "2"], ["3", "4"]], b=[["x", "y"], ["5", "6"]])
    source = read_xlsx(data, Limits(row_limit=2))
    assert len(source.blocks) == 2
    assert source.notices == (Notice("rows_left_out", {"limit": 2}),)
    assert read_xlsx(data, Limits(row_limit=3)).notices == ()


def test_a_workbook_without_a_value_is_empty():
    with pytest.raises(UnreadableDocument, match="empty_file"):
        read_bytes(book(a=[]), "a.xlsx", "D")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_damaged_parts(part):
    data = repacked(book(a=[["x"]]), **{part: "<broken"})
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_xlsx(data, Limits())
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_xlsx(data[: len(data) // 2], Limits())


def test_members_that_climb_out_are_never_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = repacked(book(a=[["x"]]), **{"../../evil.txt": "evil"})
    assert read_xlsx(data, Limits()).text.strip() == "x"
    assert not list(tmp_path.parent.parent.glob("evil.txt"))
    assert not list(tmp_path.iterdir())


def test_hidden_sheets_are_left_out_and_told():
    made = openpyxl.Workbook()
    made.active.append(["名", "价"])
    made.active.append(["梨", 3])
    for title, state in (("内部", "hidden"), ("宏", "veryHidden")):
        sheet = made.create_sheet(title)
        sheet.append(["秘密", "x"])
        sheet.sheet_state = state
    source = read_xlsx(saved(made), Limits())
    assert "秘密" not in source.text
    assert source.notices == (Notice("hidden_sheets_left_out", {"count": 2, "sheets": "内部, 宏"}),)


def test_formulas_that_nobody_computed_are_counted():
    made = openpyxl.Workbook()
    for row in (["名", "价"], ["梨", "=1+2"], ["桃", "=A1"], ["李", 4]):
        made.active.append(row)
    source = read_xlsx(saved(made), Limits())
    assert source.notices == (Notice("formulas_without_values", {"count": 2}),)
    assert "名：梨" in source.text
    assert "=1+2" not in source.text


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ('<c r="A1"><f>1</f><v>2</v></c>', 0),
        ('<c r="A1"><f>1</f></c>', 1),
        ('<c r="A1"><f>1</f><v/></c>', 1),
        ('<c r="A1"><f t="shared" si="0"/><v></v></c>', 1),
        ('<c r="A1"><f t="shared" si="0"/><v>7</v></c>', 0),
        ('<c r="A1"><v>2</v></c>', 0),
    ],
)
def test_what_counts_as_uncomputed(cell, count):
    assert uncomputed(repacked(book(a=[[1]]), **{"xl/worksheets/sheet1.xml": cell})) == count


def test_names_over_merged_cells_come_before_those_below():
    made = openpyxl.Workbook()
    for row in (["地区", "一季度", None], [None, "销量", "金额"], ["华东", 1, 2], ["华南", 3, 4]):
        made.active.append(row)
    made.active.merge_cells("B1:C1")
    reading = read_bytes(saved(made), "a.xlsx", "D")
    assert [c.text for c in reading.chunks] == [
        "地区：华东\n一季度 销量：1\n一季度 金额：2",
        "地区：华南\n一季度 销量：3\n一季度 金额：4",
    ]


def test_a_head_without_rows_is_told():
    with pytest.raises(UnreadableDocument, match="table_without_rows"):
        read_bytes(book(a=[["名", "价"]]), "a.xlsx", "D")


CHOSEN = ColumnMap((SheetColumns("价目", None, ("价",), (), ("名",)),))


def test_columns_are_chosen_sheet_by_sheet():
    data = book(问答=[["问题", "答案"], ["甲", "乙"]], 价目=[["名", "价"], ["梨", 3]])
    reading = read_bytes(data, "a.xlsx", "D", columns=CHOSEN)
    assert [(c.kind, c.text) for c in reading.chunks] == [
        ("qa", "问题：甲\n答案：乙"),
        ("table", "价：3"),
    ]
    assert [n.code for n in reading.edition.notices] == ["read_as_questions", "read_by_columns"]


def test_one_choice_for_all_holds_where_its_columns_are():
    data = book(封面=[["版本", "日期"], ["1", "今天"]], 一=[["名", "价"], ["梨", 3]])
    every = ColumnMap((SheetColumns(None, None, ("价",)),))
    texts = [c.text for c in read_bytes(data, "a.xlsx", "D", columns=every).chunks]
    assert texts == ["版本：1\n日期：今天", "价：3"]


@pytest.mark.parametrize(
    ("columns", "missing", "known"),
    [
        (SheetColumns("价目", None, ("量",)), "量", "价目: 名, 价"),
        (SheetColumns("无此表", None, ("价",)), "无此表", "价目: 名, 价; 一: a, b"),
        (SheetColumns(None, None, ("量", "价")), "量", "价目: 名, 价; 一: a, b"),
        # each is somewhere, but no sheet has both
        (SheetColumns(None, None, ("价", "a")), "价, a", "价目: 名, 价; 一: a, b"),
    ],
)
def test_columns_that_are_not_there(columns, missing, known):
    data = book(价目=[["名", "价"], ["梨", 3]], 一=[["a", "b"], ["1", "x"]])
    with pytest.raises(InvalidInput) as caught:
        read_xlsx(data, Limits(), ColumnMap((columns,)))
    assert caught.value.code == "columns_missing"
    assert caught.value.params == {"missing": missing, "known": known}
