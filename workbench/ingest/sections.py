"""The chapter tree: which heading lies in which, and what each section is called for good."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.documents import Section
from workbench.domain.text import normalised
from workbench.ingest.families import FAMILIES, LETTER
from workbench.ingest.headings import Heading
from workbench.ingest.lines import Line
from workbench.ingest.numbering import Numbered
from workbench.ingest.outline import Entry

_TITLE_KEY = 60
_DEEPEST = 12
_ADJACENT = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A section with the range of its own heading; ``heading_end`` is ``start`` for the root."""

    section: Section
    heading_end: int
    label_end: int
    found: Numbered | None = None


def levelled(headings: Sequence[Heading], lines: Sequence[Line]) -> list[Entry]:
    """Return headings found in the text with levels from 1, by the rank of their family.

    A heading lies below the nearest earlier one of a higher family. Headings known by their type
    alone rank with the numbered ones of the same size, never above the highest numbers.
    """
    ranks = _ranks(headings, lines)
    entries: list[Entry] = []
    above: list[float] = []
    for heading, rank in zip(headings, ranks, strict=True):
        while above and above[-1] >= rank:
            above.pop()
        above.append(rank)
        level = min(len(above), _DEEPEST)
        entries.append(
            Entry(heading.first, heading.last, heading.title, level, heading.source, heading.found)
        )
    return entries


def tree_of(entries: Sequence[Entry], lines: Sequence[Line], name: str, length: int) -> list[Node]:
    """Return the root and every section in reading order; keys are unique.

    ``name`` is the document's, ``length`` that of its canonical text.
    """
    starts = [_start(entry, lines) for entry in entries]
    pages = [line.page for line in lines]
    root = Section("", None, name, None, 0, pages[0] if pages else None, 0, length, "document")
    nodes = [Node(root, 0, 0)]
    stack: list[tuple[int, Section, Numbered | None]] = [(0, root, None)]
    used: Counter[str] = Counter({"": 1})
    for at, (entry, start) in enumerate(zip(entries, starts, strict=True)):
        while stack[-1][0] >= entry.level:
            stack.pop()
        _, parent, parent_number = stack[-1]
        key = _unique(_joined(parent.key, _token(entry, parent_number)), used)
        end = next(
            (starts[k] for k in range(at + 1, len(entries)) if _closes(entries[k], entry)), length
        )
        section = Section(
            key=key,
            parent=parent.key,
            title=entry.title,
            number=_number(entry),
            level=len(stack),
            page=lines[entry.first].page,
            start=start,
            end=max(start, end),
            source=entry.source,
        )
        stack.append((entry.level, section, entry.found))
        heading_end = lines[entry.last].end if entry.last >= entry.first else start
        nodes.append(Node(section, heading_end, _label_end(entry, lines), entry.found))
    return nodes


def _number(entry: Entry) -> str | None:
    """Return the number as it is cited, without a stop; （一） keeps its brackets."""
    if entry.found is None:
        return None
    label = entry.found.label
    return label if label.startswith("(") else label.rstrip(".、)")


def _closes(later: Entry, entry: Entry) -> bool:
    return later.level <= entry.level


def _start(entry: Entry, lines: Sequence[Line]) -> int:
    return lines[entry.first].start


def _label_end(entry: Entry, lines: Sequence[Line]) -> int:
    """Return where the label ends in its line, so that the space after 第X条 stays."""
    line = lines[entry.first]
    if entry.found is None:
        return line.start
    indent = len(line.text) - len(line.text.lstrip())
    return min(line.start + indent + len(entry.found.label), line.end)


def _ranks(headings: Sequence[Heading], lines: Sequence[Line]) -> list[float]:
    numbers = [heading for heading in headings if heading.found is not None]
    chapters = [h for h in numbers if h.found is not None and h.found.family != "appendix"]
    top = min((heading.rank for heading in chapters or numbers), default=0.0)
    sections_below = _sections_lie_in_articles(headings)
    sizes = sorted({(lines[h.first].size, _own_rank(h, sections_below)) for h in numbers})
    restarts = sum(
        h.rank == top and h.found is not None and h.found.number == (1,) for h in numbers
    )
    ranks: list[float] = []
    for heading in headings:
        if heading.found is not None:
            own = _own_rank(heading, sections_below)
            ranks.append(top if heading.found.family == "appendix" else own)
        else:
            ranks.append(_font_rank(lines[heading.first].size, sizes, top, restarts > 1))
    return ranks


def _own_rank(heading: Heading, sections_below: bool) -> float:
    if sections_below and heading.found is not None and heading.found.family == "section":
        return heading.rank + 21
    return heading.rank


def _sections_lie_in_articles(headings: Sequence[Heading]) -> bool:
    """Return whether Section is the smaller unit: contracts put it under Article, statutes above.

    Where a Section is the greater one, an Article stands right below its title.
    """
    families = [(h.found.family, h.first) if h.found else ("", h.first) for h in headings]
    sections = [at for at, (family, _) in enumerate(families) if family == "section"]
    if not sections or not any(family == "article" for family, _ in families):
        return False
    direct = sum(
        at + 1 < len(families)
        and families[at + 1][0] == "article"
        and families[at + 1][1] - families[at][1] <= _ADJACENT
        for at in sections
    )
    return direct * 2 < len(sections)


def _font_rank(
    size: float, sizes: Sequence[tuple[float, float]], top: float, several_parts: bool
) -> float:
    """Return the rank of a heading that its type alone gives away."""
    if not sizes:
        # Nothing is numbered: a larger type is a higher heading.
        return 100.0 - size
    if size > sizes[-1][0] + 0.5:
        return top - 1 if several_parts else top
    alike = [rank for known, rank in sizes if abs(known - size) <= 0.5]
    larger = [rank for known, rank in sizes if known > size + 0.5]
    return min(alike) if alike else max(larger) + 0.5


def _token(entry: Entry, parent: Numbered | None) -> str:
    """Return the last step of a key: the number where there is one, else the title."""
    found = entry.found
    if found is None:
        title = normalised(entry.title).replace("/", "-").replace(" ", "-")
        return title[:_TITLE_KEY] or "untitled"
    parts = found.number
    within = (
        parent is not None and parent.family == found.family and len(parent.number) < len(parts)
    )
    if within and parent is not None and parts[: len(parent.number)] == parent.number:
        parts = parts[len(parent.number) :]
    lettered = found.family == "decimal" and parts[0] > LETTER
    first = chr(parts[0] - LETTER + 64) if lettered else str(parts[0])
    number = ".".join((first, *map(str, parts[1:])))
    return f"{FAMILIES[found.family].letter}{number}" + (f"-{found.suffix}" if found.suffix else "")


def _joined(parent: str, token: str) -> str:
    return f"{parent}/{token}" if parent else token


def _unique(key: str, used: Counter[str]) -> str:
    """Return ``key``, or ``key~2`` and so on where it is taken."""
    used[key] += 1
    candidate = key
    while used[key] > 1 and used[candidate]:
        candidate = f"{key}~{used[key]}"
        used[key] += bool(used[candidate])
    used[candidate] = max(used[candidate], 1)
    return candidate
