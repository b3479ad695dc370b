"""The grade that counts for each judged passage, out of everything that judges said of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from workbench.domain.judgements import JudgedWay, Judgement

BINARY_LEVEL = 2
"""The lowest grade that counts as relevant where only yes or no is asked."""
WIDE = 2
"""Two judges this many grades apart disagree, on whichever side of the level they are."""

Place: TypeAlias = Callable[[Judgement], str | None]
"""Where a judged passage lies today: the id of its chunk, None where it is in none."""
Grades: TypeAlias = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Grades by criterion, query and chunk."""
_Passage: TypeAlias = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Grades that judges gave one passage, ascending: far apart or across the binary level."""

    criterion_id: str
    query_id: str
    chunk_id: str
    grades: tuple[int, ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """What counts of the labels, and what they were made of.

    ``ways`` counts the grades by the way they were given, ``cannot_tell`` those that were none;
    ``lost`` graded passages lie in no chunk any more.
    """

    grades: Grades
    ways: Mapping[JudgedWay, int]
    cannot_tell: int
    disagreements: tuple[Disagreement, ...]
    lost: int


def gold(events: Iterable[Judgement], place: Place, *, blind_only: bool = False) -> Gold:
    """Return the grades that count, from 0 to 3; empty without events.

    A passage's adjudicated grade wins; else the lower median over judges of what each said last
    blind or in a file; else that of the grades given in sight of the ranks. With ``blind_only``
    nothing but blind grades counts. Of two passages in one chunk the higher grade counts.

    Blind grades 1, 2, 3 and 3 make 2; one adjudicated 0 beside them makes 0.
    """
    said = [one for one in events if not blind_only or one.way == "blind"]
    passages = _by_passage(_last(said, lambda one: (one.judge, one.way)))
    grades: dict[str, dict[str, dict[str, int]]] = {}
    kept: list[Judgement] = []
    apart: list[Disagreement] = []
    lost = 0
    for (criterion, query, *_), group in sorted(passages.items()):
        kept.extend(group)
        grade = _grade(group)
        if grade is None:
            continue
        chunk = place(group[0])
        if chunk is None:
            lost += 1
            continue
        placed = grades.setdefault(criterion, {}).setdefault(query, {})
        placed[chunk] = max(grade, placed.get(chunk, 0))
        apart.extend(_disagreement(criterion, query, chunk, group))
    ways = Counter(one.way for one in kept if one.grade is not None)
    untold = sum(one.grade is None for one in kept)
    return Gold(grades, dict(ways), untold, tuple(apart), lost)


def _passage(event: Judgement) -> _Passage:
    anchor = event.anchor
    where = (anchor.document_id, anchor.section_key, anchor.quote_hash)
    return (event.criterion_id, event.query_id, *where)


def _last(
    events: Iterable[Judgement], key: Callable[[Judgement], tuple[str, ...]]
) -> list[Judgement]:
    """Return the last event of each passage and key, without those that are withdrawn."""
    ordered = sorted(events, key=lambda one: (one.at, one.judgement_id))
    newest = {(_passage(one), key(one)): one for one in ordered}
    return [one for one in newest.values() if not one.withdrawn]


def _by_passage(events: Iterable[Judgement]) -> dict[_Passage, list[Judgement]]:
    passages: dict[_Passage, list[Judgement]] = {}
    for event in events:
        passages.setdefault(_passage(event), []).append(event)
    return passages


def _grade(group: Sequence[Judgement]) -> int | None:
    settled = [one for one in group if one.way == "adjudicated" and one.grade is not None]
    if settled:
        return max(settled, key=lambda one: (one.at, one.judgement_id)).grade
    grades = _unseen(group) or _of_judges(one for one in group if one.way == "open")
    return grades[(len(grades) - 1) // 2] if grades else None


def _unseen(group: Iterable[Judgement]) -> list[int]:
    return _of_judges(one for one in group if one.way in ("blind", "imported"))


def _of_judges(events: Iterable[Judgement]) -> list[int]:
    """Return each judge's last grade, ascending."""
    last = _last(events, lambda one: (one.judge,))
    return sorted(one.grade for one in last if one.grade is not None)


def _disagreement(
    criterion: str, query: str, chunk: str, group: Sequence[Judgement]
) -> list[Disagreement]:
    grades = _of_judges(one for one in group if one.way != "adjudicated")
    if not grades:
        return []
    low, high = grades[0], grades[-1]
    if high - low < WIDE and not low < BINARY_LEVEL <= high:
        return []
    settled = any(one.way == "adjudicated" and one.grade is not None for one in group)
    return [Disagreement(criterion, query, chunk, tuple(grades), settled)]
