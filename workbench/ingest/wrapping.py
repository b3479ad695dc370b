"""Joins: line breaks that only the page's width made, and spaces that justified type made."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from workbench.domain.documents import FileKind, Join
from workbench.ingest.lines import HAN, Line, joint, typical_width, width
from workbench.ingest.numbering import LONGEST, numbered

_ENDS = tuple("。！？；：.!?:;…”」』）】")
_ITEM = re.compile(
    r"^\s*(?:[•●▪■◆◦○–—*+-]\s|[(（]?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5}|[一二三四五六七八九十]{1,3})[)）.、]\s?\S)"
)
_MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s|>|\||```|~~~|[-*_]{3,}\s*$|\[[^\]]+\]:|<)")
_WRAPPED = ("pdf", "markdown")
"""Kinds in which a line may end inside a sentence; elsewhere a line is a paragraph."""

_FULL = 0.6
_LOOSE = 1.3
_RAGGED = 4
_HARD_WRAPPED_SHARE = 0.4
_WIDEST_WRAPPED = 130
_HYPHENED = re.compile(r"([A-Za-z]{2,})-$")
_LONGEST_WORD = 100
_FIRST_WORD = re.compile(r"[a-z]{2,}")
_WORDS = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_GAP = re.compile(
    rf"(?<=[{HAN}，。；：、？！（）《》“”])[ \t\u3000\xa0]+(?=[{HAN}，。；：、？！（）《》“”])"
)
_PROSE = re.compile(r"[，。；]")


@dataclass(frozen=True, slots=True)
class Layout:
    """What wrapping has to know of the headings: which lines they fill, where labels end.

    ``titles`` are lines that hold a title and nothing else; ``inside`` are title lines that go on
    in the next line; ``starts`` are the first lines of headings.
    """

    starts: frozenset[int]
    titles: frozenset[int]
    inside: frozenset[int]
    label_ends: frozenset[int]


def joins_of(lines: Sequence[Line], layout: Layout, kind: FileKind) -> list[Join]:
    """Return the joins of a document in ascending order; ``lines`` are those that are kept."""
    full = _FULL * typical_width(lines)
    leading = _leading(lines)
    wrapped = kind in _WRAPPED or (kind == "text" and _is_hard_wrapped(lines))
    words = _vocabulary(lines) if wrapped else frozenset()
    joins: list[Join] = []
    for at, line in enumerate(lines):
        if kind == "pdf" and not line.quoted:
            joins += _gaps(line, layout, full)
        following = lines[at + 1] if at + 1 < len(lines) else None
        if following is None or not wrapped:
            continue
        if at in layout.inside or _goes_on(lines, at, layout, kind, full, leading):
            joins += _joined(line, following, words)
    return joins


def _goes_on(
    lines: Sequence[Line],
    at: int,
    layout: Layout,
    kind: FileKind,
    full: float,
    leading: Mapping[int | None, float],
) -> bool:
    """Return whether the sentence in line ``at`` goes on in the next line."""
    line, following = lines[at], lines[at + 1]
    if at in layout.titles or at + 1 in layout.starts or line.quoted or following.quoted:
        return False
    text, after = line.text.rstrip(), following.text.strip()
    if not text or not after or following.after_blank or text.endswith(_ENDS):
        return False
    if _ITEM.match(after) or _starts_number(after):
        return False
    if kind == "markdown":
        soft = not line.text.endswith(("  ", "\\"))
        return soft and not (_MARKDOWN.match(following.text) or _MARKDOWN.match(line.text))
    if kind == "text":
        return width(text) >= full and not following.text.startswith(("  ", "\t", "\u3000"))
    if line.cells or following.cells:
        return _fills_cell(line, following)
    near = leading.get(line.page, 0.0)
    return _same_column(line, following, full, near) or _is_vertical(lines, at)


def _starts_number(text: str) -> bool:
    found = numbered(text) if len(text) <= LONGEST else None
    return found is not None and found.weight >= 1


def _same_column(line: Line, following: Line, full: float, leading: float) -> bool:
    if abs(line.size - following.size) > 0.6 or width(line.text) < full:
        return False
    if line.page != following.page:
        return True
    # A paragraph's first line is indented, but for items, which hang; and it stands lower than
    # the next line would.
    indented = following.x > line.x + 8 and line.x > 0 and not _ITEM.match(line.text)
    return not indented and line.y - following.y <= max(2.4 * line.size, _LOOSE * leading)


def _fills_cell(line: Line, following: Line) -> bool:
    """Return whether ``following`` goes on in a cell that ``line`` fills; a row never does."""
    if not line.cells or len(following.cells) != 1 or line.page != following.page:
        return False
    above = _cell_above(line, following)
    near = 0 < line.y - following.y <= 2.4 * line.size
    if above.rstrip(")\"'").endswith(_ENDS):
        return False
    return near and width(above) + _RAGGED >= width(following.text.strip())


def _cell_above(line: Line, following: Line) -> str:
    """Return the text of the cell of ``line`` that begins nearest to ``following``."""
    at = min(range(len(line.cells)), key=lambda i: abs(line.cells[i][0] - following.x), default=0)
    starts = [place for _, place in line.cells] or [0]
    return line.text[starts[at] : starts[at + 1] if at + 1 < len(starts) else None].strip()


def _leading(lines: Sequence[Line]) -> dict[int | None, float]:
    """Return the usual distance between a page's lines, in points."""
    gaps: dict[int | None, list[float]] = defaultdict(list)
    for line, following in zip(lines, lines[1:], strict=False):
        if line.page == following.page and line.y > following.y:
            gaps[line.page].append(line.y - following.y)
    return {page: median(found) for page, found in gaps.items()}


