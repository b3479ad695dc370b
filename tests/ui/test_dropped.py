"""What a dropped file puts into the field: lines, paragraphs, rows or passages."""

import docx
import pytest

from tests.ingest.office_maker import saved
from tests.ingest.pdf_maker import lines, make_pdf
from workbench.ingest.reading import read_bytes
from workbench.ui.candidates import recognise
from workbench.ui.dropped import candidates_field


def documents(name: str, data: bytes) -> tuple[str, ...]:
    text, way = candidates_field(read_bytes(data, name, "x"))
    return recognise(text, way).documents


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "甲\n乙\n", ("甲", "乙")),
        ("a.txt", "甲\r\n一\r\n\r\n乙", ("甲\n一", "乙")),
        ("a.txt", "文档\n甲\n乙\n", ("甲", "乙")),
        ("a.md", "甲。\n\n乙。\n", ("甲。", "乙。")),
        ("a.csv", "编号,正文\n1,甲\n2,乙\n", ("编号：1\n正文：甲", "编号：2\n正文：乙")),
        ("a.html", "<p>甲。</p><p>乙。</p>", ("甲。", "乙。")),
    ],
)
def test_text_comes_line_by_line_and_tables_row_by_row(
    name: str, text: str, expected: tuple[str, ...]
) -> None:
    assert documents(name, text.encode()) == expected


def test_word_comes_paragraph_by_paragraph() -> None:
    made = docx.Document()
    made.add_heading("退货", 1)
    for text in ("第一段。", "", "第二段。"):
        made.add_paragraph(text)
    assert documents("a.docx", saved(made)) == ("退货", "第一段。", "第二段。")


def test_a_pdf_comes_in_passages() -> None:
    found = documents("a.pdf", make_pdf([lines(["First sentence here.", "And a second one."])]))
    assert len(found) == 1 and "second" in found[0]
