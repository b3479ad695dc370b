"""The words of a question are found in a passage."""

import pytest

from workbench.ui.highlights import question_spans
from workbench.ui.safe import merged


def found(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in merged(question_spans(question, text), len(text))]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("违约金怎么算?", "迟延交付的,支付违约金万分之八。", ["违约金"]),
        ("Where are MAC addresses?", "The MAC address of the device", ["MAC", "address"]),
        ("第584条", "依照第五百八十四条的规定", ["第五百八十四条"]),
        ("怎么", "没有这些词", []),
        ("违约", "", []),
        ("C++ 是什么", "a+b", []),
    ],
)
def test_words_of_the_question(question: str, text: str, expected: list[str]) -> None:
    assert found(question, text) == expected


def test_function_words_are_not_marked() -> None:
    assert found("What is the penalty?", "This is the penalty of the buyer") == ["penalty"]
