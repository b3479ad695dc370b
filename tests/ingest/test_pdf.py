import pytest

from tests.ingest.pdf_maker import (
    RESOURCES,
    bomb,
    lines,
    make_pdf,
    make_raw,
    with_bookmarks,
    with_labels,
)
from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.limits import Limits
from workbench.ingest.pdf import page_ranges, read_pdf

LONG = ["第一条 当事人订立合同，可以采取要约、承诺方式或者其他方式。", "第二条 要约是意思表示。"]


def codes(data):
    return [notice.code for notice in read_pdf(data, Limits()).notices]


def test_text_pages_labels_and_bookmarks():
    data = with_labels(
        with_bookmarks(make_pdf([lines(LONG), lines(["b" * 30])]), [("甲", 2, 1)]), 1
    )
    source = read_pdf(data, Limits())
    assert source.text == "\n".join([*LONG, "b" * 30])
    assert [page.printed for page in source.pages] == ["i", "1"]
    assert [(mark.title, mark.page) for mark in source.marks] == [("甲", 2)]
    assert (source.kind, source.reader, source.notices) == ("pdf", "pdf-2", ())


def test_progress_page_by_page():
    seen = []
    read_pdf(
        make_pdf([[], [], []]), Limits(), progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_scans_and_blank_files_need_ocr():
    assert read_pdf(make_pdf([[], []], images=[1, 2]), Limits()).notices == (
        Notice("needs_ocr", {"pages": 2, "of": 2}),
    )
    assert codes(make_pdf([[]])) == ["needs_ocr"]


def test_some_scanned_pages_are_named():
    data = make_pdf([lines(LONG), [], [], lines(LONG), []], images=[2, 3])
    assert read_pdf(data, Limits()).notices == (
        Notice("pages_without_text", {"pages": "2-3", "count": 2}),
    )


def test_short_text_without_a_picture_is_no_scan():
    assert codes(make_pdf([lines(["短文"])])) == []


def test_the_page_limit_is_checked_before_anything_is_extracted():
    data = make_pdf([[]] * 12)
    with pytest.raises(UnreadableDocument) as caught:
        read_pdf(data, Limits(page_limit=11), progress=lambda *_: pytest.fail("a page was read"))
    assert (caught.value.code, caught.value.params) == (
        "too_many_pages",
        {"pages": 12, "limit": 11},
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_pdf([]), "no_pages"),
        (b"%PDF-1.7", "damaged"),
        (make_pdf([lines(LONG)])[:600], "damaged"),
        (make_pdf([[], []]).replace(b"Kids[5 0 R 7 0 R]", b"Kids[2 0 R 7 0 R]"), "damaged"),
        (bomb(400_000_000), "too_complex"),
        (make_raw([(b"1 0 0 RG " * 400_000, RESOURCES)]), "too_complex"),
    ],
)
def test_files_that_are_refused(data, code):
    with pytest.raises(UnreadableDocument) as caught:
        read_pdf(data, Limits())
    assert caught.value.code == code


def test_a_bomb_among_pages_costs_that_page_alone():
    good = b"BT /L 12 Tf 72 700 Td (A page that holds enough text) Tj ET"
    source = read_pdf(make_raw([(good, RESOURCES), (b"1 0 0 RG " * 400_000, RESOURCES)]), Limits())
    assert source.text == "A page that holds enough text"
    assert source.notices == (Notice("pages_lost", {"pages": "2", "count": 1}),)


def test_a_missing_end_is_read_by_pdfium():
    data = make_pdf([lines(LONG)])
    source = read_pdf(data[: data.rindex(b"%%EOF")], Limits())
    assert source.text == "\n".join(LONG)
    assert source.notices == (Notice("read_by_pdfium", {"pages": "1", "count": 1}),)


def test_what_pypdf_garbles_is_read_by_pdfium():
    text = "第一章 总则：公民Abc一二三四五六七八九十甲乙"
    source = read_pdf(make_pdf([lines([text])], cmap="GBKp-EUC-H", codec="gbk"), Limits())
    assert source.text == text
    assert [notice.code for notice in source.notices] == ["read_by_pdfium"]


@pytest.mark.parametrize(
    ("cmap", "codec"),
    [("UniGB-UTF16-H", "utf-16-be"), ("GBK-EUC-H", "gbk"), ("GBK2K-H", "gb18030")],
)
def test_chinese_encodings(cmap, codec):
    assert read_pdf(make_pdf([lines(LONG)], cmap=cmap, codec=codec), Limits()).text == "\n".join(
        LONG
    )


def test_junk_before_the_header_and_a_false_count():
    data = make_pdf([lines(LONG)])
    assert read_pdf(b"junk\n" * 50 + data, Limits()).text == "\n".join(LONG)
    counted = data.replace(b"/Count 1", b"/Count 999999999")
    assert len(read_pdf(counted, Limits()).pages) == 1


def test_page_ranges():
    assert page_ranges([]) == ""
    assert page_ranges([5]) == "5"
    assert page_ranges([1, 2, 4, 5, 6]) == "1-2, 4-6"
