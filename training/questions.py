"""Makes questions out of passages: thinned, translated, cut to a span, or a heading."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from training.asks import thinned
from training.passages import Passage

_SENTENCE = re.compile(r"[^。；;.!?！？\n]{8,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ASKED = {
    "zh": (
        "{}是什么？",
        "什么是{}",
        "{}怎么办？",
        "如何{}？",
        "{}吗？",
        "谁{}？",
        "{}有多少？",
        "哪个{}？",
        "为什么{}？",
        "关于{}",
        "{}",
    ),
    "en": (
        "What is {}?",
        "How to {}?",
        "Which {}?",
        "Who {}?",
        "How many {}?",
        "When {}?",
        "Why {}?",
        "Where {}?",
        "{}?",
        "{}",
    ),
}


@dataclass(frozen=True, slots=True)
class Posed:
    """A question, the passage that it was made of, and whether all of its page answers."""

    text: str
    key: str
    by_page: bool = False


class Questions:
    """Draws questions about passages; ``passages`` hold the translations that are drawn from."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._by_key = {one.key: one for one in passages}

    def of(self, draw: random.Random, passage: Passage) -> Posed | None:
        """Return a question that this passage answers; in the other language where there is one."""
        twin = self._by_key.get(passage.twin)
        foreign = twin is not None and draw.random() < 0.6
        if passage.heading and draw.random() < 0.15:
            heading = twin.heading if foreign and twin else passage.heading
            return Posed(heading, passage.key, by_page=True)
        told = twin if foreign and twin else passage
        sentences = [one.strip() for one in _SENTENCE.findall(told.text)]
        sentences = [one for one in sentences if 4 <= _weight(one) <= 60]
        if not sentences:
            return None
        chosen = draw.choice(sentences)
        if not foreign or draw.random() < 0.5:
            chosen = thinned(draw, chosen, 0.35)
        if draw.random() < 0.5:
            chosen = _span(draw, chosen)
        language = "zh" if _HAN.search(chosen) else "en"
        return Posed(draw.choice(_ASKED[language]).format(chosen), passage.key)


def _weight(text: str) -> float:
    return len(_HAN.findall(text)) / 1.6 + len(re.findall(r"[A-Za-z0-9]+", text))


def _span(draw: random.Random, text: str) -> str:
    parts = list(text) if _HAN.search(text) else text.split(" ")
    length = max(4 if _HAN.search(text) else 3, int(len(parts) * draw.uniform(0.3, 0.8)))
    start = draw.randrange(max(1, len(parts) - length + 1))
    return ("" if _HAN.search(text) else " ").join(parts[start : start + length])
