"""Workbooks: a note above the head, rows as given, numbers as numbers, equal bytes."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from sample_corpora.build.blocks import SourceError
from workbench.domain.documents import Reading

NAME = "清单(虚构示例).xlsx"
HEAD = f"#file: {NAME}\n#note: 虚构示例:均为编造\n"
TWO = HEAD + '名称,数量,编号\n轴承,12,007\n"刀柄, ""钛""",1.5,1.10\n\n#sheet: 第二\nA,B\n1,"x\ny"\n'
Build = Callable[[str, str], bytes]


def test_sheets_hold_the_rows_below_the_note(make: Build) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make(TWO, ".csv")))
    assert book.sheetnames == ["Sheet1", "第二"]
    first, second = book.worksheets
    assert [[cell.value for cell in row] for row in first.iter_rows()] == [
        ["虚构示例:均为编造", None, None],
        ["名称", "数量", "编号"],
        ["轴承", 12, "007"],
        ['刀柄, "钛"', 1.5, "1.10"],
    ]
    assert [[cell.value for cell in row] for row in second.iter_rows()] == [["A", "B"], [1, "x\ny"]]


def test_head_and_note_are_set_as_such(make: Build) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(make(TWO, ".csv"))).worksheets[0]
    assert str(sheet.merged_cells) == "A1:C1" and sheet.freeze_panes == "A3"
    assert sheet["A2"].font.bold and not sheet["A3"].font.bold
    assert sheet["A3"].alignment.wrap_text


def test_a_first_sheet_may_be_named(make: Build) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make(HEAD + "#sheet: 表\nA\n1\n", ".csv")))
    assert book.sheetnames == ["表"] and book.worksheets[0]["A1"].value == "虚构示例:均为编造"


def test_the_products_reader_makes_a_row_a_chunk(
    make: Build, read: Callable[[str, bytes], Reading]
) -> None:
    reading = read(NAME, make(TWO, ".csv"))
    assert "轴承" in reading.chunks[1].text and "名称" in reading.chunks[1].text
    assert "虚构示例" in reading.chunks[0].text


def test_the_same_source_gives_the_same_bytes(make: Build) -> None:
    assert make(TWO, ".csv") == make(TWO, ".csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("名称\n", r"source\.csv:1: #file: is missing"),
        (f"#file: {NAME}\n名称\n", r"source\.csv:2: #note: is missing"),
        ("#file: 清单.xlsx\n#note: 虚构示例\nA\n", "the name must end in"),
        (f"#file: {NAME}\n#note: 清单\nA\n", "the note does not say"),
        (HEAD + "A,B\n1,2\n\n1,2,3\n", r"source\.csv:6: 3 cells under 2 column heads"),
        (HEAD + 'A,B\n1,"2\n', r"source\.csv:4: "),
        (HEAD, "has no rows"),
    ],
)
def test_broken_sources_are_refused_with_their_line(make: Build, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        make(text, ".csv")
