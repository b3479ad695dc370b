"""A Word file as lines: headings by style, numbers as Word counts them, tables in their place."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.archive import require_harmless
from workbench.ingest.docx_numbers import Numbering
from workbench.ingest.docx_styles import Stylesheet, list_of, outline_level
from workbench.ingest.docx_xml import Element, boxes_of, text_of, w
from workbench.ingest.draft import Draft
from workbench.ingest.lines import Source

READER = "docx-1"
_LONGEST_TITLE = 200
"""Some programs give whole paragraphs an outline level; a title is shorter."""

_WRAPPERS = frozenset(
    w(name) for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
)
_NOTES = (w("footnoteReference"), w("endnoteReference"))


@dataclass(frozen=True, slots=True)
class _Parts:
    """The roots of the parts of a Word file that this reader looks at."""

    body: Any
    styles: Any
    numbering: Any


def read_docx(data: bytes) -> Source:
    """Return the paragraphs and tables of a Word file in order; pages are not known.

    A file without heading styles has no marks, and its headings are found from their numbers.

    Raises:
        UnreadableDocument: ``damaged``, ``unsupported_kind`` with ``found`` docm, or what
            ``require_harmless`` raises.
    """
    require_harmless(data)
    try:
        return _Story(_parts(data)).source()
    except (MemoryError, UnreadableDocument):
        raise
    except Exception as error:
        raise UnreadableDocument("damaged") from error


def _parts(data: bytes) -> _Parts:
    # Imported here: only Word files need lxml.
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE

    try:
        part = docx.Document(io.BytesIO(data)).part
    except ValueError as error:
        # What python-docx says of templates and files with macros.
        raise UnreadableDocument("unsupported_kind", found="docm") from error
    roots: dict[str, Any] = {}
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype in (
            RELATIONSHIP_TYPE.STYLES,
            RELATIONSHIP_TYPE.NUMBERING,
        ):
            roots[relation.reltype] = getattr(relation.target_part, "element", None)
    return _Parts(
        part.element.body,
        roots.get(RELATIONSHIP_TYPE.STYLES),
        roots.get(RELATIONSHIP_TYPE.NUMBERING),
    )


class _Story:
    """Writes the body of a Word file into a draft."""

    def __init__(self, parts: _Parts) -> None:
        self._body = parts.body
        self._styles = Stylesheet(parts.styles)
        self._numbers = Numbering(parts.numbering, parts.styles)
        self._draft = Draft()

    def source(self) -> Source:
        """Return the whole body; a title counts as a heading above all others."""
        self._walk(self._body)
        marks = self._draft.marks
        named = any(mark.level > 0 for mark in marks)
        shift = int(any(mark.level == 0 for mark in marks))
        self._draft.marks = [replace(m, level=m.level + shift) for m in marks] if named else []
        notes = sum(1 for tag in _NOTES for _ in self._body.iter(tag))
        notices = (Notice("footnotes_left_out", {"count": notes}),) if notes else ()
        return self._draft.source("docx", READER, "style", notices)

    def _walk(self, container: Element) -> None:
        for element in container:
            if element.tag == w("p"):
                self._paragraph(element)
            elif element.tag == w("tbl"):
                self._table(element)
            elif element.tag in _WRAPPERS:
                self._walk(element)

    def _paragraph(self, paragraph: Element) -> None:
        text = self._shown(paragraph)
        level = outline_level(paragraph, self._styles.of(paragraph))
        if level is not None and text.strip() and len(text) <= _LONGEST_TITLE:
            self._draft.head(text, level)
        else:
            self._draft.write(text)
        for box in boxes_of(paragraph):
            self._walk(box)

    def _shown(self, paragraph: Element) -> str:
        """Return a paragraph's text with its number; an empty one is counted and not shown."""
        style = self._styles.of(paragraph)
        listed = list_of(paragraph, style)
        label = ""
        if listed is not None:
            list_id, level, named_by = listed
            if level is None:
                level = self._numbers.level_of_style(list_id, named_by)
            label = self._numbers.next(list_id, level)
        text = text_of(paragraph)
        return label + text.lstrip() if text.strip() else ""

    def _table(self, table: Element) -> None:
        rows = [list(_cells(row)) for row in table.iter(w("tr")) if _table_of(row) is table]
        if all(len(row) <= 1 for row in rows) or self._has_headings(table):
            # A frame around text, or a table that only lays a page out.
            for row in rows:
                for cell in row:
                    self._walk(cell)
            return
        self._draft.table([self._cell(cell) for cell in row] for row in rows)

    def _cell(self, cell: Element) -> str:
        return " ".join(filter(None, (self._shown(p).strip() for p in cell.iter(w("p")))))

    def _has_headings(self, table: Element) -> bool:
        return any(
            outline_level(paragraph, self._styles.of(paragraph)) is not None
            and text_of(paragraph).strip()
            for paragraph in table.iter(w("p"))
        )


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        if element.tag == w("tc"):
            yield element
        elif element.tag in _WRAPPERS:
            yield from _cells(element)


def _table_of(row: Element) -> Element | None:
    return next((above for above in row.iterancestors(w("tbl"))), None)
