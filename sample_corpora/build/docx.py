"""Writes a Word document with heading styles, counted numbers, tables and code."""

import io
from dataclasses import dataclass, field

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from sample_corpora.build.archive import FIXED, repeatable
from sample_corpora.build.blocks import (
    Block,
    Code,
    Heading,
    Item,
    Paragraph,
    Runs,
    SourceError,
    Table,
    plain,
)
from sample_corpora.build.docx_numbers import Numbering, number
from sample_corpora.build.docx_styles import CODE, set_styles, shade
from sample_corpora.build.source import Source

_MOST_PATTERNS = 3


def docx_bytes(source: Source) -> bytes:
    """Return the document as DOCX; the same source gives the same bytes.

    Raises:
        SourceError: More than three patterns of numbers, or one that counts nothing.
    """
    document = docx.Document()
    set_styles(document)
    _properties(document, source)
    writer = _Writer(document, source, Numbering(document))
    writer.write()
    _header(document, source)
    out = io.BytesIO()
    document.save(out)
    return repeatable(out.getvalue())


@dataclass(slots=True)
class _Writer:
    document: Document
    source: Source
    numbering: Numbering
    counted: int = 0
    ordered: dict[int, int] = field(default_factory=dict)
    bullets: int = 0

    def write(self) -> None:
        patterns = self.source.numbers
        if patterns:
            if len(patterns) > _MOST_PATTERNS or any("%" not in p for p in patterns):
                raise SourceError(f"{self.source.origin}: numbers: one to three patterns with %1")
            self.counted = self.numbering.patterns(patterns, self._styles(len(patterns)))
        self.bullets = self.numbering.bullets()
        title = self.document.add_paragraph(style="Title")
        title.add_run(self.source.title)
        for block in (*self.source.front, *self.source.body):
            self._add(block)

    def _styles(self, count: int) -> tuple[str | None, ...]:
        """Return the paragraph style of each pattern; the last of several counts ``-`` items."""
        headings = ("Heading1", "Heading2")[: max(1, count - 1)]
        return (*headings, None)[:count]

    def _add(self, block: Block) -> None:
        match block:
            case Heading(level, runs):
                self._heading(level, runs)
            case Paragraph(runs, depth):
                paragraph = self.document.add_paragraph()
                paragraph.paragraph_format.left_indent = Pt(21 * depth) if depth else None
                _write(paragraph, runs)
            case Item():
                self._item(block)
            case Code(text, depth):
                paragraph = self.document.add_paragraph(style=CODE)
                paragraph.paragraph_format.left_indent = Pt(21 * depth) if depth else None
                paragraph.add_run(text)
            case Table(head, rows):
                self._table(head, rows)

    def _heading(self, level: int, runs: Runs) -> None:
        paragraph = self.document.add_paragraph(style=f"Heading {level - 1}")
        paragraph.add_run(plain(runs))
        if self.counted and level - 1 <= max(1, len(self.source.numbers) - 1):
            number(paragraph, self.counted, level - 2)

    def _item(self, block: Item) -> None:
        paragraph = self.document.add_paragraph(style="List Paragraph")
        _write(paragraph, block.runs)
        bullet = block.marker == "•"
        if bullet and len(self.source.numbers) > 1 and block.depth == 1:
            number(paragraph, self.counted, len(self.source.numbers) - 1)
        elif bullet:
            number(paragraph, self.bullets, block.depth - 1)
        else:
            if block.first:
                start = int(block.marker[:-1])
                self.ordered[block.depth] = self.numbering.ordered(block.marker[-1], start)
            number(paragraph, self.ordered[block.depth], block.depth - 1)

    def _table(self, head: tuple[Runs, ...], rows: tuple[tuple[Runs, ...], ...]) -> None:
        table = self.document.add_table(rows=0, cols=len(head), style="Table Grid")
        for at, row in enumerate((head, *rows)):
            made = table.add_row()
            for cell, runs in zip(made.cells, row, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                _write(paragraph, runs, bold=at == 0)
                if at == 0:
                    shade(cell._tc.get_or_add_tcPr(), "EEF0F3")
        repeated = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)


def _write(paragraph: WordParagraph, runs: Runs, *, bold: bool = False) -> None:
    for run in runs:
        written = paragraph.add_run(run.text)
        written.bold = True if bold or run.bold else None
        if run.code:
            written.font.name = "Consolas"


def _properties(document: Document, source: Source) -> None:
    core = document.core_properties
    core.title = source.title
    core.author = core.last_modified_by = core.comments = core.keywords = ""
    core.created = core.modified = FIXED.replace(tzinfo=None)
    core.revision = 1


def _header(document: Document, source: Source) -> None:
    section = document.sections[0]
    if source.header:
        paragraph = section.header.paragraphs[0]
        run = paragraph.add_run(source.header)
        run.font.size = Pt(8.5)
        run.font.color.rgb = RGBColor(0x70, 0x75, 0x7C)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    foot.add_run(" —")
