"""Where a chunk lies: the titles above it, its breadcrumb line and its pages."""

from bisect import bisect_right
from collections.abc import Sequence

from workbench.domain.documents import PageSpan, Section, Span
from workbench.ingest.tokens import Counter

SEPARATOR = " › "
LONGEST = 64
"""Most tokens of a breadcrumb; what is too long loses its middle levels first."""

_ELLIPSIS = "…"


class Breadcrumbs:
    """Titles and breadcrumb of every section, each made once."""

    def __init__(self, sections: Sequence[Section], count: Counter) -> None:
        self._sections = {section.key: section for section in sections}
        self._count = count
        self._paths: dict[str, tuple[str, ...]] = {}
        self._prefixes: dict[str, str] = {}

    def path(self, key: str) -> tuple[str, ...]:
        """Return the titles from the document's name down to the section ``key``."""
        if key not in self._paths:
            section = self._sections[key]
            above = self.path(section.parent) if section.parent is not None else ()
            self._paths[key] = (*above, section.title)
        return self._paths[key]

    def prefix(self, key: str) -> str:
        """Return the breadcrumb line: the document's name and as many last levels as fit."""
        if key not in self._prefixes:
            self._prefixes[key] = self._shortened(self.path(key))
        return self._prefixes[key]

    def _shortened(self, path: tuple[str, ...]) -> str:
        name, levels = path[0], list(path[1:])
        while len(levels) > 1 and self._count(SEPARATOR.join((name, *levels))) > LONGEST:
            levels.pop(0)
        line = SEPARATOR.join((name, *levels))
        if self._count(line) <= LONGEST:
            return line
        # Even the name and one title are too long: each keeps its beginning.
        share = LONGEST // (len(levels) + 1) - 2
        return SEPARATOR.join(self._cut(title, share) for title in (name, *levels))

    def _cut(self, title: str, tokens: int) -> str:
        if self._count(title) <= tokens:
            return title
        low, high = 0, len(title)
        while low < high:
            middle = (low + high + 1) // 2
            if self._count(title[:middle] + _ELLIPSIS) <= tokens:
                low = middle
            else:
                high = middle - 1
        return title[:low].rstrip() + _ELLIPSIS


class PageMap:
    """Finds the page of an offset; without pages, none."""

    def __init__(self, pages: Sequence[PageSpan]) -> None:
        self._pages = pages
        self._starts = [page.start for page in pages]

    def of(self, spans: Sequence[Span]) -> tuple[int | None, int | None]:
        """Return the pages of the first and of the last character, from 1."""
        if not self._pages or not spans:
            return None, None
        return self._at(spans[0].start), self._at(spans[-1].end - 1)

    def printed(self, page: int | None) -> str | None:
        """Return the label printed on ``page``, None where the file has none."""
        return self._pages[page - 1].printed if page is not None else None

    def _at(self, offset: int) -> int:
        return self._pages[max(0, bisect_right(self._starts, offset) - 1)].page
