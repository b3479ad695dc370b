"""Tests of workbench.rerank.extract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rerank.extract import GAP, extract, is_long, words_of

MANUAL = """# 主轴手册

本手册适用于全部机型。

## 1 概述

机床由床身和立柱组成。

## 2 解决方案

### 2.1 异响

先停机,再检查轴承。

清洁之后重新装配。

## 3 保修

保修期为一年。

违约方应当赔偿损失。其余另议。

联系客服。
"""


def test_sections_and_paragraphs_that_promise_an_answer_are_kept_in_order():
    made = extract(MANUAL, "")
    assert made.text == (
        f"{GAP}\n\n## 2 解决方案\n\n### 2.1 异响\n\n先停机,再检查轴承。\n\n清洁之后重新装配。\n\n"
        f"## 3 保修\n\n{GAP}\n\n违约方应当赔偿损失。其余另议。\n\n{GAP}"
    )
    # of twelve paragraphs: two headings, two steps, the heading of the warranty and the breach
    assert (made.kept, made.paragraphs) == (6, 12)
    assert made.characters == sum(
        map(
            len,
            ("## 2 解决方案", "### 2.1 异响", "先停机,再检查轴承。", "清洁之后重新装配。")
            + ("## 3 保修", "违约方应当赔偿损失。其余另议。"),
        )
    )
    assert made.of_characters == len("".join(MANUAL.split("\n")))


def test_words_of_the_question_keep_a_paragraph_and_its_heading():
    text = "Chapter 1 Delivery\n\nGoods come by sea.\n\nChapter 2 Payment\n\nPay by card.\n\nEnd."
    made = extract(text, "Do the goods come?")
    assert made.text == f"Chapter 1 Delivery\n\nGoods come by sea.\n\n{GAP}"
    assert (
        extract("甲方付款。\n\n乙方交货。\n\n争议仲裁。", "怎么付款").text == f"甲方付款。\n\n{GAP}"
    )


def test_words_that_stand_everywhere_tell_nothing():
    text = "the contract is long\n\nthe contract is short\n\nthe contract ends\n\nseals apply"
    assert extract(text, "contract").kept == 0
    assert extract(text, "contract seals").text == f"{GAP}\n\nseals apply"


@pytest.mark.parametrize(
    "word", ["解决方案", "步骤", "配置", "违约", "责任", "Steps", "solution", "LIABILITY", "breach"]
)
def test_each_signal_in_a_first_sentence_counts(word):
    text = f"Nothing here.\n\nThis is {word} of it. More.\n\nOther words. This is {word} too."
    assert extract(text, "").text == f"{GAP}\n\nThis is {word} of it. More.\n\n{GAP}"


def test_a_signal_inside_another_word_does_not_count():
    assert extract("footsteps\n\nprefixes\n\nresolutions", "").kept == 0


def test_one_long_line_is_divided_after_sentences():
    filler = "今天天气很好我们出去走走。" * 20
    text = filler * 3 + "违约金为每日万分之五。" + filler * 40
    made = extract(text, "违约金是多少")
    assert is_long(text)
    assert made.shortens
    assert "违约金为每日万分之五。" in made.text
    assert made.text.startswith(GAP) and made.text.endswith(GAP)
    assert made.characters < 600
    # without a word of the question, the signal alone: its sentence begins a piece
    signal = extract(text, "").text
    assert signal.startswith(f"{GAP}\n\n违约金为每日万分之五。今天")


@pytest.mark.parametrize("text", ["", "\n \n", "nothing of interest", "a\n\nb"])
def test_nothing_found_keeps_nothing(text):
    made = extract(text, "zz")
    assert (made.text, made.kept, made.shortens) == ("", 0, False)


def test_everything_kept_is_no_extract():
    made = extract("steps one\n\nsteps two", "")
    assert (made.text, made.kept, made.paragraphs) == ("steps one\n\nsteps two", 2, 2)
    assert not made.shortens


def test_windows_line_ends_are_line_ends():
    assert extract("a\r\n\r\nsteps\r\n\r\nb", "").text == f"{GAP}\n\nsteps\n\n{GAP}"


def test_ten_thousand_characters_are_not_long():
    assert not is_long("x" * 10_000)
    assert is_long("x" * 10_001)


def test_words():
    assert words_of("How is 违约金 paid in 2024?") == {"违约", "约金", "paid", "2024"}


@given(st.text(st.sampled_from("违约步骤付款。.\n# 1一、a b"), max_size=300), st.text(max_size=20))
def test_what_is_kept_stands_in_the_text_in_its_order(text, question):
    made = extract(text, question)
    at = 0
    for part in made.text.split(f"\n\n{GAP}\n\n") if made.text else []:
        own = part.removeprefix(f"{GAP}\n\n").removesuffix(f"\n\n{GAP}")
        at = text.index(own, at) + len(own)
    assert made.kept <= made.paragraphs
    assert made.characters <= made.of_characters <= len(text)
    assert (made.text.count(GAP) == 0) == (made.kept in (0, made.paragraphs))
