import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.ingest.office_maker import item, outline, word
from workbench.ingest.docx_styles import Stylesheet, list_of, outline_level


def made_with(*names, based_on=None):
    made = word()
    for name in names:
        style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if based_on:
            style.base_style = made.styles[based_on]
    return made


def level_of(made, paragraph):
    sheet = Stylesheet(made.styles.element)
    return outline_level(paragraph._p, sheet.of(paragraph._p))


@pytest.mark.parametrize(
    ("name", "level"),
    [("Heading 3", 3), ("标题 2", 2), ("標題 1", 1), ("标题2", 2), ("标题", 0), ("Title", 0),
     ("Normal", None), ("Heading", None), ("List Bullet", None), ("TOC 1", None), ("目录 1", None)],
)  # fmt: skip
def test_styles_by_name(name, level):
    made = word()
    if name not in {style.name for style in made.styles}:
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert level_of(made, made.add_paragraph("x", style=name)) == level


def test_a_style_inherits_and_its_paragraph_overrules():
    made = made_with("公司标题", based_on="Heading 2")
    paragraph = made.add_paragraph("x", style="公司标题")
    assert level_of(made, paragraph) == 2
    outline(paragraph, 0)
    assert level_of(made, paragraph) == 1
    plain = made.add_paragraph("x", style="公司标题")
    outline(plain, 9)
    assert level_of(made, plain) is None


def test_styles_that_are_based_on_each_other_end():
    made = made_with("A", "B")
    made.styles["A"].base_style = made.styles["B"]
    made.styles["B"].base_style = made.styles["A"]
    assert level_of(made, made.add_paragraph("x", style="A")) is None


def test_lists_come_from_the_paragraph_or_its_style():
    made = made_with("条")
    numbered = f'<w:pPr {nsdecls("w")}><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>'
    made.styles["条"].element.append(parse_xml(numbered))
    sheet = Stylesheet(made.styles.element)

    def lists(paragraph):
        return list_of(paragraph._p, sheet.of(paragraph._p))

    key = made.styles["条"].style_id
    assert lists(made.add_paragraph("x")) is None
    assert lists(made.add_paragraph("x", style="条")) == ("3", None, key)
    assert lists(item(made, "x", 4, 2)) == ("4", 2, "")
    assert lists(item(made, "x", 0, 0, "条")) is None


def test_a_file_without_styles():
    assert Stylesheet(None).of(word().add_paragraph("x")._p).level is None
