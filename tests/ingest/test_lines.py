import pytest

from workbench.domain.documents import PageSpan
from workbench.ingest.lines import (
    Row,
    collapsed,
    compose,
    joined,
    typical_width,
    width,
    without_controls,
)


def test_canonical_text_is_lines_joined_and_offsets_point_into_it():
    text, lines, pages = compose([[Row("第一章"), Row("甲")], [], [Row("𠮷b")]], ["i", "ii", "1"])
    assert text == "第一章\n甲\n𠮷b"
    assert [text[line.start : line.end] for line in lines] == ["第一章", "甲", "𠮷b"]
    assert [line.page for line in lines] == [1, 1, 3]
    assert pages == (PageSpan(1, 0, 5, "i"), PageSpan(2, 6, 6, "ii"), PageSpan(3, 6, 8, "1"))


def test_no_pages_and_empty_pages():
    assert compose([]) == ("", (), ())
    assert compose([[]]) == ("", (), (PageSpan(1, 0, 0),))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("x\u202ey", "xy"),
        ("\ufeff字", "字"),
        ("a\tb", "a\tb"),
        ("\ud800", ""),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_controls_go_and_joiners_stay(given, kept):
    assert without_controls(given) == kept


def test_width_counts_han_twice():
    assert (width("合同ab"), width(""), width("“引”")) == (6, 0, 6)


def test_typical_width_of_none_and_of_few_lines():
    assert typical_width([]) == 0
    _, lines, _ = compose([[Row("ab"), Row("abcd")]])
    assert typical_width(lines) == 4


def test_joined_puts_a_space_only_where_a_letter_is():
    assert joined("合", "同") == "合同"
    assert joined("合", "b") == "合 b"
    assert collapsed(" a \n b\u3000") == "a b"
