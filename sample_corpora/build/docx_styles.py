"""Styles of the Word documents: one font for both scripts, calm headings, grey code."""

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

CODE = "Code"
_LATIN, _HAN, _MONO = "Calibri", "Microsoft YaHei", "Consolas"
_HEADINGS = {"Heading 1": (14, 16), "Heading 2": (12, 12), "Heading 3": (11, 9)}


def set_styles(document: Document) -> None:
    """Set page and styles of a new document."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.6)
    styles = document.styles
    normal = styles["Normal"]
    _font(normal, 10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.4
    for name, (size, above) in _HEADINGS.items():
        _font(styles[name], size, bold=True)
        styles[name].paragraph_format.space_before = Pt(above)
        styles[name].paragraph_format.space_after = Pt(5)
    _font(styles["Title"], 20, bold=True)
    _without_rule(styles["Title"])
    code = styles.add_style(CODE, WD_STYLE_TYPE.PARAGRAPH)
    _font(code, 9, latin=_MONO)
    code.paragraph_format.line_spacing = 1.2
    shade(code.element.get_or_add_pPr(), "F2F3F5")


def shade(properties: BaseOxmlElement, colour: str) -> None:
    """Give a paragraph style or a table cell a background."""
    shading = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shading.set(qn(f"w:{key}"), value)
    properties.append(shading)


def _font(style: ParagraphStyle, size: float, *, bold: bool = False, latin: str = _LATIN) -> None:
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.color.rgb = RGBColor(0x1A, 0x1C, 0x21)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # A theme's font, where the template names one, would win over these.
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, name in (("ascii", latin), ("hAnsi", latin), ("eastAsia", _HAN), ("cs", latin)):
        fonts.set(qn(f"w:{key}"), name)


def _without_rule(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
