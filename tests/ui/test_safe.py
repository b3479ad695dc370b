"""Text that a user wrote reaches the page as text."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workbench.ui.safe import element, highlight_html, language_tag, md_escape, merged

HOSTILE = some.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=y>",
        "&lt;b&gt;",
        "</mark>",
        "\"'",
        "]]>",
        "𠮷",
    ]
)
TEXTS = some.one_of(some.text(), some.lists(some.one_of(some.text(), HOSTILE)).map("".join))
SPANS = some.lists(some.tuples(some.integers(-5, 60), some.integers(-5, 60)))


class Reading(HTMLParser):
    """What a browser would see: tags in order, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.marked = ""
        self._open = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))
        self._open += 1

    def handle_endtag(self, tag: str) -> None:
        self._open -= 1

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._open else ""

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@given(TEXTS, SPANS)
def test_highlighted_text_is_text_and_mark_alone(text: str, spans: list[tuple[int, int]]) -> None:
    read = Reading(highlight_html(text, spans))
    assert {tag for tag, _ in read.tags} <= {"mark"}
    assert all(not attrs for _, attrs in read.tags)
    assert read.text == text
    inside = {at for start, end in spans for at in range(max(start, 0), min(end, len(text)))}
    assert read.marked == "".join(c for at, c in enumerate(text) if at in inside)


@given(TEXTS)
def test_an_element_shows_its_parts_as_text(text: str) -> None:
    read = Reading(element("div", text, element("b", text), cls=text, label=text))
    assert [tag for tag, _ in read.tags] == ["div", "b"]
    assert read.text == text * 2
    assert dict(read.tags[0][1])["aria-label" if text else "x"] == text if text else True


def test_spans_count_code_points() -> None:
    assert highlight_html("𠮷野家", [(1, 2)]) == "𠮷<mark>野</mark>家"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(2, 2)], []),
        ([(4, 1)], []),
        ([(0, 2), (1, 3)], [(0, 3)]),
        ([(3, 4), (0, 3)], [(0, 4)]),
        ([(-3, 1), (4, 99)], [(0, 1), (4, 5)]),
        ([(6, 9)], []),
    ],
)
def test_spans_are_united(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert merged(spans, 5) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![x](http://a/b)", r"\!\[x\](http\://a/b)"),
        ("# 一级\n- 二", r"\# 一级 - 二"),
        ("- 列表", r"\- 列表"),
        ("1. 总则", r"1\. 总则"),
        ("$a$ *b* _c_ `d` ~e~ :red[f] <g> | &amp;", None),
        ("12) 附则", r"12\) 附则"),
        ("", ""),
    ],
)
def test_markdown_is_escaped(text: str, expected: str | None) -> None:
    escaped = md_escape(text)
    if expected is not None:
        assert escaped == expected
    for sign in "$*_`~[]<>|&":
        assert escaped.count(sign) == escaped.count("\\" + sign)


def test_numbers_stay_numbers_in_the_middle() -> None:
    assert md_escape("第 1. 条 -5") == "第 1. 条 -5"


def test_languages_have_tags() -> None:
    assert [language_tag(x) for x in ("zh", "mixed", "en", "other")] == ["zh-CN", "zh-CN", "en", ""]
