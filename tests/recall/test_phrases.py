import random

import pytest

from tests.recall.tiny import entry
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.phrases import Phrase, folded, phrase_spans, traces

ANALYZER = MixedAnalyzer()


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("违约金", "支付违约金。", True),
        ("违约金", "支付违 约\n金。", True),
        ("late delivery", "Late  Delivery of goods", True),
        ("art", "an article", False),
        ("art", "the art of", True),
        ("buyer", "the buyer's duty", True),
        ("don", "they don't", False),
        ("XK-200", "型号ＸＫ－２００。", True),
        ("200", "XK-200", True),
        ("20", "XK-200", False),
        ("1,000 元", "1,000 元", True),
        ("第584条", "第五百八十四条", False),
    ],
)
def test_a_phrase_stands_word_for_word(phrase: str, text: str, there: bool) -> None:
    assert Phrase.of(phrase).stands_in(text) is there


def test_places_are_those_of_the_text_itself() -> None:
    text = "A 违 约金, Late\nDelivery"
    assert [text[a:b] for a, b in phrase_spans(("违约金", "late delivery"), text)] == [
        "违 约金",
        "Late\nDelivery",
    ]
    assert phrase_spans(("",), text) == []


def test_folding_keeps_one_space_between_words() -> None:
    assert folded("  Ａ  b\u3000 甲 乙 c ") == "a b 甲乙 c"


WORDS = [
    *(
        "违约",
        "违约金",
        "责任",
        "损失赔偿额",
        "第五百八十四条",
        "第9条",
        "十二个月",
        "一百元",
        "的",
        "甲方",
    ),
    *("1,584", "584", "XK-200", "parseHTTPResponse", "agreement's", "liabilities", "PDFs", "don't"),
    *("shall", "US", "e-1042", "v2.3.1", "，", " ", "\n", "。", "２００", "C++", "max_retry"),
]


def test_no_place_is_lost_by_looking_at_terms_first() -> None:
    """Against reading every text: a segmenter cuts a phrase otherwise than the text around it."""
    chosen = random.Random(7)
    texts = ["".join(chosen.choices(WORDS, k=chosen.randint(1, 30))) for _ in range(300)]
    entries = [entry(f"c{at}", text) for at, text in enumerate(texts)]
    index = build_index(entries, {}, ANALYZER, generation=1)
    tried = 0
    for _ in range(1_500):
        text = chosen.choice(texts)
        start = chosen.randrange(len(text))
        phrase = text[start : start + chosen.randint(1, 12)].strip()
        if not any(c.isalnum() for c in phrase):
            continue
        wanted, trace = Phrase.of(phrase), traces(phrase, ANALYZER)
        possible = set(index.with_all(trace.terms, trace.parts))
        there = {one.chunk_id for one in entries if wanted.stands_in(one.reads)}
        assert there <= possible, (phrase, trace)
        tried += bool(there)
    assert tried > 500
