"""A PDF as lines: pypdf first, PDFium where pypdf fails, limits before anything is extracted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pypdf

from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.domain.ports import ProgressCall
from workbench.ingest.bookmarks import labels_of, marks_of
from workbench.ingest.garble import garble, is_garbled
from workbench.ingest.limits import Limits
from workbench.ingest.lines import Mark, Row, Source, compose
from workbench.ingest.pdf_open import counted, damage, opened
from workbench.ingest.pdf_page import page_texts, raw_text, rows_of
from workbench.ingest.pdfium import SecondOpinion

READER = "pdf-2"
_T = TypeVar("_T")
_TEXTLESS = 20
_TIGHT: Any = {
    "stream_parsing_work_maximum_count": 600_000,
    "zlib_maximum_output_length": 32_000_000,
    "stream_decoding_work_maximum_length": 200_000_000,
    "outline_maximum_entries": 20_000,
    "outline_maximum_depth": 32,
    "xform_maximum_invocations_per_extraction": 1_000,
    "jbig2dec_binary": None,
}


@dataclass(slots=True)
class _Pages:
    """What was found page by page, while reading."""

    rows: list[list[Row]] = field(default_factory=list)
    thin: list[int] = field(default_factory=list)
    textless: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    by_pdfium: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    too_complex: bool = False


def read_pdf(
    data: bytes, limits: Limits, password: str | None = None, progress: ProgressCall | None = None
) -> Source:
    """Return the lines, pages, printed labels and bookmarks of a PDF.

    Raises:
        UnreadableDocument: ``locked``, ``wrong_password``, ``unsupported_encryption``, ``damaged``,
            ``too_complex``, ``no_pages``, or ``too_many_pages`` with ``pages`` and ``limit``.
    """
    with pypdf.apply_configuration(**_TIGHT), SecondOpinion(data, password) as second:
        reader, count = counted(opened(data, password), second)
        if count == 0:
            raise UnreadableDocument("no_pages")
        if count > limits.page_limit:
            raise UnreadableDocument("too_many_pages", pages=count, limit=limits.page_limit)
        pages = _read_pages(reader, second, count, progress)
        marks, labels, notices = _furniture(reader)
    if pages.lost and (reader is None or len(pages.lost) == count):
        raise UnreadableDocument("too_complex" if pages.too_complex else "damaged")
    text, lines, spans = compose(pages.rows, labels)
    return Source(
        kind="pdf",
        reader=READER,
        text=text,
        lines=lines,
        pages=spans,
        marks=marks,
        notices=(*_notices(pages, count), *notices),
    )


def _read_pages(
    reader: pypdf.PdfReader | None,
    second: SecondOpinion,
    count: int,
    progress: ProgressCall | None,
) -> _Pages:
    pages = _Pages()
    for index in range(count):
        rows = _read_page(reader, second, index, pages)
        pages.rows.append(rows)
        thin = sum(len(row.text) for row in rows) < _TEXTLESS
        if thin and index + 1 not in pages.lost[-1:]:
            pages.thin.append(index + 1)
            if _has_picture(reader, index) if reader else not rows:
                pages.textless.append(index + 1)
        if progress is not None:
            progress(index + 1, count)
    return pages


def _read_page(
    reader: pypdf.PdfReader | None, second: SecondOpinion, index: int, pages: _Pages
) -> list[Row]:
    try:
        first = _by_pypdf(reader, index)
    except UnreadableDocument as error:
        if error.code == "too_complex":
            # PDFium has no such limit: what is a bomb for one must not be unpacked by the other.
            pages.lost.append(index + 1)
            pages.too_complex = True
            return []
        return _instead(second, index, pages)
    raw, rows = first
    if not is_garbled(raw):
        return rows
    try:
        other = second.rows(index)
    except UnreadableDocument:
        other = []
    joined = "".join(row.text for row in other)
    if joined and garble(joined) < garble("".join(raw)) / 2:
        pages.by_pdfium.append(index + 1)
        return other
    pages.garbled.append(index + 1)
    return rows


def _by_pypdf(reader: pypdf.PdfReader | None, index: int) -> tuple[list[str], list[Row]]:
    if reader is None:
        raise UnreadableDocument("damaged")
    with damage():
        lines = page_texts(reader.pages[index])
    return [raw_text(line) for line in lines], rows_of(lines)


def _instead(second: SecondOpinion, index: int, pages: _Pages) -> list[Row]:
    try:
        rows = second.rows(index)
    except UnreadableDocument:
        pages.lost.append(index + 1)
        return []
    pages.by_pdfium.append(index + 1)
    return rows


def _has_picture(reader: pypdf.PdfReader, index: int) -> bool:
    """Return whether something other than text is drawn; true where that cannot be told."""
    try:
        with damage():
            resources = reader.pages[index].get("/Resources")
            drawn = resources.get_object().get("/XObject") if resources else None
            return bool(drawn.get_object()) if drawn else False
    except UnreadableDocument:
        return True


def _furniture(
    reader: pypdf.PdfReader | None,
) -> tuple[tuple[Mark, ...], tuple[str, ...], tuple[Notice, ...]]:
    """Return bookmarks and labels; a file whose bookmarks are broken is read without them."""
    if reader is None:
        return (), (), ()
    notices: list[Notice] = []
    marks = _or_notice(lambda: marks_of(reader), notices)
    labels = _or_notice(lambda: labels_of(reader), notices)
    return marks, labels, tuple(notices)


def _or_notice(read: Callable[[], tuple[_T, ...]], notices: list[Notice]) -> tuple[_T, ...]:
    try:
        return read()
    except UnreadableDocument as error:
        notices.append(Notice(error.code))
        return ()


def _notices(pages: _Pages, count: int) -> Iterator[Notice]:
    if pages.by_pdfium:
        yield Notice("read_by_pdfium", _listed(pages.by_pdfium))
    if pages.lost:
        yield Notice("pages_lost", _listed(pages.lost))
    if pages.garbled:
        yield Notice("garbled_pages", _listed(pages.garbled))
    thin, read = len(pages.thin), count - len(pages.lost)
    if 0 < thin == read and (len(pages.textless) == read or not any(pages.rows)):
        yield Notice("needs_ocr", {"pages": thin, "of": count})
    elif pages.textless:
        yield Notice("pages_without_text", _listed(pages.textless))


def _listed(pages: list[int]) -> dict[str, str | int | float | bool | None]:
    return {"pages": page_ranges(pages), "count": len(pages)}


def page_ranges(pages: list[int]) -> str:
    """Return ascending page numbers in short.

    >>> page_ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and ranges[-1][1] == page - 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
