from tests.ingest.samples import column, page_lines, plain
from workbench.ingest.headings import numbered_headings
from workbench.ingest.lines import Row
from workbench.ingest.sections import levelled, tree_of
from workbench.ingest.styles import Styles
from workbench.ingest.titles import with_titles
from workbench.ingest.typefaces import font_headings


def tree(lines, length=None):
    styles = Styles.of(lines)
    numbers = numbered_headings(lines, styles)
    fonts = font_headings(lines, styles, {h.first for h in numbers})
    heads = with_titles(sorted([*numbers, *fonts], key=lambda h: h.first), lines, styles)
    end = length if length is not None else (lines[-1].end if lines else 0)
    return tree_of(levelled(heads, lines), lines, "法", end)


def rows(lines):
    return [(n.section.key, n.section.level) for n in tree(lines)]


LAW = (
    "第三编 合同\n第一章 一般规定\n第四百六十三条 甲。\n第四百六十四条 乙。\n第二章 丙\n"
    "第四百六十五条 丁。\n第四编 人格权\n第一章 一般规定\n第四百六十六条 戊。\n"
)


def test_keys_are_paths_of_numbers():
    assert rows(plain(LAW)) == [
        ("", 0),
        ("b3", 1),
        ("b3/z1", 2),
        ("b3/z1/t463", 3),
        ("b3/z1/t464", 3),
        ("b3/z2", 2),
        ("b3/z2/t465", 3),
        ("b4", 1),
        ("b4/z1", 2),
        ("b4/z1/t466", 3),
    ]


def test_a_section_covers_its_descendants():
    nodes = {node.section.key: node.section for node in tree(plain(LAW))}
    assert LAW[nodes["b3"].start : nodes["b3"].end].startswith("第三编")
    assert nodes["b3"].end == nodes["b4"].start
    assert nodes["b3/z1"].end == nodes["b3/z2"].start
    assert nodes[""].end == nodes["b4/z1/t466"].end == len(LAW) - 1
    assert nodes["b3/z1/t463"].parent == "b3/z1"
    assert nodes["b3/z1/t463"].number == "第四百六十三条"


def test_no_headings_leave_the_document_alone():
    assert rows([]) == [("", 0)]
    assert rows(plain("正文。")) == [("", 0)]


def test_equal_titles_get_ordinals():
    page = [Row("概述", 14, y=700), *column(["正文在这里，写得比较长，用句号结束。"] * 8, top=680)]
    keys = [key for key, _ in rows(page_lines(page, page))]
    assert keys == ["", "概述", "概述~2"]


def test_sections_below_articles_in_contracts_and_above_in_regulations():
    contract = (
        "ARTICLE I\nTERMS\n\nSection 1.1 Words\n\nText.\n\nSection 1.2 More\n\nText.\n\n"
        "ARTICLE II\nFEES\n\nSection 2.1 Rates\n\nText.\n"
    )
    assert [key for key, _ in rows(plain(contract))] == [
        "",
        "a1",
        "a1/s1.1",
        "a1/s1.2",
        "a2",
        "a2/s2.1",
    ]
    regulation = (
        "CHAPTER I\nRIGHTS\nSection 1\nAccess\nArticle 1\nScope\nText a.\nArticle 2\nTerm\nText.\n"
        "Section 2\nErasure\nArticle 3\nForm\nText.\n"
    )
    assert [key for key, _ in rows(plain(regulation))] == [
        "",
        "c1",
        "c1/s1",
        "c1/s1/a1",
        "c1/s1/a2",
        "c1/s2",
        "c1/s2/a3",
    ]


def test_appendices_stand_beside_chapters():
    text = "第一章 甲\n文。\n第二章 乙\n文。\n附录 A 表\n文。\n"
    assert rows(plain(text)) == [("", 0), ("z1", 1), ("z2", 1), ("x1", 1)]


def test_deeper_decimals_continue_their_parents_key():
    body = column(["Body text of the manual stands here, and goes on."] * 30, top=300)
    heads = column(["3 Use", "3.1 Start", "3.1.1 Now", "A.1 Extra"], size=14, bold=True, top=800)
    keys = [key for key, _ in rows(page_lines([*heads, *body]))]
    assert keys[:4] == ["", "n3", "n3/n1", "n3/n1/n1"]
