"""Tests of workbench.figures.look."""

import html
import unicodedata

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.figures import look
from workbench.figures.look import font_family, label, layout, lines


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("colour", "least"), [(look.BLUE, 4.5), (look.INK, 12), (look.GREY, 4.5)])
def test_colours_stand_out_from_the_paper(colour, least):
    assert 1.05 / (luminance(colour) + 0.05) >= least


def test_a_figure_on_a_dark_page_is_a_copy_with_light_marks_that_stand_out():
    light = go.Figure(layout=layout("en", 2))
    light.add_bar(x=[1, -1, 2], marker_color=[look.BLUE, look.VERMILLION, look.GREY])
    light.add_scatter(x=[1], y=[1], line_color=look.GREY, marker_color=look.GREY)
    dark = look.on_dark(light)
    assert list(dark.data[0].marker.color) == list(look.DARK_MARKS.values())
    assert dark.data[1].line.color == dark.data[1].marker.color == look.DARK_MARKS[look.GREY]
    assert dark.layout.font.color == look.DARK_INK
    assert dark.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert light.layout.paper_bgcolor == "white" and light.data[0].marker.color[0] == look.BLUE
    for colour in (*look.DARK_MARKS.values(), look.DARK_INK):
        assert (luminance(colour) + 0.05) / (luminance("#16191d") + 0.05) >= 4.5


def test_chinese_pages_try_chinese_fonts_first():
    assert font_family("zh").startswith("'PingFang SC'")
    assert "Noto Sans CJK SC" in font_family("en")
    assert font_family("en").endswith("sans-serif")


def test_the_figure_grows_with_its_rows_and_has_no_title():
    few, many = layout("zh", 2), layout("zh", 30)
    assert many["height"] - few["height"] == 28 * look.ROW_HEIGHT
    assert layout("zh", 0)["height"] == few["height"]
    assert "title" not in few


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("  a \n b ", "a b"),
        ("abcdefgh", "abcdefgh"),
        ("abcdefghi", "abcdefg…"),
        ("甲乙丙丁", "甲乙丙丁"),
        ("甲乙丙丁戊", "甲乙丙…"),
    ],
)
def test_labels_are_cut_by_columns(text, shown):
    assert label(text, 8) == shown


def test_labels_hold_no_markup_and_no_formula():
    assert label('<a href="x">b</a> & $x$') == '&lt;a href="x"&gt;b&lt;/a&gt; &amp; &#36;x&#36;'


@given(st.text())
def test_a_label_never_opens_a_tag(text):
    shown = label(text, 20)
    assert "<" not in shown
    assert ">" not in shown
    assert columns(html.unescape(shown)) <= 20


def test_long_text_is_broken_at_spaces_and_ends_with_dots():
    assert lines("one two three four five", columns=9, limit=2) == "one two<br>three …"
    assert lines("甲乙丙丁戊己", columns=6, limit=3) == "甲乙丙<br>丁戊己"
    assert lines("", columns=6) == ""


@given(st.text(max_size=200))
def test_hover_text_has_no_tag_but_line_breaks(text):
    assert "<" not in lines(text, 12, 3).replace("<br>", "")


def test_text_wider_than_any_line_still_ends():
    assert lines("x" * 50, columns=10, limit=2) == "xxxxxxxxxx<br>xxxxxxxxxx …"
