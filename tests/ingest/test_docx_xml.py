import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from workbench.ingest.docx_xml import boxes_of, child, is_on, number, text_of, value

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
BOX = "<w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>"


def paragraph(inner):
    return parse_xml(f"<w:p {nsdecls('w')} {MC}>{inner}</w:p>")


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("", ""),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>", "甲\t乙\n丙"),
        ("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", "链接"),
        ("<w:ins><w:r><w:t>加</w:t></w:r></w:ins>", "加"),
        ("<w:del><w:r><w:delText>删</w:delText></w:r></w:del>", ""),
        ("<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>", ""),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>", ""),
        ("<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>", "控件"),
        ("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r>", "co-op"),
        (f"<w:r>{BOX}<w:t>外</w:t></w:r>", "外"),
    ],
)  # fmt: skip
def test_running_text(inner, text):
    assert text_of(paragraph(inner)) == text


def test_text_boxes_without_their_fallback_copies():
    drawn = f"<mc:AlternateContent><mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"
    found = list(boxes_of(paragraph(f"<w:r>{drawn}</mc:AlternateContent></w:r>")))
    assert [text_of(box[0]) for box in found] == ["框"]
    assert list(boxes_of(found[0][0])) == []


def test_attributes():
    element = paragraph('<w:pPr><w:outlineLvl w:val="2"/><w:keepNext/><w:b w:val="0"/></w:pPr>')
    properties = child(element, "pPr")
    assert value(element, "pPr", "outlineLvl") == "2"
    assert number(element, "pPr", "outlineLvl") == 2
    assert number(element, "pPr", "keepNext") is None
    assert value(None, "pPr") is None
    assert [is_on(properties, name) for name in ("keepNext", "b", "i")] == [True, False, False]