def _is_vertical(lines: Sequence[Line], at: int) -> bool:
    """Return whether Han characters stand one to a line, as in the boxes of a flow chart."""
    first = max(0, at - 4)
    run = 0
    for line in lines[first : at + 6]:
        run = run + 1 if _is_single_han(line.text) else 0
        if run >= 5:
            return _is_single_han(lines[at].text) and _is_single_han(lines[at + 1].text)
    return False


def _is_single_han(text: str) -> bool:
    return len(text) <= 2 and bool(re.match(f"[{HAN}]", text))


def _joined(line: Line, following: Line, words: frozenset[str]) -> Iterator[Join]:
    if line.cells and not line.text.endswith(_cell_above(line, following)):
        # What goes on in another than the last cell does not follow the words before it.
        yield Join(line.end, " ")
        return
    hyphened = _hyphened(line.text)
    rest = _FIRST_WORD.match(following.text)
    if hyphened and rest:
        if _was_broken(hyphened[1], rest[0], words):
            yield Join(line.end - 1, "")
        yield Join(line.end, "")
        return
    yield Join(line.end, joint(line.text, following.text.lstrip()))


def _hyphened(text: str) -> re.Match[str] | None:
    # Only the end is searched: in a line of megabytes the pattern would take quadratic time.
    return _HYPHENED.search(text[-_LONGEST_WORD:])


def _was_broken(first: str, rest: str, words: frozenset[str]) -> bool:
    """Return whether the hyphen belongs to the line's end, as the document's other words tell."""
    whole, hyphened = (first + rest).lower(), f"{first}-{rest}".lower()
    return whole in words or hyphened not in words


def _vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    hyphened = any(_hyphened(line.text) for line in lines)
    if not hyphened:
        return frozenset()
    return frozenset(word.lower() for line in lines for word in _WORDS.findall(line.text))


def _gaps(line: Line, layout: Layout, full: float) -> Iterator[Join]:
    """Join spaces between Han characters in sentences; a table's columns keep theirs."""
    prose = bool(_PROSE.search(line.text)) or width(line.text) >= full
    borders = {place for _, place in line.cells}
    for match in _GAP.finditer(line.text):
        start, end = match.span()
        if line.start + start in layout.label_ends or end in borders:
            continue
        if prose or _between_singles(line.text, start, end):
            for offset in range(start, end):
                yield Join(line.start + offset, "")


def _between_singles(text: str, start: int, end: int) -> bool:
    before, after = text[:start].split(), text[end:].split()
    return len(before[-1:] and before[-1]) == 1 and len(after[:1] and after[0]) == 1


def _is_hard_wrapped(lines: Sequence[Line]) -> bool:
    """Return whether a text file breaks its lines at a fixed width."""
    widths = [width(line.text) for line in lines if line.text.strip()]
    full = typical_width(lines)
    if full > _WIDEST_WRAPPED or full < 30:
        return False
    return sum(w >= 0.85 * full for w in widths) >= _HARD_WRAPPED_SHARE * len(widths)
