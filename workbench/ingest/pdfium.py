"""A second opinion on pages that pypdf cannot read, through PDFium."""

import ctypes
from types import TracebackType

import pypdfium2
import pypdfium2.raw as native

from workbench.domain.errors import UnreadableDocument
from workbench.ingest.lines import Row, without_controls

_BOLD_WEIGHT = 600


class SecondOpinion:
    """A PDF opened by PDFium when it is first asked; PDFium allows one thread at a time.

    Usable as a context manager, which closes what was opened.
    """

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._data = data
        self._password = password
        self._document: pypdfium2.PdfDocument | None = None

    def __enter__(self) -> "SecondOpinion":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._document is not None:
            self._document.close()
            self._document = None

    def page_count(self) -> int:
        """Return the number of pages.

        Raises:
            UnreadableDocument: ``damaged``: PDFium cannot open the file either.
        """
        return len(self._opened())

    def rows(self, index: int) -> list[Row]:
        """Return the lines of the page at ``index``, from 0.

        Raises:
            UnreadableDocument: ``damaged``, or ``damaged_page`` for this page alone.
        """
        try:
            page = self._opened()[index]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocument("damaged_page", reason="PdfiumError") from error
        try:
            return _rows(text_page)
        finally:
            text_page.close()
            page.close()

    def _opened(self) -> pypdfium2.PdfDocument:
        if self._document is None:
            try:
                self._document = pypdfium2.PdfDocument(self._data, password=self._password)
            except pypdfium2.PdfiumError as error:
                raise UnreadableDocument("damaged") from error
        return self._document


def _rows(text_page: pypdfium2.PdfTextPage) -> list[Row]:
    units = [native.FPDFText_GetUnicode(text_page, i) for i in range(text_page.count_chars())]
    rows: list[Row] = []
    start = 0
    for at, unit in enumerate([*units, 10]):
        if unit in (10, 13):
            if start < at:
                rows.append(_row(text_page, units[start:at], start))
            start = at + 1
    return [row for row in rows if row.text]


def _row(text_page: pypdfium2.PdfTextPage, units: list[int], start: int) -> Row:
    # PDFium counts UTF-16 units, and marks a hyphen at a line's end with U+FFFE or U+0002.
    units = [0x2D if unit in (0xFFFE, 0x02) else unit for unit in units]
    wide = b"".join(min(unit, 0xFFFF).to_bytes(2, "little") for unit in units)
    text = without_controls(wide.decode("utf-16-le", "replace")).strip(" \t\u3000\xa0")
    first = next((i for i, unit in enumerate(units) if unit > 32), 0) + start
    x, y = ctypes.c_double(), ctypes.c_double()
    native.FPDFText_GetCharOrigin(text_page, first, x, y)
    return Row(
        text=text,
        size=round(native.FPDFText_GetFontSize(text_page, first) * 2) / 2,
        bold=native.FPDFText_GetFontWeight(text_page, first) >= _BOLD_WEIGHT,
        x=round(x.value, 1),
        y=round(y.value, 1),
    )
