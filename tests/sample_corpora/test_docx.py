"""Word documents: styles, numbers that Word counts, tables, code and equal bytes."""

import io
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

import docx
import pytest

from sample_corpora.build.blocks import SourceError
from workbench.domain.documents import Reading

Build = Callable[[str], bytes]
NAME = "协议(虚构示例).docx"
HEAD = f"---\nfile: {NAME}\nheader: 南岭软科\n{{options}}---\n# 协议\n\n虚构示例。\n\n"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_paragraphs_carry_styles_and_no_written_numbers(make: Build) -> None:
    text = "## 定义\n\n- “协议”\n\n正文 **粗**\n\n```\ndef f():\n    return 1\n```\n"
    made = docx.Document(io.BytesIO(make(HEAD.format(options="numbers: 第%1条 | %1.%2\n") + text)))
    assert [(p.style.name, p.text) for p in made.paragraphs] == [
        ("Title", "协议"),
        ("Normal", "虚构示例。"),
        ("Heading 1", "定义"),
        ("List Paragraph", "“协议”"),
        ("Normal", "正文 粗"),
        ("Code", "def f():\n    return 1"),
    ]
    assert [run.bold for run in made.paragraphs[4].runs] == [None, True]
    assert made.sections[0].header.paragraphs[0].text == "南岭软科"


def test_the_products_reader_counts_two_patterns(
    make: Build, read: Callable[[str, bytes], Reading]
) -> None:
    clauses = "".join(f"## 题{n}\n\n- 款甲{n}\n- 款乙{n}\n\n" for n in range(1, 13))
    reading = read(NAME, make(HEAD.format(options="numbers: 第%1条 | %1.%2\n") + clauses))
    titles = [s.title for s in reading.sections]
    assert [title for title in titles if "题" in title][:2] == ["第一条 题1", "第二条 题2"]
    assert "第十二条 题12" in titles
    text = reading.edition.text
    # 12.2 is decimal although its article is written 第十二条, and clauses begin anew.
    assert "1.1 款甲1" in text and "2.1 款甲2" in text and "12.2 款乙12" in text


def test_the_products_reader_counts_three_patterns(
    make: Build, read: Callable[[str, bytes], Reading]
) -> None:
    text = "## 甲\n\n### 乙\n\n- 丙\n- 丁\n\n### 戊\n\n- 己\n"
    options = "numbers: 第%1章 | %1.%2 | %1.%2.%3\n"
    whole = read(NAME, make(HEAD.format(options=options) + text)).edition.text
    wanted = ["第一章 甲", "1.1 乙", "1.1.1 丙", "1.1.2 丁", "1.2 戊", "1.2.1 己"]
    assert [line for line in whole.splitlines() if line in wanted] == wanted


def test_one_pattern_numbers_headings_and_leaves_bullets(
    make: Build, read: Callable[[str, bytes], Reading]
) -> None:
    text = "## 换系统\n\n- 甲\n\n## 涨价\n\n1. 一\n2. 二\n\n说明\n\n1. 又一\n"
    whole = read(NAME, make(HEAD.format(options="numbers: 话术%1\n") + text)).edition.text
    assert whole.splitlines()[2:] == [
        "话术1 换系统",
        "• 甲",
        "话术2 涨价",
        "1. 一",
        "2. 二",
        "说明",
        "1. 又一",
    ]


def test_tables_have_cells_and_a_head(make: Build) -> None:
    data = make(HEAD.format(options="") + "## 表\n\n| A | B |\n|---|---|\n| 1 | `x` |\n")
    made = docx.Document(io.BytesIO(data))
    (table,) = made.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["A", "B"], ["1", "x"]]
    assert table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None


def test_the_same_source_gives_the_same_bytes(make: Build) -> None:
    text = HEAD.format(options="numbers: 第%1条\n") + "## 一\n\n- 甲\n\n1. 乙\n"
    first = make(text)
    assert make(text) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2025, 1, 1, 0, 0, 0)}


def test_definitions_stand_before_lists_as_word_wants_it(make: Build) -> None:
    data = make(HEAD.format(options="numbers: 第%1条\n") + "## 一\n\n1. 甲\n\n好\n\n1. 乙\n")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("word/numbering.xml"))
    kinds = [child.tag.removeprefix(W) for child in root]
    assert kinds == sorted(kinds) and {"abstractNum", "num"} == set(kinds)


@pytest.mark.parametrize("patterns", ["第条", "%1 | %2 | %3 | %4"])
def test_patterns_that_count_nothing_are_refused(make: Build, patterns: str) -> None:
    with pytest.raises(SourceError, match="numbers: one to three patterns with %1"):
        make(HEAD.format(options=f"numbers: {patterns}\n") + "## 一\n")
