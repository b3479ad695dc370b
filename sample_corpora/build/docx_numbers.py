"""Adds Word's automatic numbering to a document: patterns for headings and clauses, and lists."""

import re

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

_CHINESE = re.compile(r"第%\d[章条节篇款]|^[（(]?%\d[）)、]")
_BULLETS = ("•", "–", "•")
_STEP = 420  # twentieths of a point


class Numbering:
    """The numbering part of one document; definitions are added as they are used."""

    def __init__(self, document: Document) -> None:
        self._root = document.part.numbering_part.element
        for old in list(self._root):
            self._root.remove(old)
        self._definitions = 0
        self._lists = 0

    def patterns(self, patterns: tuple[str, ...], styles: tuple[str | None, ...]) -> int:
        """Return the number of a list whose levels are written by ``patterns``.

        A level that belongs to a paragraph style is tied to it.
        """
        forms = ["chineseCounting" if _CHINESE.search(p) else "decimal" for p in patterns]
        levels = [
            self._level(at, form, pattern, style=style, legal="chineseCounting" in forms[:at])
            for at, (form, pattern, style) in enumerate(zip(forms, patterns, styles, strict=True))
        ]
        return self._list(self._definition(levels))

    def bullets(self) -> int:
        """Return the number of a list of bullets, three levels deep."""
        levels = [
            self._level(at, "bullet", sign, left=_STEP * (at + 1))
            for at, sign in enumerate(_BULLETS)
        ]
        return self._list(self._definition(levels))

    def ordered(self, suffix: str, start: int) -> int:
        """Return the number of a new ordered list that counts from ``start``."""
        levels = [
            self._level(at, "decimal", f"%{at + 1}{suffix}", left=_STEP * (at + 1), start=start)
            for at in range(len(_BULLETS))
        ]
        return self._list(self._definition(levels))

    def _definition(self, levels: list[BaseOxmlElement]) -> int:
        definition = _element("w:abstractNum", {"w:abstractNumId": str(self._definitions)})
        definition.append(_element("w:multiLevelType", {"w:val": "multilevel"}))
        for level in levels:
            definition.append(level)
        # Word wants every definition before every list.
        lists = self._root.findall(qn("w:num"))
        self._root.insert(len(self._root) - len(lists), definition)
        self._definitions += 1
        return self._definitions - 1

    def _list(self, definition: int) -> int:
        self._lists += 1
        element = _element("w:num", {"w:numId": str(self._lists)})
        element.append(_element("w:abstractNumId", {"w:val": str(definition)}))
        self._root.append(element)
        return self._lists

    def _level(
        self,
        at: int,
        form: str,
        text: str,
        *,
        style: str | None = None,
        legal: bool = False,
        left: int = 0,
        start: int = 1,
    ) -> BaseOxmlElement:
        level = _element("w:lvl", {"w:ilvl": str(at)})
        level.append(_element("w:start", {"w:val": str(start)}))
        level.append(_element("w:numFmt", {"w:val": form}))
        if style:
            level.append(_element("w:pStyle", {"w:val": style}))
        if legal:
            level.append(_element("w:isLgl", {}))
        level.append(_element("w:suff", {"w:val": "tab" if left else "space"}))
        level.append(_element("w:lvlText", {"w:val": text}))
        level.append(_element("w:lvlJc", {"w:val": "left"}))
        properties = _element("w:pPr", {})
        indent = {"w:left": str(left), "w:hanging": str(_STEP if left else 0)}
        properties.append(_element("w:ind", indent))
        level.append(properties)
        return level


def number(paragraph: Paragraph, list_number: int, level: int) -> None:
    """Put a paragraph into a list."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = list_number


def _element(name: str, attributes: dict[str, str]) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    return element
