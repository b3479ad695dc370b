"""A chapter tree becomes chunks: articles as they are, manuals merged and split to size."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.domain.documents import Chunk, ChunkKind, PageSpan, Section, SlicePolicy
from workbench.domain.identity import chunk_id
from workbench.domain.languages import language_of
from workbench.domain.text import normalised
from workbench.ingest.blocks import Blocks
from workbench.ingest.breadcrumb import Breadcrumbs, PageMap
from workbench.ingest.fitting import Piece, fitted
from workbench.ingest.passages import Canon
from workbench.ingest.sections import Node
from workbench.ingest.tokens import counter_named

ARTICLES = 10
"""From how many articles on a document is sliced as a statute, in mode auto."""

_ARTICLE_FAMILIES = ("tiao", "article")
_QUESTION = re.compile(
    r"^\s*(?:\*\*)?(?:问|问题|提问|Q|Question|FAQ)\s*\d{0,4}\s*[:：.、)]",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch of text that belongs to one section; ``weight`` in hundredths of tokens."""

    node: Node
    start: int
    end: int
    weight: int
    leaf: bool


def slice_document(
    nodes: Sequence[Node],
    canon: Canon,
    pages: Sequence[PageSpan],
    document_id: str,
    policy: SlicePolicy,
    blocks: Blocks,
) -> list[Chunk]:
    """Return the chunks in reading order; every kept character is in exactly one of them.

    A part of a table that goes on reads the table's head after its breadcrumb.

    Raises:
        InvalidInput: ``unknown_counter`` where the policy names a counter that is not bundled.
    """
    count = counter_named(policy.counter)
    units = _with_headings(_units(nodes, canon), canon)
    crumbs = Breadcrumbs([node.section for node in nodes], count)
    page_map = PageMap(pages)
    seen: Counter[tuple[str, str]] = Counter()
    chunks: list[Chunk] = []
    for piece in _pieces(units, nodes, canon, policy, blocks):
        spans = canon.spans(piece.start, piece.end)
        text = canon.derived(spans)
        if not text:
            continue
        key = piece.section.key
        same = (key, normalised(text))
        first, last = page_map.of(spans)
        chunks.append(
            Chunk(
                chunk_id=chunk_id(document_id, key, text, seen[same]),
                ordinal=len(chunks),
                section_key=key,
                path=crumbs.path(key),
                spans=spans,
                text=text,
                prefix="\n".join(filter(None, (crumbs.prefix(key), blocks.head(spans[0].start)))),
                page_start=first,
                page_end=last,
                printed_page=page_map.printed(first),
                language=language_of(text),
                kind=blocks.kind(spans[0].start, spans[-1].end, piece.kind),
                tokens=count(text),
                part=piece.part,
                parts=piece.parts,
            )
        )
        seen[same] += 1
    return chunks


def is_statute(nodes: Sequence[Node]) -> bool:
    """Return whether enough sections are articles to keep every article a chunk of its own."""
    return sum(_is_article(node) for node in nodes) >= ARTICLES


def _is_article(node: Node) -> bool:
    return node.found is not None and node.found.family in _ARTICLE_FAMILIES


def _units(nodes: Sequence[Node], canon: Canon) -> list[_Unit]:
    """Return each section's own text, up to its first child, where there is any."""
    units: list[_Unit] = []
    for at, node in enumerate(nodes):
        start, end = node.section.start, node.section.end
        if at + 1 < len(nodes):
            end = min(end, nodes[at + 1].section.start)
        if canon.spans(start, end):
            leaf = end == node.section.end
            units.append(_Unit(node, start, end, canon.weight(start, end), leaf))
    return units


