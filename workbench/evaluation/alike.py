"""Questions that are nearly the same, and questions that quote the passage that answers them."""

import re
from collections import defaultdict
from collections.abc import Mapping

from workbench.domain.text import normalised

ALIKE = 0.8
"""Share of common pieces from which two questions are nearly the same."""
HAN_RUN = 12
WORD_RUN = 8
"""A run of so many Han characters or words that stands in the answer was copied from there."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_WORDS = re.compile(r"[^\W_]+")


def near_duplicates(texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of questions, earlier one first, that are the same or nearly so.

    Pieces are the pairs of neighbouring characters in Chinese and the words in English; two
    questions are alike where at least ``ALIKE`` of all their pieces are common.

    "What is the notice period?" and "what's the notice period" share 4 of 6 words: .67, not alike.
    """
    pieces = {one: _pieces(text) for one, text in texts.items()}
    holding: dict[str, list[str]] = defaultdict(list)
    found: list[tuple[str, str]] = []
    for one, mine in pieces.items():
        seen = dict.fromkeys(other for piece in sorted(mine) for other in holding[piece])
        found.extend((other, one) for other in seen if _share(mine, pieces[other]) >= ALIKE)
        for piece in mine:
            holding[piece].append(one)
    return tuple(found)


def quoted(question: str, passage: str) -> str:
    """Return the longest part of the question that stands in the passage word for word.

    Empty where it is shorter than ``HAN_RUN`` Han characters and ``WORD_RUN`` words: then it is
    only how one speaks of such things.
    """
    text = _plain(question)
    if _HAN.search(text):
        return _longest(list(text), _plain(passage), HAN_RUN, "")
    words = [one.group() for one in _WORDS.finditer(normalised(question))]
    inside = " ".join(one.group() for one in _WORDS.finditer(normalised(passage)))
    return _longest(words, f" {inside} ", WORD_RUN, " ")


def _pieces(text: str) -> frozenset[str]:
    plain = normalised(text)
    if _HAN.search(plain):
        bare = "".join(one.group() for one in _WORDS.finditer(plain))
        return frozenset(bare[at : at + 2] for at in range(max(len(bare) - 1, 1)))
    return frozenset(one.group() for one in _WORDS.finditer(plain))


def _share(mine: frozenset[str], other: frozenset[str]) -> float:
    union = len(mine | other)
    return len(mine & other) / union if union else 0.0


def _plain(text: str) -> str:
    return "".join(normalised(text).split())


def _longest(units: list[str], inside: str, least: int, between: str) -> str:
    """Return the longest run of at least ``least`` units that stands in ``inside``."""
    best, start = "", 0
    for end in range(1, len(units) + 1):
        while start < end and not _stands(units[start:end], inside, between):
            start += 1
        run = between.join(units[start:end])
        if end - start >= least and len(run) > len(best):
            best = run
    return best


def _stands(units: list[str], inside: str, between: str) -> bool:
    return f"{between}{between.join(units)}{between}" in inside
