"""What the styles of a Word file say of a paragraph: heading or not, and in which list."""

import re
from dataclasses import dataclass

from workbench.ingest.docx_xml import Element, child, number, value, w

_HEADING = re.compile(r"^(?:heading|标题|標題|überschrift|titre)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|标题|標題)$", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc|目录|目錄)\s*\d", re.IGNORECASE)
_BODY_LEVEL = 9
_DEEPEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it inherits; ``level`` from 1, 0 for a title, None for text."""

    level: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    list_style: str = ""
    contents: bool = False


class Stylesheet:
    """The paragraph styles of a file by their identifiers."""

    def __init__(self, root: Element | None) -> None:
        found = root.findall(w("style")) if root is not None else []
        self._elements = {element.get(w("styleId"), ""): element for element in found}
        self._made: dict[str, Style] = {}
        self._usual = next((key for key, e in self._elements.items() if _is_usual(e)), "")

    def of(self, paragraph: Element) -> Style:
        """Return the style of a paragraph; the default one where it names none."""
        key = value(paragraph, "pPr", "pStyle") or self._usual
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def _make(self, key: str) -> Style:
        chain = self._chain(key)
        names = [value(element, "name") or "" for _, element in chain]
        numbered = next(
            ((k, e) for k, e in chain if value(e, "pPr", "numPr", "numId") is not None), None
        )
        return Style(
            level=_level(chain, names),
            list_id=value(numbered[1], "pPr", "numPr", "numId") if numbered else None,
            list_level=_first_number(chain, "numPr", "ilvl"),
            list_style=numbered[0] if numbered else "",
            contents=any(_CONTENTS.match(name) for name in names),
        )

    def _chain(self, key: str) -> list[tuple[str, Element]]:
        """Return a style and those that it is based on, nearest first; loops end."""
        chain: list[tuple[str, Element]] = []
        while key in self._elements and len(chain) < _DEEPEST_CHAIN:
            element = self._elements[key]
            chain.append((key, element))
            key = value(element, "basedOn") or ""
        return chain


def outline_level(paragraph: Element, style: Style) -> int | None:
    """Return the level of a heading from 1, 0 for a title, None for text.

    The paragraph's own outline level stands above its style's.
    """
    own = number(paragraph, "pPr", "outlineLvl")
    if own is not None:
        return own + 1 if 0 <= own < _BODY_LEVEL else None
    return None if style.contents else style.level


def list_of(paragraph: Element, style: Style) -> tuple[str, int | None, str] | None:
    """Return list, level and the style that names the list; None for a paragraph in no list."""
    own = child(paragraph, "pPr", "numPr")
    named = value(own, "numId")
    list_id = named if named is not None else style.list_id
    if list_id is None or list_id == "0":
        return None
    level = number(own, "ilvl")
    return list_id, level if level is not None else style.list_level, style.list_style


def _is_usual(element: Element) -> bool:
    default = element.get(w("default")) in ("1", "true", "on")
    return default and element.get(w("type")) == "paragraph"


def _level(chain: list[tuple[str, Element]], names: list[str]) -> int | None:
    for (_, element), name in zip(chain, names, strict=True):
        level = number(element, "pPr", "outlineLvl")
        if level is not None:
            return level + 1 if 0 <= level < _BODY_LEVEL else None
        heading = _HEADING.match(name)
        if heading:
            return int(heading[1])
        if _TITLE.match(name):
            return 0
    return None


def _first_number(chain: list[tuple[str, Element]], *names: str) -> int | None:
    found = (number(element, "pPr", *names) for _, element in chain)
    return next((level for level in found if level is not None), None)
