"""Makes small Word files and archives for tests, with lists that Word would count."""

import io
import zipfile

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

LEVEL = (
    '<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/>{style}<w:numFmt w:val="{form}"/>{extra}'
    '<w:lvlText w:val="{text}"/></w:lvl>'
)


def level(at, form, text, *, start=1, extra="", style=""):
    """Return the XML of one level of a list."""
    tied = f'<w:pStyle w:val="{style}"/>' if style else ""
    return LEVEL.format(at=at, form=form, text=text, start=start, extra=extra, style=tied)


def definition(number, *levels):
    """Return the XML of a list's definition."""
    inner = "".join(levels)
    return f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{inner}</w:abstractNum>'


def use(number, of, override=""):
    """Return the XML of a list that uses a definition."""
    inner = f'<w:abstractNumId w:val="{of}"/>{override}'
    return f'<w:num {nsdecls("w")} w:numId="{number}">{inner}</w:num>'


def word(*parts):
    """Return a document whose numbering consists of ``parts`` alone."""
    made = docx.Document()
    root = made.part.numbering_part.element
    for old in list(root):
        root.remove(old)
    for part in parts:
        root.append(parse_xml(part))
    return made


def item(made, text, list_id, at=0, style=None):
    """Add a paragraph to a list."""
    paragraph = made.add_paragraph(text, style=style)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{at}"/><w:numId w:val="{list_id}"/></w:numPr>'
        )
    )
    return paragraph


def outline(paragraph, value):
    """Give a paragraph an outline level, counted from 0."""
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{value}"/>')
    )


def add_xml(made, xml):
    """Add an element to the end of the body."""
    body = made.element.body
    body.insert(list(body).index(body.find(qn("w:sectPr"))), parse_xml(xml))


def saved(made):
    """Return a document or a workbook as bytes."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(data, **members):
    """Return an archive with members added or replaced; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()
