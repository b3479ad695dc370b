"""Headings found in the text by their numbers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from workbench.ingest.chains import Link, longest
from workbench.ingest.families import FAMILIES
from workbench.ingest.lines import Line, typical_width, width
from workbench.ingest.numbering import Numbered, numbered
from workbench.ingest.styles import Styles

_ENDS = tuple("。！？；：.!?:;，,")
_WRAPPED_COST = 0.4
_EMPHASIS_BONUS = 0.3
_FULL = 0.6
_PLAIN_CHAIN = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in lines ``first`` to ``last``; ``rank`` orders families, smaller is higher."""

    first: int
    last: int
    title: str
    rank: float
    source: Literal["number", "font"]
    found: Numbered | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    at: int
    found: Numbered
    emphasis: float
    weight: float


def numbered_headings(
    lines: Sequence[Line], styles: Styles, *, bare: bool = False
) -> list[Heading]:
    """Return the numbered headings in order, each with its own line as title.

    Strong families need a place in a chain alone; lists such as ``1.`` or ``（一）`` need a type
    that stands out too, or where there is no type, text between them. ``bare`` takes decimals
    without such evidence, as contracts number their clauses.
    """
    candidates = _candidates(lines, styles)
    families: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in _with_items(candidates, lines):
        families[candidate.found.family].append(candidate)
    accepted: list[_Candidate] = []
    for name in sorted(families, key=lambda name: FAMILIES[name].rank):
        members = families[name]
        if not FAMILIES[name].strong:
            members = _with_evidence(members, lines, styles, bare=bare)
        accepted += _chained(members, accepted)
    accepted = _without_references(sorted(accepted, key=lambda candidate: candidate.at))
    if not styles.known and not bare:
        accepted = _without_lists_in_law(accepted)
    return [_heading(candidate, lines) for candidate in accepted]


def _candidates(lines: Sequence[Line], styles: Styles) -> list[_Candidate]:
    full = _FULL * typical_width(lines)
    found: list[_Candidate] = []
    for at, line in enumerate(lines):
        number = None if line.quoted else numbered(line.text)
        if number is None:
            continue
        emphasis = styles.emphasis(line)
        weight = number.weight + (_EMPHASIS_BONUS if emphasis >= 1.0 else 0.0)
        if at and emphasis < 1.0 and _runs_on(lines[at - 1], line, full):
            weight -= _WRAPPED_COST
        if weight > 0:
            found.append(_Candidate(at, number, emphasis, weight))
    return found


def _with_items(candidates: list[_Candidate], lines: Sequence[Line]) -> list[_Candidate]:
    """Return the candidates with 1、 2、 as items where they are set smaller than 1.1 and 1.2."""
    deep = [
        lines[c.at].size
        for c in candidates
        if c.found.family == "decimal" and len(c.found.number) == 2 and c.emphasis >= 1
    ]
    if not deep:
        return candidates
    usual = median(deep)
    return [
        replace(c, found=replace(c.found, family="item"))
        if c.found.family == "decimal" and len(c.found.number) == 1 and lines[c.at].size < usual
        else c
        for c in candidates
    ]


def _runs_on(before: Line, line: Line, full: float) -> bool:
    """Return whether ``line`` looks like the rest of the sentence in the line before."""
    if line.after_blank or before.text.rstrip().endswith(_ENDS):
        return False
    same_type = before.style == line.style and abs(before.x - line.x) <= 3
    return same_type and width(before.text) >= full


def _with_evidence(
    members: list[_Candidate], lines: Sequence[Line], styles: Styles, *, bare: bool
) -> list[_Candidate]:
    deep = [member for member in members if len(member.found.number) > 1]
    if bare:
        return members
    if styles.known:
        set_off = [member for member in members if member.emphasis >= 1]
        if any(len(member.found.number) > 1 for member in set_off):
            return set_off
        # A manual whose headings are all in the body's type still numbers them 1.1, 1.2, 1.3.
        plain = [m for m in deep if m.weight >= 1 and width(m.found.rest) <= 60]
        chain = longest([Link(member.found.number, 1.0) for member in plain])
        plain = [plain[at] for at in chain] if len(chain) >= _PLAIN_CHAIN else []
        return sorted([*set_off, *plain], key=lambda member: member.at)
    return [
        member
        for member in members
        if member.weight >= 1
        and width(member.found.rest) <= 60
        and (len(member.found.number) > 1 or _stands_apart(lines, member))
    ]


def _stands_apart(lines: Sequence[Line], member: _Candidate) -> bool:
    """Return whether text that is no item of the same list follows."""
    at = member.at
    if at + 1 == len(lines):
        return False
    following = lines[at + 1]
    next_number = numbered(following.text)
    if next_number and next_number.family == member.found.family:
        return False
    apart = lines[at].after_blank or at == 0 or following.after_blank
    return apart or member.found.family in ("han", "han_paren")


def _chained(members: list[_Candidate], accepted: list[_Candidate]) -> list[_Candidate]:
    """Return the members that count on from one another, numbers beginning anew in each era."""
    higher = sorted(a.at for a in accepted)
    links: list[Link] = []
    era = 0
    for member in members:
        while era < len(higher) and higher[era] < member.at:
            era += 1
        links.append(Link(member.found.number, member.weight, era, member.found.suffix))
    chain = [members[at] for at in longest(links)]
    if len(chain) > 1:
        return chain
    # A single number tells little: the first of its kind, or one that stands out, is believed.
    return [c for c in chain if c.emphasis >= 1 or (c.found.number == (1,) and c.weight >= 1)]


def _without_references(accepted: list[_Candidate]) -> list[_Candidate]:
    """Where 3.1 is a heading, "Section 3.1" refers to it."""
    decimals = {c.found.number for c in accepted if c.found.family == "decimal"}
    return [
        c
        for c in accepted
        if c.found.family == "decimal" or len(c.found.number) == 1 or c.found.number not in decimals
    ]


def _without_lists_in_law(accepted: list[_Candidate]) -> list[_Candidate]:
    """Where a text counts articles, 一、 and 1. are items inside them."""
    articles = sum(candidate.found.family in ("tiao", "article") for candidate in accepted)
    if articles < 3:
        return accepted
    return [c for c in accepted if FAMILIES[c.found.family].strong]


def _heading(candidate: _Candidate, lines: Sequence[Line]) -> Heading:
    text = lines[candidate.at].text.strip()
    rank = float(candidate.found.rank)
    return Heading(candidate.at, candidate.at, text, rank, "number", candidate.found)
