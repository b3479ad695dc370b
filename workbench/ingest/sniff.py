"""What kind of file some bytes are, judged by their content."""

import io
import zipfile

from workbench.domain.documents import FileKind
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.garble import garble

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")
_HEAD = 1024
_SAMPLE = 65536
_ODD_SHARE = 0.05
_STRAY = 100
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
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
    (b"\xd0\xcf\x11\xe0", "doc"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"SQLite format 3", "sqlite"),
    (b"%!PS", "postscript"),
)
_OFFICE = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("META-INF/container", "epub"))


def kind_of(data: bytes, name: str) -> FileKind:
    """Return the kind of file; ``name`` only tells Markdown from plain text.

    Raises:
        UnreadableDocument: ``empty_file``, or ``unsupported_kind`` with ``found``, such as docx.
    """
    if not data:
        raise UnreadableDocument("empty_file")
    if b"%PDF-" in data[:_HEAD]:
        return "pdf"
    found = _foreign(data)
    if found:
        raise UnreadableDocument("unsupported_kind", found=found)
    return "markdown" if name.lower().endswith(_MARKDOWN) else "text"


def _foreign(data: bytes) -> str | None:
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _archive(data)
    for magic, found in _MAGIC:
        # Two letters begin many honest texts ("BMW …"), so a short magic needs a zero byte nearby.
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:_HEAD]):
            return found
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    if head.startswith(b"<?xml"):
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
