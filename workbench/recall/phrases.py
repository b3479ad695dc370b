"""Exact phrases: where a passage holds them, and what an index knows of passages that may."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.numerals import CHINESE_NUMERAL
from workbench.recall.analyzer import Analyzer

_HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_GAP = re.compile(rf"(?<=[{_HAN}])\s++(?=[{_HAN}])")
_LETTER = "0-9A-Za-z\u00c0-\u024f"
_STARTS_WORD = re.compile(rf"[{_LETTER}]")
_LATIN = re.compile(rf"(?<!['’])(?<![{_LETTER}])[A-Za-z]{{2,}}(?!['’{_LETTER}])")
_DIGITS = re.compile(r"[1-9][0-9]*")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_REFERENCE_CHARACTERS = frozenset(CHINESE_NUMERAL + "第条章节款项编卷页号期届次篇部分")
"""What an article number is written with: an analyzer makes one term of it, in Arabic digits."""


def folded(text: str) -> str:
    """Return ``text`` as phrases are compared: NFKC, lower case, no space between Han."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return " ".join(_GAP.sub("", plain).split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that passages are looked through for; an English word in it is a whole word."""

    text: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> "Phrase":
        """Return the phrase; ``text`` holds a letter or a digit."""
        wanted = folded(text)
        before = rf"(?<![{_LETTER}])(?<![{_LETTER}]')" if _STARTS_WORD.match(wanted) else ""
        after = rf"(?![{_LETTER}])(?!'(?!s\b))" if _STARTS_WORD.match(wanted[-1]) else ""
        return cls(text, re.compile(before + re.escape(wanted) + after))

    def stands_in(self, text: str) -> bool:
        """Return whether ``text`` holds the phrase."""
        return self.pattern.search(folded(text)) is not None


@dataclass(frozen=True, slots=True)
class Traces:
    """What is among the terms of every passage with a phrase.

    That is all of ``terms``, and for each of ``parts`` some term that holds it.
    """

    terms: tuple[str, ...]
    parts: tuple[str, ...]


def traces(phrase: str, analyzer: Analyzer) -> Traces:
    """Return what surely is in the index of a passage with ``phrase``; nothing is sure of some.

    A segmenter may cut the same characters otherwise where more stand around them, so that its
    words prove nothing; but every Han character is in some term, except in an article's number,
    which becomes one term with Arabic digits. A whole English word in lower case has the same stem
    everywhere. What ends in s may be a plural in one place and a name in the other: it is left out.
    """
    plain = _THOUSANDS.sub("", folded(phrase))
    words = [match.group() for match in _LATIN.finditer(plain)]
    terms = [t for word in words if not word.endswith("s") for t in analyzer.tokens(word)[:1]]
    han = [c for c in plain if re.match(f"[{_HAN}]", c) and c not in _REFERENCE_CHARACTERS]
    digits = _DIGITS.findall(plain) if not plain.startswith("0") else []
    return Traces(tuple(dict.fromkeys(terms)), tuple(dict.fromkeys([*digits, *han])))


def phrase_spans(phrases: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Return where the phrases stand in ``text``, as ranges of its own code points.

    Spaces between Han characters, case and width may differ from how the phrase is written.
    """
    spans = []
    for phrase in phrases:
        characters = [re.escape(c) for c in folded(phrase) if not c.isspace()]
        pattern = re.compile(r"\s*".join(characters), re.IGNORECASE)
        spans += [match.span() for match in pattern.finditer(text) if match.group()]
    return spans
