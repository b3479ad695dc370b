"""Reads how a line is numbered, in Chinese or English, in any of four scripts."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.numerals import CHINESE_NUMERAL, chinese_number, number_of, roman_number
from workbench.ingest.families import FAMILIES, LETTER
from workbench.ingest.lines import collapsed
from workbench.ingest.weights import (
    END,
    SENTENCE,
    article_weight,
    title_weight,
    without_separator,
    word_weight,
)

LONGEST = 200
"""No expression of this file ever sees more of a line; longer lines only begin an article."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line that begins with a number; ``number`` has one part a level, as 3.13 is (3, 13).

    ``suffix`` is the 1 of 第X条之一. ``rest`` follows the label. ``weight`` in (0, 1] tells how
    much the line looks like a heading rather than like a reference wrapped onto a new line.
    """

    family: str
    number: tuple[int, ...]
    suffix: int
    label: str
    rest: str
    weight: float

    @property
    def rank(self) -> int:
        """Return the place in the hierarchy; deeper decimals stand lower."""
        return FAMILIES[self.family].rank + len(self.number) - 1


RUN_IN = ("tiao", "article", "section", "clause", "paragraph")
"""Families whose text may begin in the line of the number."""

_HAN_DIGITS = f"[{CHINESE_NUMERAL}0-9]"
_HAN_LABEL = re.compile(
    rf"第\s*({_HAN_DIGITS}(?:\s*{_HAN_DIGITS}){{0,9}})\s*(分编|部分|[编篇卷章节条])"
    rf"(?:\s*之\s*([{CHINESE_NUMERAL}]{{1,3}}|\d{{1,3}})(?!\w))?"
)
_HAN_UNITS = {"部分": "bian", "篇": "bian", "卷": "bian", "编": "bian", "分编": "fenbian"}
_HAN_UNITS |= {"章": "zhang", "节": "jie", "条": "tiao"}
_WORD_LABEL = re.compile(
    r"(part|title|book|chapter|section|sect?\.|article|art\.|clause|schedule|annex|appendix|"
    r"exhibit)\s+(\d{1,4}(?:\.\d{1,3}){0,3}|[ivxlcdm]{1,8}|[a-z]|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|twenty)(?![\w(])",
    re.IGNORECASE,
)
_WORD_UNITS = {
    "part": "part",
    "title": "part",
    "book": "part",
    "chapter": "chapter",
    "section": "section",
    "sec.": "section",
    "sect.": "section",
    "article": "article",
    "art.": "article",
    "clause": "clause",
    "schedule": "appendix",
    "annex": "appendix",
    "appendix": "appendix",
    "exhibit": "appendix",
}
_SIGN_LABEL = re.compile(r"§+\s*(\d{1,4}(?:\.\d{1,3}){0,3})(?![\w(])")
_HAN_APPENDIX = re.compile(
    rf"附\s*(?:录|件|表|则)?\s*([A-Z]|\d{{1,2}}|[{CHINESE_NUMERAL}]{{1,3}})(?!\w)"
)
_DECIMAL_LABEL = re.compile(r"((?:\d{1,3}|[A-Z])(?:\.\d{1,3}){1,5})(?![\d%])[.、)]?")
_TOP_LABEL = re.compile(r"(\d{1,3})(?:[.、)](?!\d)|(?=\s))")
_HAN_LIST_LABEL = re.compile(rf"([{CHINESE_NUMERAL}]{{1,4}})\s*[、.]")
_HAN_PAREN_LABEL = re.compile(rf"[(（]\s*([{CHINESE_NUMERAL}]{{1,4}})\s*[)）]")
_ROMAN_LABEL = re.compile(r"([IVXLC]{1,6})\.(?=\s)")

_FIRST = re.compile(rf"[第附§(0-9A-Za-z{CHINESE_NUMERAL}]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_KANGXI = str.maketrans("⼀⼆⼋⼗", "一二八十")


def folded(text: str) -> str:
    """Return ``text`` with full-width letters and digits made plain, character for character."""
    return text.translate(_FULL_WIDTH).translate(_KANGXI)


def numbered(text: str) -> Numbered | None:
    """Return how the line ``text`` is numbered, or None where it is not, or is too long.

    >>> numbered("第四百六十三条 本编调整").number, numbered("CHAPTER IV").number
    ((463,), (4,))
    >>> numbered("3.13 WCHNET_GetMacAddr").number, numbered("第二节的有关规定。")
    ((3, 13), None)
    """
    line = folded(text[:LONGEST]).strip()
    if not _FIRST.match(line):
        return None
    readers = _READERS if len(text) <= LONGEST else _RUN_IN_READERS
    for read in readers:
        found = read(line)
        if found is not None and (len(text) <= LONGEST or found.family in RUN_IN):
            return found
    return None


def _han(line: str) -> Numbered | None:
    match = _HAN_LABEL.match(line)
    if match is None:
        return None
    number = number_of(match[1].replace(" ", ""))
    if number is None:
        return None
    family = _HAN_UNITS[match[2]]
    rest = line[match.end() :]
    weight = article_weight(rest) if family == "tiao" else title_weight(rest)
    suffix = number_of(match[3]) or 0 if match[3] else 0
    label = collapsed(match[0])
    return Numbered(family, (number,), suffix, label, rest.strip(), weight) if weight else None


def _word(line: str) -> Numbered | None:
    match = _WORD_LABEL.match(line) or _SIGN_LABEL.match(line)
    if match is None:
        return None
    sign = match.re is _SIGN_LABEL
    family = "paragraph" if sign else _WORD_UNITS[match[1].lower()]
    number = _parts(match[match.lastindex or 1], letters_first=family == "appendix")
    rest = line[match.end() :]
    weight = word_weight(match[0], rest, run_in=family in RUN_IN)
    if number is None or not weight:
        return None
    return Numbered(family, number, 0, collapsed(match[0]), without_separator(rest), weight)


def _han_appendix(line: str) -> Numbered | None:
    match = _HAN_APPENDIX.match(line)
    if match is None:
        return None
    number = _parts(match[1], letters_first=True)
    rest = line[match.end() :]
    weight = title_weight(" " + rest.lstrip(":： "))
    if number is None or not weight:
        return None
    return Numbered("appendix", number, 0, collapsed(match[0]), rest.lstrip(":： ").strip(), weight)


def _decimal(line: str) -> Numbered | None:
    match = _DECIMAL_LABEL.match(line) or _TOP_LABEL.match(line)
    if match is None:
        return None
    rest = line[match.end() :]
    title = rest.strip()
    # "3.5 V" and "12 34" are measurements and table cells; a title begins with a word.
    if not title or title[0] in ",.;:%)/=<>+-*°~" or title[0].isdigit():
        return None
    if len(title) > 110 or END.search(title):
        return None
    parts = _parts(match[1], letters_first=True)
    if parts and match[1][0].isalpha():
        parts = (parts[0] + LETTER, *parts[1:])
    weight = 0.5 if SENTENCE.search(title) or title.endswith(".") else 1.0
    return Numbered("decimal", parts, 0, match[0], title, weight) if parts else None


def _han_list(line: str) -> Numbered | None:
    return _simple(_HAN_LIST_LABEL, "han", chinese_number, line)


def _han_paren(line: str) -> Numbered | None:
    return _simple(_HAN_PAREN_LABEL, "han_paren", chinese_number, line)


def _roman(line: str) -> Numbered | None:
    return _simple(_ROMAN_LABEL, "roman", roman_number, line)


def _simple(
    label: re.Pattern[str], family: str, read: Callable[[str], int | None], line: str
) -> Numbered | None:
    match = label.match(line)
    number = read(match[1]) if match else None
    if match is None or number is None:
        return None
    rest = line[match.end() :].strip()
    # A space keeps "(十) 前后端规约" from being read as the rest of "第十 … 前".
    weight = title_weight(" " + rest) if rest else 0.0
    return Numbered(family, (number,), 0, match[0], rest, weight) if weight else None


def _parts(text: str, *, letters_first: bool) -> tuple[int, ...] | None:
    """Return the parts of a dotted number; a single letter counts A as 1 in appendices."""
    parts: list[int] = []
    for part in text.split("."):
        letter = len(part) == 1 and part.isascii() and part.isalpha()
        value = ord(part.upper()) - 64 if letter and letters_first else number_of(part)
        if value is None and letter:
            value = ord(part.upper()) - 64
        if value is None:
            return None
        parts.append(value)
    return tuple(parts)


_RUN_IN_READERS = (_han, _word)
_READERS: tuple[Callable[[str], Numbered | None], ...] = (
    _han,
    _word,
    _han_appendix,
    _decimal,
    _han_list,
    _han_paren,
    _roman,
)
