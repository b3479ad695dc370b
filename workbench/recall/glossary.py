"""Which entries of a bilingual glossary a question uses, and the terms that they add to it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from workbench.domain.glossaries import Expansion, ExtraTerm, GlossaryEntry, Side, UsedEntry
from workbench.domain.text import normalised
from workbench.recall.analyzer import Analyzer
from workbench.recall.stopwords import CHINESE, ENGLISH

WEIGHT = 0.4
"""What an added term counts beside 1 for the question's own.

Source: titles of a product manual in both languages asked of its pages with a hundred entries. It
is the largest weight by which the first page of the title's own language hardly moves in BM25
(MRR@10 .738 -> .725 over both, .705 by .5), while the other language's comes into the first ten
more often (.226 -> .340 from Chinese, .374 -> .520 from English).
"""

_BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_WORD = re.compile(r"[a-z0-9]")

S = TypeVar("S", str, tuple[str, ...])


class GlossaryTerms:
    """A glossary made ready to be looked up; immutable, so that any number of threads may ask."""

    def __init__(self, entries: Iterable[GlossaryEntry], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._zh: dict[str, list[GlossaryEntry]] = {}
        self._en: dict[tuple[str, ...], list[GlossaryEntry]] = {}
        for entry in entries:
            self._zh.setdefault(folded(entry.zh), []).append(entry)
            self._en.setdefault(tuple(analyzer.tokens(entry.en)), []).append(entry)
        self._zh_lengths, self._en_lengths = _lengths(self._zh), _lengths(self._en)

    def widen(self, text: str, weight: float = WEIGHT) -> Expansion:
        """Return the entries that ``text`` uses, in its order, and each of their terms once.

        A Chinese term is found as it stands in the folded text, an English one as words in a row
        whatever their endings; the longest comes first and none overlap. Function words and terms
        that the text has already are not added, and an entry that adds nothing is not used.
        """
        asked = self._analyzer.tokens(text, query=True)
        seen = set(asked)
        used: list[UsedEntry] = []
        terms: list[ExtraTerm] = []
        for one in (*self._chinese(text), *self._english(text, seen)):
            new = [term for term in self._terms(one.added) if term not in seen]
            seen.update(new)
            if new:
                used.append(one)
                terms += [ExtraTerm(term, weight, one.asked) for term in new]
        return Expansion(tuple(used), tuple(terms))

    def _terms(self, added: str) -> list[str]:
        terms = dict.fromkeys(self._analyzer.tokens(added, query=True))
        return [term for term in terms if term not in ENGLISH and term not in CHINESE]

    def _chinese(self, text: str) -> list[UsedEntry]:
        line = folded(text)
        places = _places(line, self._zh, self._zh_lengths)
        found = [line[a:b] for a, b in _apart(p for p in places if _whole(line, *p))]
        return _used(found, self._zh, "zh")

    def _english(self, text: str, content: set[str]) -> list[UsedEntry]:
        """Return the entries whose English words stand in a row, and are not function words here.

        So "it" finds no entry for IT, and "IT" does.
        """
        words = tuple(self._analyzer.tokens(text))
        places = _places(words, self._en, self._en_lengths)
        found = [words[a:b] for a, b in _apart(places)]
        used = _used(found, self._en, "en")
        return [u for u in used if content.issuperset(self._analyzer.tokens(u.asked, query=True))]


def folded(text: str) -> str:
    """Return ``text`` as terms are compared: normalised, and without spaces beside Han."""
    return _BESIDE_HAN.sub("", normalised(text))


def _used(
    found: Iterable[S], known: Mapping[S, list[GlossaryEntry]], side: Side
) -> list[UsedEntry]:
    return [UsedEntry(entry, side) for term in dict.fromkeys(found) for entry in known[term]]


def _lengths(known: Iterable[Sequence[str]]) -> dict[str, list[int]]:
    """Return the lengths of the terms that begin with a character or word, by that beginning."""
    lengths: dict[str, set[int]] = {}
    for term in known:
        if term:
            lengths.setdefault(term[0], set()).add(len(term))
    return {first: sorted(found) for first, found in lengths.items()}


def _places(
    text: S, known: Mapping[S, list[GlossaryEntry]], lengths: Mapping[str, list[int]]
) -> list[tuple[int, int]]:
    """Return every range of ``text`` that is a known term."""
    return [
        (start, start + length)
        for start in range(len(text))
        for length in lengths.get(text[start], ())
        if start + length <= len(text) and text[start : start + length] in known
    ]


def _whole(line: str, start: int, end: int) -> bool:
    """Return whether Latin letters or digits at the ends of a range are not cut from a word."""
    ends = ((start - 1, start), (end - 1, end))
    return not any(
        left >= 0 and right < len(line) and _WORD.match(line[left]) and _WORD.match(line[right])
        for left, right in ends
    )


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest ranges that do not overlap, in reading order."""
    taken: set[int] = set()
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0] - place[1], place[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end))
    return sorted(kept)
