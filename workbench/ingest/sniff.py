"""What kind of file some bytes are, judged by their content."""

import io
import zipfile

from workbench.domain.documents import FileKind
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.garble import garble
from workbench.ingest.html_file import looks_like_html

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")
_TABLE = (".csv", ".tsv")
_PACKED = (".docx", ".xlsx")
_HEAD = 1024
_SAMPLE = 65536
_ODD_SHARE = 0.05
_STRAY = 100
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_OLE = b"\xd0\xcf\x11\xe0"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "exe"),
    (b"\x7fELF", "elf"),
    (b"\xcf\xfa\xed\xfe", "mach-o"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"RIFF", "riff"),
    (_OLE, "doc"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"SQLite format 3", "sqlite"),
    (b"%!PS", "postscript"),
)
_OFFICE = (
    ("xl/workbook.bin", "xlsb"),
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "pptx"),
    ("META-INF/container", "epub"),
    ("content.xml", "odf"),
)
_OLD_OFFICE = (("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "ppt"))


def kind_of(data: bytes, name: str) -> FileKind:
    """Return the kind of file; ``name`` only tells Markdown and tables from plain text.

    Raises:
        UnreadableDocument: ``empty_file``, ``locked_office``, ``damaged``, or ``old_office`` or
            ``unsupported_kind`` with ``found``, such as doc or png.
    """
    if not data:
        raise UnreadableDocument("empty_file")
    if b"%PDF-" in data[:_HEAD]:
        return "pdf"
    found = _foreign(data)
    if found == "docx":
        return "docx"
    if found == "xlsx":
        return "xlsx"
    if found == "zip" and name.lower().endswith(_PACKED):
        raise UnreadableDocument("damaged")
    if found:
        raise UnreadableDocument("unsupported_kind", found=found)
    return _text_kind(data, name.lower())


def _text_kind(data: bytes, name: str) -> FileKind:
    if looks_like_html(data, name):
        return "html"
    if name.endswith(_TABLE):
        return "csv"
    return "markdown" if name.endswith(_MARKDOWN) else "text"


def _foreign(data: bytes) -> str | None:
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _archive(data)
    if data.startswith(_OLE):
        _require_new_office(data)
    for magic, found in _MAGIC:
        # Two letters begin many honest texts ("BMW …"), so a short magic needs a zero byte nearby.
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:_HEAD]):
            return found
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<?xml") and b"<html" not in head:
        return "xml"
    return "binary" if _is_binary(data[:_SAMPLE]) else None


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "zip"
    for folder, found in _OFFICE:
        if any(name.startswith(folder) for name in names):
            return found
    return "zip"


def _require_new_office(data: bytes) -> None:
    """Refuse files of Office before 2007, and newer ones that a password locks, by their names."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableDocument("locked_office")
    for entry, found in _OLD_OFFICE:
        if entry.encode("utf-16-le") in data:
            raise UnreadableDocument("old_office", found=found)


def _is_binary(sample: bytes) -> bool:
    """Return whether zero bytes lie in ``sample`` that UTF-16 or a stray NUL do not explain."""
    zeros = sample.count(0)
    if not zeros or sample.startswith(_BOMS):
        return False
    controls = sum(sample.count(bytes([c])) for c in (*range(9), *range(14, 27)))
    if controls * _STRAY <= len(sample):
        return False
    return not any(_reads_as(sample, encoding) for encoding in ("utf-16-le", "utf-16-be"))


def _reads_as(sample: bytes, encoding: str) -> bool:
    text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    return garble(text) < _ODD_SHARE
