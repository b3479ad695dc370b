import io

from pypdf import PdfReader

from tests.ingest.pdf_maker import lines, make_pdf, with_bookmarks, with_labels
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.bookmarks import labels_of, marks_of
from workbench.ingest.lines import Mark

DATA = make_pdf([lines(["a"]), lines(["b"]), lines(["c"])])


def reader(data):
    return PdfReader(io.BytesIO(data))


def test_bookmarks_with_levels_and_pages():
    data = with_bookmarks(DATA, [("第一章\u202e 总则", 1, 1), ("第一节", 2, 2), ("第二章", 3, 1)])
    assert marks_of(reader(data)) == (
        Mark("第一章 总则", 1, 1),
        Mark("第一节", 2, 2),
        Mark("第二章", 1, 3),
    )


def test_no_bookmarks_and_no_labels():
    assert marks_of(reader(DATA)) == ()
    assert labels_of(reader(DATA)) == ()


def test_printed_labels():
    assert labels_of(reader(with_labels(DATA, 2))) == ("i", "ii", "1")


def test_an_outline_that_is_no_outline():
    broken = DATA.replace(b"/Type/Catalog", b"/Type/Catalog/Outlines 3 0 R")
    with_loop = broken.replace(b"/Type/FontDescriptor", b"/First 3 0 R/Next 3 0 R/Title 7")
    try:
        assert marks_of(reader(with_loop)) == ()
    except UnreadableDocument as error:
        assert error.code == "damaged_bookmarks"


def test_labels_that_are_no_labels_count_the_pages():
    broken = DATA.replace(b"/Type/Catalog", b"/Type/Catalog/PageLabels 7")
    assert labels_of(reader(broken)) == ("1", "2", "3")
