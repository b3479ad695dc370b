"""Turns text, most of it Chinese or English, into the terms that are indexed and looked up."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

import rjieba
import Stemmer

from workbench.domain.numerals import CHINESE_NUMERAL, number_of
from workbench.recall.stopwords import ACRONYMS, CHINESE, ENGLISH

_HAN_RANGE = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# Possessive (++) keeps a long run of spaces linear.
_GAP = re.compile(rf"(?<=[{_HAN_RANGE}])\s++(?=[{_HAN_RANGE}])")
# A unit that begins a longer word is no unit: 第二项目 is a project, 第一页面 a web page.
_UNITS = (
    "条(?!件)|章|节(?!点)|款(?!式)|项(?!目)|编(?!辑|号|码)|卷|页(?!面)|号(?!码)"
    "|期(?!限|间|货|望)|届|次|篇|部分"
)
_REFERENCE = re.compile(
    rf"第\s{{0,4}}([{CHINESE_NUMERAL}]{{1,20}}|[0-9]{{1,9}})\s{{0,4}}({_UNITS})"
)
_HIRAGANA, _KATAKANA = "\u3041-\u3096\u309d-\u309f", "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff"
# Thai, Lao, Burmese and Khmer: no spaces between words either, and marks that are no letters.
_MAINLAND = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1780-\u17d3"
_WORD = rf"[^\W_{_HAN_RANGE}{_HIRAGANA}{_KATAKANA}{_HANGUL}{_MAINLAND}]"
_RUN = re.compile(
    rf"""
    (?P<han>[{_HAN_RANGE}]+)
    | (?P<script>[{_HIRAGANA}]+|[{_KATAKANA}]+|[{_HANGUL}]+|[{_MAINLAND}]+)
    | (?P<latin>
        (?<!{_WORD})[A-Za-z](?:\+\+|\#)              # C++, C#: a letter and its sign
        | {_WORD}+ (?: (?: [._-] | (?<=[0-9])/(?=[0-9]) | (?<=[A-Za-z])'(?=[A-Za-z]) ) {_WORD}+ )*
      )
    """,
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_PARTICLE = re.compile(rf"[{_HIRAGANA}]")
_JOINER = re.compile(r"[._/-]")
_SIGNED = re.compile(r"[A-Za-z](?:\+\+|#)")
_PLURAL = re.compile(r"[A-Z]{2,}s")  # PDFs: no change of case, and no stem either
_PLAIN = re.compile(r"[A-Za-z][a-z]*(?:'[A-Za-z]+)*|[A-Z]+")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_CACHED_LENGTH = 64  # longer runs are blobs that never come back: they would only fill the cache


class Analyzer(Protocol):
    """Turns text into terms, in the same way for documents and for questions."""

    @property
    def id(self) -> str:
        """Return the version of the rules; an index made under another one must be rebuilt."""
        ...

    def tokens(self, text: str, *, query: bool = False) -> list[str]:
        """Return the terms of ``text`` in reading order, repeated as often as they occur."""
        ...


class MixedAnalyzer:
    """Terms of Chinese words, English stems, identifiers and article numbers.

    Text is folded to NFKC, and spaces between Han characters are typesetting, not words. A
    reference (第五百八十四条, 第 584 条) becomes one term with an Arabic number. Han runs are cut
    for search, so that a long word brings its short ones. An identifier is one term as written in
    lower case, and its parts are terms beside it: ``XK-200`` gives xk-200, xk and 200. English
    words are stemmed unless they hold digits. Kana, Hangul and Thai give their pairs of neighbours,
    and words with letters beyond ASCII are terms as they are, in lower case. All this goes by
    script, run by run, so that questions and documents are read alike whatever language they are
    taken for. Function words stay in documents, where they count for length, and are dropped from
    questions: an English "to" in a Chinese passage would otherwise outrank the passage that was
    meant.
    """

    @property
    def id(self) -> str:
        """Return the version of these rules."""
        return "zh-en-2"

    def tokens(self, text: str, *, query: bool = False) -> list[str]:
        """Return the terms of ``text`` in reading order.

        With ``query``, function words are left out, unless nothing else is left. Text without
        letters or digits has no terms.
        """
        folded = _GAP.sub("", unicodedata.normalize("NFKC", text).replace("’", "'"))
        folded = _THOUSANDS.sub("", folded)
        if query:
            return list(_pieces(folded, drop=True)) or list(_pieces(folded, drop=False))
        return list(_pieces(folded, drop=False))


def _pieces(text: str, *, drop: bool) -> Iterator[str]:
    """Yield the terms between references, and each reference as one term."""
    at = 0
    for match in _REFERENCE.finditer(text):
        number = number_of(match[1])
        if not number:
            continue
        yield from _runs(text[at : match.start()], drop=drop)
        yield f"第{number}{match[2]}"
        at = match.end()
    yield from _runs(text[at:], drop=drop)


def _runs(text: str, *, drop: bool) -> Iterator[str]:
    """Yield the terms of text without references: Han runs and the runs between them."""
    for match in _RUN.finditer(text):
        run = match.group()
        if match.lastgroup == "han":
            words = rjieba.cut_for_search(run)
            yield from (word for word in words if not (drop and word in CHINESE))
        elif match.lastgroup == "script":
            yield from _pairs(run, drop=drop)
        elif not drop:
            yield from _latin(run)
        elif run.lower() not in ENGLISH or run in ACRONYMS:
            terms = _latin(run)
            yield from (t for t in terms if len(terms) == 1 or t not in ENGLISH)


def _pairs(run: str, *, drop: bool) -> Iterator[str]:
    """Yield each two neighbours in a run; of a question's hiragana, one alone is a particle."""
    if len(run) > 1:
        yield from (run[at : at + 2] for at in range(len(run) - 1))
    elif not (drop and _PARTICLE.fullmatch(run)):
        yield run


def _latin(run: str) -> tuple[str, ...]:
    return _cached(run) if len(run) <= _CACHED_LENGTH else _terms_of_run(run)


@lru_cache(maxsize=50_000)
def _cached(run: str) -> tuple[str, ...]:
    return _terms_of_run(run)


def _terms_of_run(run: str) -> tuple[str, ...]:
    """Return the run as one term, then the terms of its parts, each once."""
    bare = run.removesuffix("'s")
    bare = bare[:-1] if _PLURAL.fullmatch(bare) else bare
    whole = bare.lower()
    if _SIGNED.fullmatch(bare):
        return (whole,)
    parts = [piece for part in _JOINER.split(bare) for piece in (part, *_smaller(part)) if piece]
    if len(parts) == 1:
        return (_stem(whole),)
    return tuple(dict.fromkeys([whole, _stem(whole), *(_stem(part.lower()) for part in parts)]))


def _smaller(part: str) -> list[str]:
    """Return what a part is made of at changes of case and between letters and digits."""
    if _PLAIN.fullmatch(part) or part.isdigit() or not part.isascii():
        return []
    return _PIECE.findall(part)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Return the English stem of a word of ASCII letters, and anything else as it is."""
    if not (word.isascii() and word.replace("'", "").isalpha()):
        return word
    # A stemmer keeps state and is not safe between threads; making one costs under a microsecond.
    return str(Stemmer.Stemmer("english").stemWord(word))
