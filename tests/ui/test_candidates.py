"""Pasted text becomes candidates, one a line or one a block."""

import pytest

from workbench.ui.candidates import split_candidates


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
    ],
)
def test_splitting(text: str, way: str, expected: list[str]) -> None:
    assert split_candidates(text, way) == expected
