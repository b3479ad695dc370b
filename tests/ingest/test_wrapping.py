from tests.ingest.samples import column, page_lines
from workbench.domain.documents import Span, derived_text
from workbench.ingest.lines import Row
from workbench.ingest.text import lines_of
from workbench.ingest.wrapping import Layout, joins_of

NONE = Layout(frozenset(), frozenset(), frozenset(), frozenset())


def read(lines, kind="pdf", layout=NONE):
    text = "\n".join(line.text for line in lines)
    return derived_text(text, [Span(0, len(text))], joins_of(lines, layout, kind))


def test_wrapped_lines_join_without_a_space_in_chinese_and_with_one_in_english():
    chinese = [
        "非因合同产生的债权债务关系适用有关该债权",
        "债务关系的法律规定没有规定的除外。",
        "新的一段。",
    ]
    assert read(page_lines(column(chinese))) == chinese[0] + chinese[1] + "\n" + chinese[2]
    english = ["This Regulation lays down rules relating to the", "protection of natural persons."]
    assert read(page_lines(column(english))) == " ".join(english)


def test_a_paragraph_across_pages():
    first, second = ["当事人订立合同可以采用书面形式口"], ["头形式或者其他形式。"]
    assert read(page_lines(column(first), column(second))) == first[0] + second[0]


def test_items_titles_and_indents_begin_anew():
    items = [
        "合同的内容一般包括下列条款以及其他条款",
        "（一）标的和数量以及质量和价款或者报酬",
        "（二）质量",
    ]
    assert read(page_lines(column(items))) == "\n".join(items)
    title = ["第一章 一般规定和其他规定以及更多规定", "正文写在这里写得很长很长很长很长。"]
    assert read(
        page_lines(column(title)),
        layout=Layout(frozenset({0}), frozenset({0}), frozenset(), frozenset({3})),
    ) == "\n".join(title)
    lines = page_lines(
        [Row("没有句号的一行正文写得很长很长", 10, x=72, y=700), Row("缩进的新段", 10, x=96, y=685)]
    )
    assert "\n" in read(lines)


def test_a_hanging_indent_goes_on():
    lines = page_lines(
        [
            Row("1. This Regulation lays down rules relating to the", 10, x=57, y=700),
            Row("protection of natural persons.", 10, x=99, y=685),
        ]
    )
    assert "\n" not in read(lines)


def test_hyphens_of_the_line_and_of_the_word():
    texts = [
        "The information in this para-",
        "graph about a well-",
        "known paragraph is well-known.",
    ]
    joined = read(
        page_lines(column([t.ljust(28, "x") if i == 9 else t for i, t in enumerate(texts)]))
    )
    assert "this paragraph about a well-known paragraph" in joined


def test_spaces_between_han_go_in_sentences_and_stay_after_labels_and_in_tables():
    lines = page_lines(column(["第一条 为了保护 合同当事人，制定本法。", "名称 描述", "序  言"]))
    layout = Layout(frozenset({0}), frozenset(), frozenset(), frozenset({3}))
    assert read(lines, layout=layout) == "第一条 为了保护合同当事人，制定本法。\n名称 描述\n序言"


def test_text_files_join_only_where_they_are_wrapped():
    wrapped = "\n".join(["甲乙丙丁戊己庚辛壬癸" * 3] * 4 + ["完。"])
    assert "\n" not in read(list(lines_of(wrapped)[1]), "text")
    single = "甲\n乙\n丙"
    assert read(list(lines_of(single)[1]), "text") == single


def test_markdown_joins_soft_breaks_alone():
    text = "one two three four\nfive\n- item\n# head\nend"
    assert (
        read([line for line in lines_of(text)[1]], "markdown")
        == "one two three four five\n- item\n# head\nend"
    )


def test_letters_of_a_flow_chart_read_as_words():
    assert read(page_lines(column(list("开始流程图")))) == "开始流程图"


def test_no_lines():
    assert joins_of([], NONE, "pdf") == []


def test_paragraphs_of_formats_without_wrapped_lines_are_never_joined():
    lines = list(lines_of("这一段没有句号而且很长很长很长很长\n这是下一段")[1])
    for kind in ("docx", "html", "csv", "xlsx"):
        assert joins_of(lines, NONE, kind) == []


def test_a_line_of_megabytes_is_searched_at_its_end_alone():
    lines = list(lines_of("x" * 2_000_000 + "-\nend")[1])
    assert read(lines, "markdown").endswith("xend")


def table(*rows):
    return page_lines(
        [
            Row(text, 10, x=cells[0][0] if cells else 72, y=700 - 15 * at, cells=cells)
            for at, (text, cells) in enumerate(rows)
        ]
    )


def test_rows_of_a_table_stay_apart_and_keep_the_spaces_between_cells():
    cells = ((72.0, 0), (200.0, 5))
    rows = ["主轴超时 查气压，松刀缸行程", "主轴过载 降低切深，再查皮带"]
    assert read(table(*((row, cells) for row in rows))) == "\n".join(rows)
    assert read(table(*((row, ()) for row in rows))) == "".join(rows).replace(" ", "")


def test_a_cell_that_is_filled_goes_on_in_the_next_line():
    cells = ((72.0, 0), (200.0, 3))
    rest = ("接收中断之后调用", ((200.0, 0),))
    filled = table(("作用 主程序中一直调用，检测到", cells), rest, ("返回 无", cells))
    assert read(filled) == "作用 主程序中一直调用，检测到接收中断之后调用\n返回 无"
    short = table(("作用 无", cells), rest)
    assert "\n" in read(short)
    ended = table(("作用 检测到接收中断之后返回。", cells), rest)
    assert "\n" in read(ended)


def test_an_inner_cell_goes_on_with_a_space():
    cells = ((72.0, 0), (200.0, 3), (300.0, 9))
    lines = table(("代码 定向位置偏 查气压", cells), ("差过大", ((200.0, 0),)))
    assert read(lines) == "代码 定向位置偏 查气压 差过大"
