"""Lines and pages break where a reader expects it; no font is needed to say where."""

from pathlib import Path

import pytest

from sample_corpora.build.blocks import Heading, Paragraph, Run
from sample_corpora.build.flow import Flow
from sample_corpora.build.font import Cut, Face
from sample_corpora.build.page import Words
from sample_corpora.build.typeset import set_lines


def faces() -> dict[Face, Cut]:
    """Faces without a font: Han is 10 points wide at size 10, everything else 5."""
    widths = {c: 500.0 for c in map(chr, range(32, 127))}
    widths |= {c: 1000.0 for c in "甲乙丙丁，。、（）“”—"}
    return {face: Cut(face, Path(), widths) for face in ("regular", "bold", "code")}


@pytest.mark.parametrize(
    ("text", "measure", "lines"),
    [
        ("", 30, [""]),
        ("甲", 30, ["甲"]),
        ("甲乙丙丁", 30, ["甲乙丙", "丁"]),
        ("甲乙丙。丁", 30, ["甲乙", "丙。丁"]),
        ("甲乙“丙”", 30, ["甲乙", "“丙”"]),
        ("甲乙（丙）", 30, ["甲乙", "（丙）"]),
        ("甲 word 乙", 30, ["甲", "word", "乙"]),
        ("甲 word 乙", 35, ["甲 word", "乙"]),
        ("甲12.5%乙", 30, ["甲", "12.5%", "乙"]),
        ("one two six", 35, ["one two", "six"]),
        ("abcdefghij", 30, ["abcdef", "ghij"]),
        ("甲乙\n丙", 50, ["甲乙", "丙"]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, measure: float, lines: list[str]) -> None:
    found = set_lines((Run(text),), faces(), 10, measure)
    assert [line.text for line in found] == lines


def test_a_bold_word_is_not_broken_from_its_regular_half() -> None:
    found = set_lines((Run("甲 ab"), Run("cd", bold=True)), faces(), 10, 30)
    assert [line.text for line in found] == ["甲", "abcd"]
    assert [(p.face, p.text) for p in found[1].pieces] == [("regular", "ab"), ("bold", "cd")]


def test_lines_are_stretched_a_little_or_not_at_all() -> None:
    # 10 Han of 10 points in 103: 3 points over 9 gaps, a third of a point each.
    first, last = set_lines((Run("甲" * 15),), faces(), 10, 103)
    assert first.spread == pytest.approx(3 / 9) and last.spread == 0
    # 8 of 10 points and a word that does not fit: 14 points missing are too many.
    assert set_lines((Run("甲" * 8 + " word"),), faces(), 10, 94)[0].spread == 0
    # Words are spaced at their spaces: "one two six" is 55 wide, 4 points over 2 spaces.
    line = set_lines((Run("one two six ten"),), faces(), 10, 59)[0]
    assert (line.text, line.spread, line.word_spread) == ("one two six", 0, 2)
    assert set_lines((Run("甲" * 15),), faces(), 10, 103, ragged=True)[0].spread == 0


def test_no_heading_ends_a_page_and_no_line_of_a_paragraph_stands_alone() -> None:
    long = Paragraph((Run("甲" * 100),))
    for filled in range(40):
        flow = Flow(faces(), "x")
        one = Paragraph((Run("甲"),))
        flow.add((*[one] * filled, Heading(2, (Run("乙"),)), Paragraph((Run("丙"),)), long))
        shown = [[m.line.text for m in page.marks if isinstance(m, Words)] for page in flow.pages]
        (page,) = (page for page in shown if "乙" in page)
        assert "丙" in page[page.index("乙") :], filled
        counts = [sum(len(text) > 1 for text in page) for page in shown]
        assert 1 not in counts and sum(counts) == 3, filled