def _with_headings(units: Sequence[_Unit], canon: Canon) -> list[_Unit]:
    """Attach a heading without text of its own to the first text below it."""
    found: list[_Unit] = []
    carried: _Unit | None = None
    for unit in units:
        if carried is not None:
            weight = carried.weight + unit.weight
            unit = replace(unit, start=carried.start, weight=weight)
        bare = not unit.leaf and not canon.spans(unit.node.heading_end, unit.end)
        carried = unit if bare and unit.node.section.level > 0 else None
        if carried is None:
            found.append(unit)
    return [*found, carried] if carried is not None else found


def _pieces(
    units: Sequence[_Unit],
    nodes: Sequence[Node],
    canon: Canon,
    policy: SlicePolicy,
    blocks: Blocks,
) -> Iterator[Piece]:
    if blocks.alone:
        for unit in units:
            for start, end, kind in blocks.cut(unit.start, unit.end):
                yield from fitted(start, end, unit.node.section, kind, canon, policy)
        return
    sections = {node.section.key: node.section for node in nodes}
    mode = policy.mode
    if mode == "auto":
        mode = "statute" if is_statute(nodes) else "manual"
    if mode == "qa":
        groups = [[part] for unit in units for part in _question_units(unit, canon)]
    elif mode == "manual":
        groups = _grouped(units, policy)
    else:
        groups = [[unit] for unit in units]
    for group in groups:
        section = _section_of(group, sections)
        kind = _kind(group, mode, canon)
        yield from fitted(group[0].start, group[-1].end, section, kind, canon, policy)


def _kind(group: Sequence[_Unit], mode: str, canon: Canon) -> ChunkKind:
    unit = group[0]
    if mode == "qa":
        return "qa" if _QUESTION.match(canon.text, unit.start, unit.end) else "text"
    if mode in ("statute", "contract") and _is_article(unit.node):
        return "article"
    numbered = unit.node.found is not None
    return "clause" if mode == "contract" and numbered and unit.leaf else "text"


def _question_units(unit: _Unit, canon: Canon) -> Iterator[_Unit]:
    """Cut a section before every question."""
    starts = [match.start() for match in _QUESTION.finditer(canon.text, unit.start, unit.end)]
    cuts = [unit.start, *(start for start in starts if start > unit.start), unit.end]
    for start, end in zip(cuts, cuts[1:], strict=False):
        if canon.spans(start, end):
            yield replace(unit, start=start, end=end, weight=canon.weight(start, end))


def _grouped(units: Sequence[_Unit], policy: SlicePolicy) -> list[list[_Unit]]:
    """Merge small leaves with their next sibling, and a small last one with the one before."""
    groups: list[list[_Unit]] = []
    for unit in units:
        last = groups[-1] if groups else None
        if (
            last
            and _weight(last) < policy.minimum * 100
            and _may_join(last, [unit], policy.maximum)
        ):
            last.append(unit)
        else:
            groups.append([unit])
    merged: list[list[_Unit]] = []
    for group in groups:
        small = _weight(group) < policy.minimum * 100
        if small and merged and _may_join(merged[-1], group, policy.target):
            merged[-1].extend(group)
        else:
            merged.append(group)
    return merged


def _weight(group: Sequence[_Unit]) -> int:
    return sum(unit.weight for unit in group)


def _may_join(group: Sequence[_Unit], more: Sequence[_Unit], maximum: int) -> bool:
    """Return whether ``more`` are leaves beside the group's, or below its first member."""
    first = group[0].node.section
    parent = more[0].node.section.parent
    leaves = all(unit.leaf for unit in (*group[1:], *more))
    related = parent == first.key or (group[0].leaf and parent == first.parent)
    # What stands before the first heading is the document's own, and no section's sibling.
    return leaves and related and first.level > 0 and _weight((*group, *more)) <= maximum * 100


def _section_of(group: Sequence[_Unit], sections: dict[str, Section]) -> Section:
    """Return the one section in which all of the group lies."""
    own = group[0].node.section
    if len(group) == 1 or group[1].node.section.parent == own.key:
        return own
    return sections[own.parent or ""]
