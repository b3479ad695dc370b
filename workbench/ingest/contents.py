"""Tables of contents: with leaders, with bare page numbers, or as plain lists of headings."""

import re
import unicodedata
from collections.abc import Sequence

from workbench.ingest.lines import Line
from workbench.ingest.numbering import LONGEST, numbered

_LEADER = re.compile(r"(?:[.·…⋯・_][ \t]?){4,}[ \t]*[-\divxlcA-Z]{0,8}[ \t]*$")
_LEADER_TAIL = 60
_PAGE_TAIL = re.compile(r"^(.{1,120}?)[\s　]+([ivxlc]{1,7}|\d{1,4})$")
_TITLE = re.compile(
    r"^(?:(?:插图|表格|图|表|图表|附图|附表)?\s*目\s*[录次錄]|table\s+of\s+contents|contents|"
    r"list\s+of\s+(?:tables|figures))$",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"[\s.·…:：、,，;；\-–—_\"“”'’()（）\[\]#*]+")
_SHORTEST_RUN = 4
_GAP = 2
_LONGEST_ENTRY = 120


def compact(text: str) -> str:
    """Return ``text`` for comparing titles: NFKC, lower case, without spaces and punctuation."""
    return _LOOSE.sub("", unicodedata.normalize("NFKC", text).lower())


def is_contents_title(text: str) -> bool:
    """Return whether a line says that a table of contents begins."""
    return len(text) <= LONGEST and _TITLE.match(text.strip()) is not None


def contents_lines(lines: Sequence[Line]) -> set[int]:
    """Return the indices of lines that belong to a table of contents, its title included.

    Without leaders, entries are a dense run of lines whose titles all stand again further down.
    """
    entries = _with_leaders(lines)
    entries |= _repeated(lines, entries)
    titles = {index for index in range(len(lines)) if is_contents_title(lines[index].text)}
    return entries | {title for title in titles if {title + 1, title + 2} & entries}


def _with_leaders(lines: Sequence[Line]) -> set[int]:
    found = [at for at, line in enumerate(lines) if _LEADER.search(line.text[-_LEADER_TAIL:])]
    if len(found) < 3:
        return set()
    # A long title wraps: what stands between two entries close together is part of the contents.
    between = {
        at
        for before, after in zip(found, found[1:], strict=False)
        if after - before <= _GAP
        for at in range(before + 1, after)
    }
    return {*found, *between}


def _repeated(lines: Sequence[Line], known: set[int]) -> set[int]:
    last: dict[str, int] = {}
    for at, line in enumerate(lines):
        if at not in known and len(line.text) <= LONGEST:
            last[compact(line.text)] = at
    again = [_stands_again(line, at, last) for at, line in enumerate(lines)]
    found: set[int] = set()
    run: list[int] = []
    for at, line in enumerate(lines):
        # Where the first entry stands again the body has begun.
        begun = run and compact(line.text) in _titles(lines[run[0]].text)
        if begun or (run and at - run[-1] > _GAP):
            found |= _accepted(lines, run, last)
            run = []
        if again[at] and not begun and _looks_like_entry(lines, at, run):
            run.append(at)
    return found | _accepted(lines, run, last)


def _stands_again(line: Line, at: int, last: dict[str, int]) -> bool:
    return len(line.text) <= LONGEST and max(last.get(key, -1) for key in _titles(line.text)) > at


def _titles(text: str) -> tuple[str, ...]:
    """Return what an entry may be called further down: as it stands, or without a page number."""
    match = _PAGE_TAIL.match(text.strip())
    return (compact(text), compact(match[1])) if match else (compact(text),)


def _looks_like_entry(lines: Sequence[Line], at: int, run: list[int]) -> bool:
    text = lines[at].text.strip()
    if lines[at].quoted or len(compact(text)) < 2 or len(text) > _LONGEST_ENTRY:
        return False
    if numbered(text) or _PAGE_TAIL.match(text):
        return True
    return _titled(lines, run[0] if run else at)


def _titled(lines: Sequence[Line], at: int) -> bool:
    """Return whether a line above says that a table of contents begins."""
    return any(is_contents_title(line.text) for line in lines[max(0, at - 2) : at])


def _accepted(lines: Sequence[Line], run: list[int], last: dict[str, int]) -> set[int]:
    if not run:
        return set()
    if len(run) < (2 if _titled(lines, run[0]) else _SHORTEST_RUN):
        return set()
    beyond = [
        at for at in run if max(last.get(key, -1) for key in _titles(lines[at].text)) > run[-1]
    ]
    return set(range(run[0], run[-1] + 1)) if len(beyond) >= 0.8 * len(run) else set()
