"""The longest run of numbers, which tells headings from references wrapped onto a new line."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 3
"""How many numbers may be missing between two neighbours."""

_GAP_COST = 0.75
_RESTART_COST = 1.5
_LATE_START_COST = 0.75


@dataclass(frozen=True, slots=True)
class Link:
    """A candidate in reading order: its number, how much it looks like a heading, and its era.

    Eras grow where a heading of a higher family stands between; numbers may then begin again.
    """

    number: tuple[int, ...]
    weight: float
    era: int = 0
    suffix: int = 0


@dataclass(slots=True)
class _Best:
    """The best chain that ends at some link: its score and that link."""

    score: float
    at: int


def longest(links: Sequence[Link]) -> list[int]:
    """Return the places of the links that form the best chain, ascending; empty for no links.

    The next number costs nothing, a gap of up to ``GAP`` and a new beginning inside one era cost.
    A greedy "one more than the last" fails on law, where one early reference to Article 263 blocks
    every later article. One pass: for each number only the best chain that ends in it, or below
    it, is kept.
    """
    scores: list[float] = []
    previous: list[int] = []
    ends: dict[tuple[int, ...], _Best] = {}
    exact: dict[tuple[int, ...], _Best] = {}
    any_end = _Best(0.0, -1)
    era_end = _Best(0.0, -1)
    era = links[0].era if links else 0
    for at, link in enumerate(links):
        if link.era != era:
            era, era_end = link.era, _Best(any_end.score, any_end.at)
        best = _best_before(link, ends, exact, any_end, era_end)
        scores.append(best.score + link.weight)
        previous.append(best.at)
        _remember(link, _Best(scores[at], at), ends, exact)
        if scores[at] > any_end.score:
            any_end = _Best(scores[at], at)
    return _walk_back(previous, any_end.at)


def _best_before(
    link: Link,
    ends: dict[tuple[int, ...], _Best],
    exact: dict[tuple[int, ...], _Best],
    any_end: _Best,
    era_end: _Best,
) -> _Best:
    *stem, last = link.number
    start = 0.0 if last == 1 else -_LATE_START_COST
    options = [_Best(start, -1)]
    if link.suffix:
        options += _known(ends, link.number, 0.0)
    for back in range(1, GAP + 2):
        options += _known(ends, (*stem, last - back), -_GAP_COST * (back > 1))
    if last == 1:
        options += _first_child(stem, ends, exact)
        options.append(_Best(any_end.score - _RESTART_COST, any_end.at))
        options.append(_Best(era_end.score, era_end.at))
    return max(options, key=lambda option: option.score)


def _first_child(
    stem: list[int], ends: dict[tuple[int, ...], _Best], exact: dict[tuple[int, ...], _Best]
) -> list[_Best]:
    """Return chains after which 3.1 may follow: 3 itself, or where it was not seen, 2 or 2.x."""
    if not stem:
        return []
    parent = _known(exact, tuple(stem), 0.0)
    return parent or _known(ends, (*stem[:-1], stem[-1] - 1), -_GAP_COST / 2)


def _known(ends: dict[tuple[int, ...], _Best], number: tuple[int, ...], cost: float) -> list[_Best]:
    best = ends.get(number)
    return [_Best(best.score + cost, best.at)] if best is not None else []


def _remember(
    link: Link,
    best: _Best,
    ends: dict[tuple[int, ...], _Best],
    exact: dict[tuple[int, ...], _Best],
) -> None:
    """Keep ``best`` as an end of its number and of every number above it: 3.2 also ends 3."""
    exact[link.number] = best
    for depth in range(1, len(link.number) + 1):
        stem = link.number[:depth]
        known = ends.get(stem)
        if known is None or best.score >= known.score:
            ends[stem] = best


def _walk_back(previous: list[int], at: int) -> list[int]:
    chain: list[int] = []
    while at >= 0:
        chain.append(at)
        at = previous[at]
    return chain[::-1]
