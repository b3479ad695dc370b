"""Finds the words of a question in a passage."""

import re
from functools import lru_cache

from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.asked import Asked, asked
from workbench.recall.phrases import phrase_spans
from workbench.ui.safe import Span

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9]+(?:[._'-][A-Za-z0-9]+)*")
_REFERENCE = re.compile(
    "\u7b2c[^\\s\u7b2c]{1,12}?[\u6761\u7ae0\u8282\u6b3e\u9879\u7f16\u9875\u53f7]"
)
"""A numbered article, chapter, section, paragraph, item, book, page or number."""


@lru_cache(maxsize=64)
def _asked(question: str) -> Asked:
    return asked(question, MixedAnalyzer())


@lru_cache(maxsize=64)
def _terms(question: str) -> frozenset[str]:
    return frozenset(MixedAnalyzer().tokens(_asked(question).plain, query=True))


def question_spans(question: str, text: str) -> list[Span]:
    """Return where words of ``question`` stand in ``text``, as ranges of code points.

    A Chinese word counts where it is written the same and has two characters or more, an English
    one in any of its forms, an article whether its number is written in Arabic or Chinese. An exact
    phrase counts as a whole.
    """
    terms = _terms(question)
    wanted = _asked(question)
    found: list[Span] = list(phrase_spans((*wanted.phrases, *wanted.quoted), text))
    for term in terms:
        if len(term) > 1 and _HAN.search(term):
            found += [match.span() for match in re.finditer(re.escape(term), text)]
    analyzer = MixedAnalyzer()
    for pattern in (_WORD, _REFERENCE):
        found += [
            match.span()
            for match in pattern.finditer(text)
            if terms.intersection(analyzer.tokens(match.group()))
        ]
    return found
