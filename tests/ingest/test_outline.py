from tests.ingest.samples import column, page_lines
from workbench.ingest.headings import numbered_headings
from workbench.ingest.lines import Mark, Row
from workbench.ingest.outline import entries_of, refined
from workbench.ingest.styles import Styles
from workbench.ingest.titles import with_titles

LINES = page_lines(
    column(["1 Foo", "text a", "2 Bar", "text b"]),
    column(["CHAPTER THREE", "THE END", "text c", "2 Bar"]),
)


def entries(marks, lines=LINES, pages=2):
    return entries_of(marks, lines, pages, "bookmark")


def test_marks_find_their_lines_and_their_numbers():
    found = entries([Mark("Foo", 1, 1), Mark("Bar", 2, 1), Mark("the end", 1, 2)])
    assert found is not None
    assert [(e.first, e.last, e.title, e.level) for e in found] == [
        (0, 0, "1 Foo", 1),
        (2, 2, "2 Bar", 2),
        (4, 5, "CHAPTER THREE the end", 1),
    ]


def test_a_mark_may_be_a_page_off():
    found = entries([Mark("Foo", 1, 1), Mark("Bar", 1, 1), Mark("THE END", 1, 1)])
    assert found is not None
    assert found[-1].first == 4


def test_equal_titles_go_to_lines_in_turn():
    found = entries([Mark("Foo", 1, 1), Mark("2 Bar", 1, 1), Mark("2 Bar", 1, 2)])
    assert found is not None
    assert [e.first for e in found] == [0, 2, 7]


def test_a_mark_without_its_title_stands_where_it_points():
    marks = [
        Mark("Foo", 1, 1),
        Mark("Bar", 1, 1),
        Mark("THE END", 1, 2),
        Mark("Photo", 1, 2, y=672),
    ]
    found = entries(marks)
    assert found is not None
    assert (found[-1].first, found[-1].last) == (6, 5)


def test_outlines_that_are_not_trusted():
    assert entries([]) is None
    assert entries([Mark("Foo", 1, 1), Mark("Bar", 1, 1)]) is None
    assert entries([Mark(t, 1, 1) for t in ("a1", "b2", "c3")]) is None
    assert entries([Mark("Foo " * 30, 1, 1)] * 3) is None
    assert entries([Mark("Foo", 1, 1)] * 400) is None


def test_an_outline_of_chapters_is_refined_by_articles():
    body = [f"第{n}条 甲甲甲甲。" for n in "一二三四五六"]
    lines = page_lines(
        column(["第一章 总则", *body[:2], "第二章 分则", *body[2:4], "第三章 附则", *body[4:]])
    )
    marks = [Mark(t, 1, 1) for t in ("第一章 总则", "第二章 分则", "第三章 附则")]
    styles = Styles.of(lines)
    numbers = with_titles(numbered_headings(lines, styles), lines, styles)
    whole = refined(entries(marks, lines, 1) or [], numbers)
    assert [(e.title, e.level, e.source) for e in whole[:4]] == [
        ("第一章 总则", 1, "bookmark"),
        ("第一条", 2, "number"),
        ("第二条", 2, "number"),
        ("第二章 分则", 1, "bookmark"),
    ]
    assert len(whole) == 9


def test_a_missing_bookmark_gets_its_siblings_level():
    body = column(["Body text of the manual stands here, and goes on."] * 30, top=400)
    names = ["1 Use", "1.1 Start", "1.2 Run", "1.3 Stop"]
    lines = page_lines([*column(names, size=14, bold=True, top=800), *body])
    marks = [Mark("1 Use", 1, 1), Mark("1.1 Start", 2, 1), Mark("1.3 Stop", 2, 1)]
    styles = Styles.of(lines)
    whole = refined(entries(marks, lines, 1) or [], numbered_headings(lines, styles))
    assert [(e.title, e.level) for e in whole] == list(zip(names, (1, 2, 2, 2), strict=True))


def test_markdown_marks_are_trusted():
    found = entries_of([Mark("甲", 1, line=1)], [*LINES, Row("x")][:8], 0, "markdown")  # type: ignore[list-item]
    assert found is not None
    assert (found[0].first, found[0].title, found[0].source) == (1, "甲", "markdown")
    assert entries_of([], LINES, 0, "markdown") is None
