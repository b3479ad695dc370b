"""Names, attributes and running text of WordprocessingML."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

Element = Any
"""An lxml element; lxml carries no types."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_OFF = frozenset(("0", "false", "off", "none"))


def w(name: str) -> str:
    """Return a name in the namespace of WordprocessingML."""
    return _W + name


def child(element: Element | None, *names: str) -> Element | None:
    """Return the descendant that ``names`` lead to, each the first child; None where one lacks."""
    for name in names:
        element = element.find(w(name)) if element is not None else None
    return element


def value(element: Element | None, *names: str) -> str | None:
    """Return the attribute ``val`` of the descendant that ``names`` lead to."""
    found = child(element, *names)
    return found.get(w("val")) if found is not None else None


def number(element: Element | None, *names: str) -> int | None:
    """Return ``value`` as a whole number; None where it is none."""
    found = value(element, *names)
    digits = found is not None and found.lstrip("-").isdecimal()
    return int(found) if found is not None and digits and len(found) < 10 else None


def is_on(element: Element | None, name: str) -> bool:
    """Return whether a switch stands in ``element`` and is not turned off."""
    found = child(element, name)
    return found is not None and (found.get(w("val")) or "1").lower() not in _OFF


_TEXT = {w("t"), _MATH + "t"}
_SIGNS = {
    w("tab"): "\t",
    w("br"): "\n",
    w("cr"): "\n",
    w("noBreakHyphen"): "-",
}
_LEFT_OUT = {
    w("del"),
    w("moveFrom"),
    w("pPr"),
    w("rPr"),
    w("rt"),
    w("txbxContent"),
    _MC + "Fallback",
}
_NOT_OF = {w("txbxContent"), _MC + "Fallback"}


def text_of(paragraph: Element) -> str:
    """Return a paragraph's text as it shows: insertions in, deletions and text boxes out."""
    return "".join(_pieces(paragraph))


def boxes_of(paragraph: Element) -> Iterator[Element]:
    """Return the text boxes that hang on a paragraph itself, without copies for old programs."""
    for box in paragraph.iter(w("txbxContent")):
        above = takewhile(lambda element: element is not paragraph, box.iterancestors())
        if _NOT_OF.isdisjoint(element.tag for element in above):
            yield box


def _pieces(element: Element) -> Iterator[str]:
    stack = [iter(element)]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
        elif inner.tag in _TEXT:
            yield inner.text or ""
        elif inner.tag in _SIGNS:
            yield _SIGNS[inner.tag]
        elif inner.tag not in _LEFT_OUT:
            stack.append(iter(inner))
