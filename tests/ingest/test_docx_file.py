import io
import zipfile

import docx
import pytest
from docx.oxml.ns import nsdecls

from tests.ingest.office_maker import (
    add_xml,
    definition,
    item,
    level,
    outline,
    repacked,
    saved,
    use,
    word,
)
from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.docx_file import read_docx
from workbench.ingest.reading import read_bytes


def contract():
    made = word(
        definition(0, level(0, "chineseCountingThousand", "第%1章"),
                   level(1, "decimal", "%1.%2", extra="<w:isLgl/>")),
        use(1, 0),
    )  # fmt: skip
    made.add_heading("合同", 0)
    item(made, "总则", 1, 0, "Heading 1")
    made.add_paragraph("正文一。")
    item(made, "范围", 1, 1, "Heading 2")
    table = made.add_table(rows=2, cols=2)
    for at, text in enumerate(["名称", "价格", "甲", "10"]):
        table.cell(at // 2, at % 2).text = text
    made.add_paragraph("表后。")
    item(made, "违约", 1, 0, "Heading 1")
    made.add_paragraph("后果。")
    return made


def table_of(rows):
    made = docx.Document()
    table = made.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return made


def test_headings_numbers_and_tables_in_their_order():
    reading = read_bytes(saved(contract()), "合同.docx", "D")
    assert reading.edition.text == (
        "合同\n第一章 总则\n正文一。\n1.1 范围\n名称 | 价格\n甲 | 10\n表后。\n第二章 违约\n后果。"
    )
    assert [(s.title, s.number, s.level, s.source, s.page) for s in reading.sections[1:]] == [
        ("合同", None, 1, "style", None),
        ("第一章 总则", "第一章", 2, "style", None),
        ("1.1 范围", "1.1", 3, "style", None),
        ("第二章 违约", "第二章", 2, "style", None),
    ]
    assert (reading.edition.kind, reading.edition.pages) == ("docx", ())


def test_without_heading_styles_numbers_are_read_even_those_that_word_counts():
    made = word(definition(0, level(0, "chineseCountingThousand", "第%1条")), use(1, 0))
    made.add_paragraph("某某办法", style="Title")
    for _ in range(11):
        item(made, "甲乙丙丁。", 1)
    reading = read_bytes(saved(made), "办法.docx", "D")
    assert [s.key for s in reading.sections[1:]] == [f"t{n}" for n in range(1, 12)]
    assert {s.source for s in reading.sections[1:]} == {"number"}
    assert [c.kind for c in reading.chunks].count("article") == 11


def test_typed_articles_refine_the_chapters_that_styles_name():
    made = docx.Document()
    made.add_heading("第一章 总则", 1)
    for n in range(1, 12):
        made.add_paragraph(f"第{n}条 甲乙丙。")
    reading = read_bytes(saved(made), "a.docx", "D")
    assert [s.key for s in reading.sections] == ["", "z1", *(f"z1/t{n}" for n in range(1, 12))]


def test_a_contents_list_is_no_chapter_tree():
    made = docx.Document()
    made.styles.add_style("TOC 1", 1)
    titles = [f"第{n}章 {word}" for n, word in enumerate("甲乙丙丁戊", start=1)]
    made.add_paragraph("目录")
    for page, title in enumerate(titles, start=1):
        made.add_paragraph(f"{title}\t{page}", style="TOC 1")
    for title in titles:
        made.add_heading(title, 1)
        made.add_paragraph("正文。")
    reading = read_bytes(saved(made), "a.docx", "D")
    assert [s.title for s in reading.sections[1:]] == titles
    assert [n.code for n in reading.edition.notices] == ["contents_removed"]


def test_paragraphs_that_only_bear_an_outline_level_are_text():
    made = docx.Document()
    outline(made.add_paragraph("长" * 201), 0)
    outline(made.add_paragraph("短题"), 0)
    assert [mark.title for mark in read_docx(saved(made)).marks] == ["短题"]


def test_frames_and_layout_tables_are_text():
    assert read_docx(saved(table_of([["框里的字"]]))).blocks == ()
    made = table_of([["左", "右"]])
    made.tables[0].cell(0, 1).add_paragraph("题", style="Heading 1")
    source = read_docx(saved(made))
    assert source.blocks == ()
    assert [mark.title for mark in source.marks] == ["题"]


def test_long_tables_repeat_their_head():
    rows = [["名", "价"], *([f"{'货' * 40}{n}", str(n)] for n in range(60))]
    reading = read_bytes(saved(table_of(rows)), "a.docx", "D")
    assert [c.prefix for c in reading.chunks[:2]] == ["a", "a\n名 | 价"]
    assert {c.kind for c in reading.chunks} == {"table"}


def test_footnotes_are_told():
    made = docx.Document()
    made.add_paragraph("正文")
    add_xml(made, f'<w:p {nsdecls("w")}><w:r><w:footnoteReference w:id="2"/></w:r></w:p>')
    assert read_docx(saved(made)).notices == (Notice("footnotes_left_out", {"count": 1}),)


def test_content_controls_and_text_boxes_are_read():
    made = docx.Document()
    inner = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    control = f"<w:sdtContent>{inner.format('控件')}</w:sdtContent>"
    add_xml(made, f"<w:sdt {nsdecls('w')}>{control}</w:sdt>")
    box = f"<w:txbxContent>{inner.format('框')}</w:txbxContent>"
    drawn = f"<w:r><w:t>外</w:t></w:r><w:r><w:pict>{box}</w:pict></w:r>"
    add_xml(made, f"<w:p {nsdecls('w')}>{drawn}</w:p>")
    assert read_docx(saved(made)).text == "控件\n外\n框"


def test_a_file_without_a_word_is_empty():
    with pytest.raises(UnreadableDocument, match="empty_file"):
        read_bytes(saved(docx.Document()), "a.docx", "D")


def test_a_cell_of_five_megabytes():
    made = table_of([["名", "值"], ["甲", "y" * 5_000_000]])
    # Stored as it is: five million equal letters would be refused as a bomb.
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(made))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    reading = read_bytes(out.getvalue(), "a.docx", "D")
    assert sum(c.text.count("y") for c in reading.chunks) == 5_000_000
    assert reading.chunks[-1].prefix == "a\n名 | 值"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"word/document.xml": "<broken"}, "damaged"),
        ({"word/document.xml": None}, "damaged"),
        ({"[Content_Types].xml": None}, "damaged"),
        ({"word/document.xml": "a" * 3_000_000}, "unpacks_too_far"),
        ({"word/styles.xml": '<!DOCTYPE a [<!ENTITY x "y">]><a/>'}, "declares_entities"),
    ],
)
def test_damaged_and_hostile_files(members, code):
    with pytest.raises(UnreadableDocument) as caught:
        read_docx(repacked(saved(contract()), **members))
    assert caught.value.code == code


def test_a_file_that_was_cut():
    data = saved(contract())
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_docx(data[: len(data) // 2])


def test_files_with_macros_are_named():
    data = saved(contract())
    types = "[Content_Types].xml"
    old = zipfile.ZipFile(io.BytesIO(data)).read(types).decode()
    changed = old.replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    with pytest.raises(UnreadableDocument) as caught:
        read_docx(repacked(data, **{types: changed}))
    assert (caught.value.code, caught.value.params) == ("unsupported_kind", {"found": "docm"})


def test_members_that_climb_out_are_never_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = read_docx(repacked(saved(contract()), **{"../../evil.txt": "evil"}))
    assert source.text.startswith("合同")
    assert not list(tmp_path.iterdir())
    assert not list(tmp_path.parent.parent.glob("evil.txt"))
