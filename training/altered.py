"""Alters what a sentence says, so that the passage it was taken from does not say it."""

import random
import re

_OPPOSITES = (
    ("不得", "可以"),
    ("应当", "无需"),
    ("可以", "不得"),
    ("必须", "不必"),
    ("有权", "无权"),
    ("不承担", "承担"),
    ("承担", "不承担"),
    ("甲方", "乙方"),
    ("买受人", "出卖人"),
    ("债权人", "债务人"),
    ("出租人", "承租人"),
    ("以上", "以下"),
    ("不超过", "不少于"),
    ("启用", "禁用"),
    ("shall not", "may"),
    ("must not", "must"),
    ("may not", "may"),
    ("cannot", "can"),
    ("do not", "always"),
    ("does not", "is said to"),
    ("is not", "is"),
    ("are not", "are"),
    ("shall", "need not"),
    ("must", "need not"),
    ("may", "shall not"),
    ("can", "cannot"),
    ("before", "after"),
    ("at least", "at most"),
    ("more than", "less than"),
    ("enable", "disable"),
    ("controller", "data subject"),
    ("licensor", "licensee"),
)
_NUMBER = re.compile(r"\d+")


def altered(draw: random.Random, sentence: str) -> str | None:
    """Return the sentence with a duty, party or number changed; None where it has none."""
    ways = [
        (old, new) for old, new in _OPPOSITES if re.search(_whole(old), sentence, re.IGNORECASE)
    ]
    if ways and draw.random() < 0.8:
        # The longest goes first: "shall not" is no "shall".
        old, new = max(ways, key=lambda way: len(way[0]))
        return re.sub(_whole(old), new, sentence, count=1, flags=re.IGNORECASE)
    if _NUMBER.search(sentence):
        return _NUMBER.sub(lambda found: str(int(found[0][:9]) * 2 + 3), sentence)
    return None


def _whole(words: str) -> str:
    return rf"\b{words}\b" if words.isascii() else words
