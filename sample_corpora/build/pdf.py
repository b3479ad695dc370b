"""Writes a PDF: body, then the pages before it, labels, bookmarks, embedded fonts."""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from sample_corpora.build import cover
from sample_corpora.build.blocks import Run
from sample_corpora.build.flow import Flow, running
from sample_corpora.build.font import Cut, Face, cut
from sample_corpora.build.page import HEIGHT, WIDTH, Box, Entry, Page, Stroke, Words
from sample_corpora.build.source import Source, characters
from sample_corpora.build.typeset import Faces

_SHORT_OUTLINE, _PER_PAGE = 20, 3
_FACES: tuple[Face, ...] = ("regular", "bold", "code")


def pdf_bytes(source: Source) -> bytes:
    """Return the document as PDF; the same source gives the same bytes."""
    needed = characters(source) | cover.fixed_characters()
    with tempfile.TemporaryDirectory() as folder:
        faces = {face: cut(face, needed, Path(folder), source.origin) for face in _FACES}
        body = _body(source, faces)
        front = cover.front_pages(source, faces, body.entries) if source.cover else []
        for at, page in enumerate(front[1:], start=2):
            running(faces, page, "", _roman(at))
        for at, page in enumerate(body.pages, start=1):
            running(faces, page, source.header, str(at))
        return _drawn(source, faces, front, body)


def _body(source: Source, faces: Faces) -> Flow:
    flow = Flow(faces, source.origin)
    if not source.cover:
        flow.lines((Run(source.title, bold=True),), 19.0)
        flow.y -= 10
        flow.add(source.front)
    flow.add(source.body)
    return flow


def _drawn(source: Source, faces: dict[Face, Cut], front: list[Page], body: Flow) -> bytes:
    fonts = [TTFont(_name(face), str(made.data_path)) for face, made in faces.items()]
    # Fonts are global in reportlab, and a second one of the same name is silently not taken.
    for font in fonts:
        pdfmetrics.registerFont(font)
    try:
        return _saved(source, front, body)
    finally:
        for font in fonts:
            font.unregister()


def _saved(source: Source, front: list[Page], body: Flow) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(WIDTH, HEIGHT),
        invariant=1,
        pageCompression=1,
        initialFontName=_name("regular"),
    )
    canvas.setTitle(source.title)
    canvas.setAuthor("")
    canvas.setCreator("")
    deepest = _deepest(body) if source.bookmarks else 0
    for page in front:
        _draw(canvas, page)
    for at, page in enumerate(body.pages):
        entries = [e for e in body.entries if e.page == at and e.level <= deepest]
        _outline(canvas, entries, at)
        _draw(canvas, page)
    if front:
        canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
        canvas.addPageLabel(len(front), style="ARABIC", start=1)
    canvas.save()
    return out.getvalue()


def _deepest(body: Flow) -> int:
    """Return the deepest level of the outline: chapters alone, where all would be too many."""
    limit = max(_SHORT_OUTLINE, _PER_PAGE * len(body.pages))
    for level in (4, 3):
        if sum(entry.level <= level for entry in body.entries) <= limit:
            return level
    return 2


def _outline(canvas: Canvas, entries: Sequence[Entry], at: int) -> None:
    for place, entry in enumerate(entries):
        key = f"h{at}-{place}"
        canvas.bookmarkPage(key, fit="XYZ", left=0, top=min(entry.y + 6, HEIGHT), zoom=0)
        canvas.addOutlineEntry(entry.title, key, level=entry.level - 2, closed=entry.level > 2)


def _draw(canvas: Canvas, page: Page) -> None:
    for mark in page.marks:
        if isinstance(mark, Box):
            canvas.setFillColorRGB(*mark.colour)
            canvas.rect(mark.x, mark.y, mark.width, mark.height, stroke=0, fill=1)
    for mark in page.marks:
        if isinstance(mark, Stroke):
            canvas.setStrokeColorRGB(*mark.colour)
            canvas.setLineWidth(mark.weight)
            canvas.line(mark.x1, mark.y1, mark.x2, mark.y2)
    for mark in page.marks:
        if isinstance(mark, Words):
            _write(canvas, mark)
    canvas.showPage()


def _write(canvas: Canvas, mark: Words) -> None:
    text = canvas.beginText(mark.x, mark.y)
    text.setFillColorRGB(*mark.colour)
    text.setCharSpace(mark.line.spread)
    text.setWordSpace(mark.line.word_spread)
    for piece in mark.line.pieces:
        text.setFont(_name(piece.face), mark.size)
        text.textOut(piece.text)
    canvas.drawText(text)


def _name(face: Face) -> str:
    return f"sample-{face}"


def _roman(number: int) -> str:
    ones = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return "x" * (number // 10) + ones[number % 10]
