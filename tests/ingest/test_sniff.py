import io
import zipfile

import pytest

from workbench.domain.errors import UnreadableDocument
from workbench.ingest.sniff import kind_of


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7 ...", "a.docx", "pdf"),
        (b"junk" * 100 + b"%PDF-1.4", "a.txt", "pdf"),
        ("第一条".encode(), "law.pdf", "text"),
        ("第一条".encode("gb18030"), "law", "text"),
        ("# 题".encode(), "READ.MD", "markdown"),
        ("甲 law".encode("utf-16"), "a.txt", "text"),
        ("第一条 law and order".encode("utf-16-le"), "a.txt", "text"),
        (b"BMW and MZ are names", "a.txt", "text"),
        (archive("word/document.xml"), "a.pdf", "docx"),
        (archive("xl/workbook.xml"), "a.docx", "xlsx"),
        (b"  <!DOCTYPE HTML><html>", "a.txt", "html"),
        (b"\xef\xbb\xbf<html>", "a.md", "html"),
        (b"<?xml version='1.0'?><html>", "a.xml", "html"),
        (b"<p>only a paragraph</p>", "a.htm", "html"),
        (b"<p>only a paragraph</p>", "a.md", "markdown"),
        (b"no tag at all", "a.html", "text"),
        ("问题,答案\n甲,乙\n".encode("gb18030"), "问答.CSV", "csv"),
        (b"a\tb\n1\t2\n", "a.tsv", "csv"),
        (b"a,b\n1,2\n", "a.txt", "text"),
        (b"one column\nof words\n", "a.csv", "csv"),
        (b"one stray \x00 zero in a longer line of text" + b" word" * 100, "a.txt", "text"),
    ],
)
def test_kinds_that_are_read(data, name, kind):
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"MZ\x90\x00\x03", "exe"),
        (b"\x7fELF\x02", "elf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "doc"),
        (archive("ppt/presentation.xml"), "pptx"),
        (archive("xl/workbook.bin"), "xlsb"),
        (archive("../../evil.txt"), "zip"),
        (b"PK\x03\x04broken", "zip"),
        (b"<?xml version='1.0'?>", "xml"),
        (bytes(range(256)) * 40, "binary"),
    ],
)
def test_kinds_that_are_not(data, found):
    with pytest.raises(UnreadableDocument) as caught:
        kind_of(data, "contract.pdf")
    assert (caught.value.code, caught.value.params) == ("unsupported_kind", {"found": found})


@pytest.mark.parametrize(
    ("entry", "code", "params"),
    [
        ("EncryptedPackage", "locked_office", {}),
        ("WordDocument", "old_office", {"found": "doc"}),
        ("Workbook", "old_office", {"found": "xls"}),
        ("PowerPoint Document", "old_office", {"found": "ppt"}),
    ],
)
def test_ole_files_are_told_apart_by_their_entries(entry, code, params):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entry.encode("utf-16-le")
    with pytest.raises(UnreadableDocument) as caught:
        kind_of(data, "合同.docx")
    assert (caught.value.code, caught.value.params) == (code, params)


def test_nothing_is_an_empty_file():
    with pytest.raises(UnreadableDocument, match="empty_file"):
        kind_of(b"", "a.pdf")


def test_a_broken_office_file_is_damaged_and_no_archive():
    for name in ("合同.docx", "表.XLSX"):
        with pytest.raises(UnreadableDocument, match="damaged"):
            kind_of(b"PK\x03\x04broken", name)
    with pytest.raises(UnreadableDocument, match="unsupported_kind"):
        kind_of(b"PK\x03\x04broken", "a.zip")
