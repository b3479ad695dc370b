import pytest

from tests.ingest.pdf_maker import Text, make_pdf
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.pdfium import SecondOpinion


def test_rows_of_a_page():
    page = [Text("第一章 总则", 200, 700, 18), Text("Body 𝐀 text", 72, 650, 10)]
    with SecondOpinion(make_pdf([[], page], codec="utf-16-be")) as second:
        assert second.page_count() == 2
        assert second.rows(0) == []
        first = second.rows(1)[0]
        assert (first.text, first.size, first.x, first.y) == ("第一章 总则", 18.0, 200.0, 700.0)


def test_what_cannot_be_opened_is_damaged():
    with SecondOpinion(b"%PDF-1.4 nothing") as second, pytest.raises(UnreadableDocument) as caught:
        second.page_count()
    assert caught.value.code == "damaged"
