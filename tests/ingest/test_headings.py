from dataclasses import replace

from tests.ingest.samples import column, page_lines, plain
from workbench.ingest.headings import numbered_headings
from workbench.ingest.lines import Row
from workbench.ingest.styles import Styles


def titles(lines, **options):
    return [h.title for h in numbered_headings(lines, Styles.of(lines), **options)]


def test_nothing_and_one_heading():
    assert titles([]) == []
    assert titles(plain("第一章 总则\n甲。")) == ["第一章 总则"]


def test_wrapped_references_are_not_articles():
    law = (
        "第一条 甲，适用本法\n第三条的规定。\n第二条 乙。\n依照\n第一条 的规定处理。\n第三条 丙。\n"
    )
    assert [title[:3] for title in titles(plain(law))] == ["第一条", "第二条", "第三条"]


def test_sections_begin_again_under_each_chapter():
    text = "第一章 甲\n第一节 一般规定\n文。\n第二节 乙\n文。\n第二章 丙\n第一节 一般规定\n文。\n"
    assert titles(plain(text)) == [
        "第一章 甲",
        "第一节 一般规定",
        "第二节 乙",
        "第二章 丙",
        "第一节 一般规定",
    ]


def test_lists_inside_articles_are_no_headings():
    law = "".join(f"第{n}条 甲。\n一、乙\n丙丙丙。\n二、丁\n戊戊。\n" for n in "一二三四")
    assert all(title.startswith("第") for title in titles(plain(law)))


def test_numbered_rules_need_a_type_that_stands_out():
    body = column(["1. 第一条规则", "2. 第二条规则", "正文，写得很长很长很长很长。"] * 10)
    heads = [Row("1. 概述", 14, True, y=800), Row("2. 安装", 14, True, y=780)]
    assert titles(page_lines([*heads, *body])) == ["1. 概述", "2. 安装"]


def test_clauses_of_a_contract_need_none():
    text = "1. Scope\nThis applies.\n1.1 Goods\nAll goods.\n2. Term\nTwo years.\n"
    assert "2. Term" not in titles(plain(text))
    assert titles(plain(text), bare=True) == ["1. Scope", "1.1 Goods", "2. Term"]


def test_section_3_1_refers_to_the_heading_3_1():
    body = column(["Some long body text of the manual stands here."] * 20, top=400)
    heads = column(["3 Use", "3.1 Start", "3.2 Stop"], size=14, bold=True, top=800)
    cells = column(["Section 3.1 Start the tool", "Section 3.2 Stop the tool"], top=600)
    assert titles(page_lines([*heads, *cells, *body])) == ["3 Use", "3.1 Start", "3.2 Stop"]


def test_code_holds_no_headings():
    lines = [replace(line, quoted=True) for line in plain("第一章 甲\n第二章 乙\n")]
    assert titles(lines) == []
