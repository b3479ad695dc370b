from datetime import datetime

import openpyxl
import pytest

from tests.ingest.office_maker import repacked, saved
from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.limits import Limits
from workbench.ingest.reading import read_bytes
from workbench.ingest.xlsx_file import read_xlsx


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
