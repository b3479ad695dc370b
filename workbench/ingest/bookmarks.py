"""Bookmarks and printed page labels of a PDF, as far as the file keeps them in order."""

from typing import Any

from pypdf import PdfReader

from workbench.domain.errors import UnreadableDocument
from workbench.ingest.lines import Mark, collapsed, without_controls

_TITLE_LIMIT = 300


def marks_of(reader: PdfReader) -> tuple[Mark, ...]:
    """Return the bookmarks in order; entries without a title or a page are left out.

    Raises:
        UnreadableDocument: ``damaged_bookmarks``: the outline cannot be followed.
    """
    try:
        found: list[Mark] = []
        _walk(reader, reader.outline, 1, found)
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableDocument("damaged_bookmarks", reason=type(error).__name__) from error
    return tuple(found)


def _walk(reader: PdfReader, entries: Any, level: int, found: list[Mark]) -> None:
    for entry in entries:
        if isinstance(entry, list):
            _walk(reader, entry, level + 1, found)
            continue
        title = collapsed(without_controls(str(entry.title or "")))[:_TITLE_LIMIT]
        page = reader.get_destination_page_number(entry)
        if title and page is not None and page >= 0:
            found.append(Mark(title, level, page=page + 1, y=_height(entry)))


def _height(entry: Any) -> float | None:
    top = entry.get("/Top")
    return float(top) if isinstance(top, int | float) else None


def labels_of(reader: PdfReader) -> tuple[str, ...]:
    """Return the label printed for each page; empty where the file has none.

    Raises:
        UnreadableDocument: ``damaged_labels``: the labels cannot be followed.
    """
    try:
        if "/PageLabels" not in reader.root_object:
            return ()
        return tuple(without_controls(str(label)) for label in reader.page_labels)
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableDocument("damaged_labels", reason=type(error).__name__) from error
