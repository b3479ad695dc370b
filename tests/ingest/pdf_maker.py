"""Small PDFs written by hand: placed lines of English and Chinese, no font file needed."""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle


@dataclass(frozen=True)
class Text:
    """One line at (x, y) points from the lower left; Chinese is set in STSong without a file."""

    text: str
    x: float = 72.0
    y: float = 700.0
    size: float = 12.0
    bold: bool = False


FONTS = b"""/L <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>
/LB <</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>
/C <</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/%(cmap)s/DescendantFonts[
<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo
<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 3 0 R>>]>>
/CB <</Type/Font/Subtype/Type0/BaseFont/STHeiti-Bold/Encoding/%(cmap)s/DescendantFonts[
<</Type/Font/Subtype/CIDFontType0/BaseFont/STHeiti-Bold/DW 1000/CIDSystemInfo
<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 3 0 R>>]>>"""

RESOURCES = b"<</Font<<" + FONTS % {b"cmap": b"UniGB-UCS2-H"} + b">>>>"

DESCRIPTOR = b"""<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]
/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"""


def make_pdf(
    pages: Sequence[Sequence[Text]],
    *,
    cmap: str = "UniGB-UCS2-H",
    codec: str = "utf-16-be",
    images: Sequence[int] = (),
) -> bytes:
    """Return a PDF of these pages; those whose number (from 1) is in ``images`` show a picture."""
    contents = [b"\n".join(_shown(text, codec) for text in page) for page in pages]
    resources = b"<</Font<<" + FONTS % {b"cmap": cmap.encode()} + b">>>>"
    drawn = resources[:-2] + b"/XObject<</I 4 0 R>>>>"
    shown = [
        (content + b"\n100 0 0 100 72 300 cm /I Do", drawn)
        if number in images
        else (content, resources)
        for number, content in enumerate(contents, start=1)
    ]
    return make_raw(shown)


def make_raw(pages: Sequence[tuple[bytes, bytes]], *, filters: bytes = b"") -> bytes:
    """Return a PDF of pages given as (content stream, resources)."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages),
        DESCRIPTOR,
        _stream(
            b"\x00",
            b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8"
            b"/ColorSpace/DeviceGray",
        ),
    ]
    for index, (content, resources) in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources %s>>"
            % (6 + 2 * index, resources)
        )
        objects.append(_stream(content, filters))
    return _file(objects)


def bomb(size: int) -> bytes:
    """Return a PDF of one page whose content unpacks to ``size`` spaces."""
    content = zlib.compress(b" " * size, 9)
    return make_raw([(content, RESOURCES)], filters=b"/Filter/FlateDecode")


def with_bookmarks(data: bytes, bookmarks: Sequence[tuple[str, int, int]]) -> bytes:
    """Return ``data`` with bookmarks given as (title, page from 1, level from 1)."""
    writer = _writer(data)
    above: dict[int, object] = {}
    for title, page, level in bookmarks:
        parent = above.get(level - 1)
        above[level] = writer.add_outline_item(title=title, page_number=page - 1, parent=parent)
    return _written(writer)


def with_labels(data: bytes, roman: int) -> bytes:
    """Return ``data`` with the first ``roman`` pages labelled i, ii and the rest 1, 2."""
    writer = _writer(data)
    writer.set_page_label(0, roman - 1, PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(roman, len(writer.pages) - 1, PageLabelStyle.DECIMAL, start=1)
    return _written(writer)


def encrypted(data: bytes, *, user: str, owner: str = "owner", method: str = "AES-256") -> bytes:
    """Return ``data`` encrypted; an empty ``user`` leaves it open to anybody who reads."""
    writer = _writer(data)
    writer.encrypt(user, owner, algorithm=method)
    return _written(writer)


def lines(texts: Sequence[str], *, x: float = 72, top: float = 760, size: float = 12) -> list[Text]:
    """Return lines set one below the other."""
    return [Text(text, x, top - i * size * 1.5, size) for i, text in enumerate(texts)]


def _shown(text: Text, codec: str) -> bytes:
    chinese = any(ord(c) > 0x2000 for c in text.text)
    font = ("C" if chinese else "L") + ("B" if text.bold else "")
    coded = text.text.encode(codec if chinese else "cp1252").hex()
    return f"BT /{font} {text.size} Tf 1 0 0 1 {text.x} {text.y} Tm <{coded}> Tj ET".encode()


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def _file(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.7\n"
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    )


def _writer(data: bytes) -> PdfWriter:
    writer = PdfWriter()
    writer.clone_document_from_reader(PdfReader(io.BytesIO(data)))
    return writer


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
