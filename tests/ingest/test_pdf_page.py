import io

import pytest
from pypdf import PdfReader

from tests.ingest.pdf_maker import Text, bomb, make_pdf
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.pdf_page import page_texts, raw_text, rows_of


def first_page(data):
    return PdfReader(io.BytesIO(data)).pages[0]


def test_rows_have_text_type_and_place():
    page = [Text("第一章 总则", 200, 700, 18, bold=True), Text("Body text", 72, 650, 10)]
    rows = rows_of(page_texts(first_page(make_pdf([page]))))
    assert [(r.text, r.size, r.bold, r.x, r.y) for r in rows] == [
        ("第一章 总则", 18.0, True, 200.0, 700.0),
        ("Body text", 10.0, False, 72.0, 650.0),
    ]
    assert rows[1].font == "Helvetica"


def test_a_page_without_text():
    lines = page_texts(first_page(make_pdf([[]])))
    assert rows_of(lines) == []
    assert "".join(raw_text(line) for line in lines).strip() == ""


def test_a_bomb_is_refused_by_its_size():
    with pytest.raises(UnreadableDocument, match="too_complex"):
        page_texts(first_page(bomb(100_000_000)))


def test_cells_of_a_table_are_parted_and_placed():
    page = [
        Text("名称", 72, 700, 10),
        Text("处理", 200, 700, 10),
        Text("主轴", 72, 680, 10),
        Text("复位", 200, 680, 10),
    ]
    rows = rows_of(page_texts(first_page(make_pdf([page]))))
    assert [(row.text, row.cells) for row in rows] == [
        ("名称 处理", ((72.0, 0), (200.0, 3))),
        ("主轴 复位", ((72.0, 0), (200.0, 3))),
    ]
