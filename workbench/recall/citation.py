"""Which passages are the section that a question names, and which merely mention it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.numerals import CHINESE_NUMERAL, number_of
from workbench.domain.rankings import Candidate, Hit, Recalled
from workbench.recall.analyzer import Analyzer
from workbench.recall.asked import UNITS, Citation

RETRIEVER = "citation"
_CHINESE = re.compile(
    rf"第\s*([{CHINESE_NUMERAL}]{{1,20}}|[0-9]{{1,6}}(?:\.[0-9]{{1,4}})*)\s*"
    rf"(分编|条|章|节|款|编|部分)(?:\s*之\s*([{CHINESE_NUMERAL}]{{1,3}}))?"
)
_ENGLISH = re.compile(
    r"(articles?|art|sections?|sec|clauses?|chapters?|chap|paragraphs?|para|§{1,2})\.?\s{0,3}"
    r"([0-9]{1,4}(?:\.[0-9]{1,4})*|[ivxlc]{1,7})(?![\w])",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})*)(?!\w|\s?%)")
_SPOKEN = {
    "article": ("article", "第{}条"),
    "section": ("section", "第{}节"),
    "clause": ("clause", "第{}款"),
    "chapter": ("chapter", "第{}章"),
    "part": ("part", "第{}编"),
}
_HOLDING = frozenset({"chapter", "part", "section"})
"""Units that hold other sections: naming one asks for what stands in it."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: its document's name, its titles from there down, and its text."""

    corpus_id: str
    chunk_id: str
    document: str
    titles: tuple[str, ...]
    text: str


def searched(citation: Citation, analyzer: Analyzer) -> tuple[tuple[str, ...], ...]:
    """Return sets of terms one of which is in every passage of the section, the surest first.

    A passage is indexed with the titles that it stands under, so its own number is among its terms.
    The last set is the number alone: a heading may have no unit. A number with dots needs no other.
    """
    number = citation.number.split("-")[0]
    alone = tuple(analyzer.tokens(number)[:1])
    if "." in number:
        return (alone,)
    english, chinese = _SPOKEN[citation.unit]
    written = [chinese.format(number), f"{english} {number}", f"{english} {_roman(number)}"]
    return (*(tuple(analyzer.tokens(each)) for each in written), alone)


def owners(citation: Citation, places: Iterable[Place]) -> list[Place]:
    """Return the places that are the section, in the order given; those that mention it are not.

    A heading with the same unit and number comes before one with the number alone, and a title
    before a line of a passage that joins several short sections. Where documents are named that
    hold such a section, the others are left out.
    """
    found = [(rank, place) for place in places if (rank := _closeness(citation, place)) is not None]
    best = min((rank for rank, _ in found), default=0)
    kept = [place for rank, place in found if rank == best]
    most = max((named(citation.title, place.document) for place in kept), default=0)
    return [place for place in kept if named(citation.title, place.document) == most]


def named(title: str, document: str) -> int:
    """Return how many characters of ``title`` name the document, 0 where it is not named.

    《中华人民共和国民法典》 names 民法典.pdf by its end, and GDPR names en_gdpr_reg.pdf; a Chinese
    end has two characters at least, a word of letters is whole.
    """
    wanted, name = title.casefold(), document.casefold()
    if not _HAN.search(wanted):
        return len(wanted) if wanted in _WORD.findall(name) else 0
    ends = (wanted[start:] for start in range(len(wanted) - 1))
    return next((len(end) for end in ends if end in name), 0)


def led(recalled: Recalled, first: Sequence[Candidate], limit: int) -> Recalled:
    """Return the candidates with these ones before them, ranks counted anew.

    What a question names by its number is what it wants to see: no likeness of words or meaning
    outweighs that, and no score compares with it, so nothing is fused here.
    """
    met = {(each.corpus_id, each.chunk_id): each for each in recalled.candidates}
    ahead = []
    for rank, each in enumerate(first, start=1):
        known = met.pop((each.corpus_id, each.chunk_id), each)
        ahead.append(replace(known, hits=(Hit(each.chunk_id, RETRIEVER, rank, 1.0), *known.hits)))
    merged = [*ahead, *met.values()][: max(limit, 0)]
    numbered = (replace(c, recall_rank=rank) for rank, c in enumerate(merged, start=1))
    return replace(recalled, candidates=tuple(numbered))


def _closeness(citation: Citation, place: Place) -> int | None:
    """Return how surely a place is the section, 0 the surest; None where it is not."""
    own, above = place.titles[-1:], place.titles[1:-1]
    headings = [(0, title) for title in own]
    if citation.unit in _HOLDING:
        headings += [(0, title) for title in above]
    headings += [(2, line) for line in place.text.splitlines()[:40]]
    ranks = [rank + met for rank, text in headings if (met := _meets(citation, text)) is not None]
    return min(ranks, default=None)


def _meets(citation: Citation, heading: str) -> int | None:
    """Return 0 where a heading has the unit and the number, 1 where the number stands alone."""
    text = unicodedata.normalize("NFKC", heading).lstrip(" \t#*·-—")
    if match := _CHINESE.match(text):
        number = _written(match[1]) + (f"-{number_of(match[3])}" if match[3] else "")
        return 0 if (UNITS[match[2]], number) == (citation.unit, citation.number) else None
    if match := _ENGLISH.match(text):
        unit = UNITS.get(match[1].lower()) or UNITS[match[1].lower().removesuffix("s")]
        return 0 if (unit, _written(match[2])) == (citation.unit, citation.number) else None
    match = _PLAIN.match(text)
    return 1 if match and match[1].rstrip(".") == citation.number else None


def _roman(number: str) -> str:
    """Return a number up to 39 in Roman letters, any other as it is."""
    value = int(number) if number.isdecimal() else 0
    units = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return "x" * (value // 10) + units[value % 10] if 0 < value < 40 else number


def _written(number: str) -> str:
    return number if "." in number else str(number_of(number) or "")
