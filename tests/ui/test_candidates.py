"""Pasted text becomes candidates: lines, blocks or rows of a table, and what was seen is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.services.rerank import DOCUMENT_COUNT_LIMIT, DOCUMENT_LENGTH_LIMIT
from workbench.ui.candidates import (
    AUTO,
    BLOCKS,
    LINES,
    TABLE,
    beyond,
    field_of,
    recognise,
    split_candidates,
    told,
)


@pytest.mark.parametrize(
    ("text", "way", "expected"),
    [
        ("", "lines", []),
        (" \n\n", "lines", []),
        ("甲", "lines", ["甲"]),
        ("甲\r\n\r\n 乙 \n", "lines", ["甲", "乙"]),
        ("a\nb\n\nc", "blocks", ["a\nb", "c"]),
        ("a\n \t\n\n\u3000\nb", "blocks", ["a", "b"]),
        ("a\nb", "blocks", ["a\nb"]),
        ("    a\n    b\n\nc", "blocks", ["    a\n    b", "c"]),
    ],
)
def test_splitting(text: str, way: str, expected: list[str]) -> None:
    assert split_candidates(text, way) == expected


@pytest.mark.parametrize(
    ("text", "way", "documents"),
    [
        ("", LINES, ()),
        ("\n \n", LINES, ()),
        ("甲", LINES, ("甲",)),
        ("甲\n乙", LINES, ("甲", "乙")),
        ("甲\n\n乙\n\n", LINES, ("甲", "乙")),
        ("def f():\n    return 1\n\ndef g():\n    return 2", BLOCKS, None),
        ("甲一\n甲二\n\n乙", BLOCKS, ("甲一\n甲二", "乙")),
        # Twenty lines with one stray blank line between them are twenty candidates.
        ("\n".join("abcdefghij\nklmnopqrst"), LINES, tuple("abcdefghijklmnopqrst")),
        ("a\tb\nc\td", TABLE, ("a\nb", "c\nd")),
        ("他说，好，可以\n我说，行，明天", LINES, ("他说，好，可以", "我说，行，明天")),
        ("one, two\nthree, four", LINES, ("one, two", "three, four")),
        ('"Yes, sir," he said\n"No," she said', LINES, ('"Yes, sir," he said', '"No," she said')),
    ],
)  # fmt: skip
def test_what_is_recognised(text: str, way: str, documents: tuple[str, ...] | None) -> None:
    found = recognise(text)
    assert found.way == way
    if documents is not None:
        assert found.documents == documents


@pytest.mark.parametrize("head", ["文档", "段落", "Text", " document "])
def test_a_first_line_that_is_a_head_is_left_out(head: str) -> None:
    found = recognise(f"{head}\n甲\n乙")
    assert (found.documents, found.head) == (("甲", "乙"), head.strip())
    assert recognise(head).documents == (head.strip(),)
    assert recognise(f"{head}\n甲", LINES).documents == (head.strip(), "甲")


def test_what_is_told() -> None:
    assert told(recognise(""), "zh") == "每行一段，粘贴后自动识别。"
    assert told(recognise("甲\n乙"), "zh") == "识别为：每行一段 → 2 段"
    table = "编号\t正文\n1\t甲\n2\t乙"
    assert told(recognise(table), "zh") == (
        "识别为：表格，3 行 → 2 段；第一行“编号 | 正文”是表头，没有算进去；只用“正文”这一列"
    )
    both = "标题\t内容\n退货\t七天\n换货\t三十天"
    assert told(recognise(both), "en") == (
        "Recognised as a table of 3 rows → 2 candidates; "
        "the first row “标题 | 内容” is a head and was left out; 2 columns are joined"
    )


def test_limits_are_told_before_the_service_refuses() -> None:
    assert beyond(["a"] * DOCUMENT_COUNT_LIMIT, "en") == ""
    assert "1,001" in beyond(["a"] * (DOCUMENT_COUNT_LIMIT + 1), "en")
    assert beyond(["a" * DOCUMENT_LENGTH_LIMIT], "zh") == ""
    assert "第 2 段" in beyond(["a", "b" * (DOCUMENT_LENGTH_LIMIT + 1)], "zh")


@pytest.mark.parametrize(
    "documents",
    [
        (),
        ("a",),
        ("文档", "甲"),
        ("a\tb", "c\td"),
        ("  a\n  b",),
        ("a\n\nb", "c"),
        ('"a",b', '"c",d'),
        tuple(f"{n}\n" + "\n".join("abcdefghij") for n in range(3)),
    ],
)
def test_documents_survive_the_field(documents: tuple[str, ...]) -> None:
    text, way = field_of(documents)
    expected = tuple(one.replace("\n\n", "\n").rstrip() for one in documents)
    if documents == ("  a\n  b",):
        expected = ("  a\n  b",)
    assert recognise(text, way).documents == expected


@given(
    st.text(alphabet="ab \t\n\r,\"';|文档1", max_size=60),
    st.sampled_from((AUTO, LINES, BLOCKS, TABLE)),
)
def test_nothing_but_layout_is_lost(text: str, way: str) -> None:
    found = recognise(text, way)
    assert all(document.strip() for document in found.documents)
    if way in (LINES, BLOCKS):
        assert "".join("".join(found.documents).split()) == "".join(text.split())


@given(st.lists(st.text(alphabet='ab \n"文,\t', min_size=1, max_size=12), max_size=6))
def test_the_field_gives_back_what_was_put_in(documents: list[str]) -> None:
    text, way = field_of(documents)
    kept = ["".join(one.split()) for one in documents if one.strip()]
    found = ["".join(one.split()) for one in recognise(text, way).documents]
    assert found == kept
