"""The numbers that Word counts by itself and no paragraph holds: 第一章, 1.1, (a)."""

import re
from dataclasses import dataclass, field

from workbench.ingest.counting import written
from workbench.ingest.docx_xml import Element, child, is_on, number, value, w

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_BULLET = "•"


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and written; ``restart`` 0 never begins anew."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = " "
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A list's definition, its levels and where the count stands; lists may share one count."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts as Word does, paragraph by paragraph."""

    def __init__(self, root: Element | None, styles: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root, styles)

    def level_of_style(self, list_id: str, style: str) -> int:
        """Return the level of a list that a style is tied to, 0 where it is to none."""
        found = self._lists.get(list_id)
        levels = found.levels if found else {}
        return next((at for at, level in levels.items() if level.style == style), 0)

    def next(self, list_id: str, at: int) -> str:
        """Return the number of the next paragraph with its separator; empty for no such list."""
        found = self._lists.get(list_id)
        if found is None or at not in found.levels:
            return ""
        level = found.levels[at]
        counts = self._counts.setdefault(found.definition, {})
        self._count(list_id, found, at, counts)
        if level.form == "bullet":
            return f"{_BULLET} "
        label = _PLACE.sub(lambda match: self._place(match, found, level, counts), level.text)
        return f"{label}{level.suffix}" if label.strip() else ""

    def _count(self, list_id: str, found: _List, at: int, counts: dict[int, int]) -> None:
        fresh = (list_id, at) not in self._begun and at in found.starts
        self._begun.add((list_id, at))
        if fresh:
            counts[at] = found.starts[at]
        elif at in counts:
            counts[at] += 1
        else:
            counts[at] = found.levels[at].start
        for above in range(at):
            counts.setdefault(above, found.levels[above].start if above in found.levels else 1)
        for below in [deeper for deeper in counts if deeper > at]:
            restart = found.levels[below].restart if below in found.levels else None
            if restart is None or at < restart:
                del counts[below]

    def _place(
        self, match: re.Match[str], found: _List, level: Level, counts: dict[int, int]
    ) -> str:
        at = int(match[1]) - 1
        form = "decimal" if level.legal else found.levels.get(at, level).form
        return written(counts.get(at, 1), form)

    def _read(self, root: Element, styles: Element | None) -> None:
        definitions: dict[str, Element] = {}
        for element in root.findall(w("abstractNum")):
            definitions[element.get(w("abstractNumId"), "")] = element
        uses = {use.get(w("numId"), ""): use for use in root.findall(w("num"))}
        for list_id, use in uses.items():
            definition = _followed(value(use, "abstractNumId"), definitions, uses, styles)
            if definition not in definitions:
                continue
            levels = _levels(definitions[definition])
            starts: dict[int, int] = {}
            for override in use.findall(w("lvlOverride")):
                at = _at(override)
                changed = child(override, "lvl")
                if changed is not None:
                    levels[at] = _level(changed)
                start = number(override, "startOverride")
                if start is not None:
                    starts[at] = start
            self._lists[list_id] = _List(definition, levels, starts)


def _followed(
    definition: str | None,
    definitions: dict[str, Element],
    uses: dict[str, Element],
    styles: Element | None,
) -> str:
    """Return the definition that holds the levels; a list style names it by way of its list."""
    linked = value(definitions.get(definition or ""), "numStyleLink")
    if linked is None or styles is None:
        return definition or ""
    for style in styles.findall(w("style")):
        if style.get(w("styleId")) == linked:
            use = uses.get(value(style, "pPr", "numPr", "numId") or "")
            return value(use, "abstractNumId") or ""
    return definition or ""


def _levels(definition: Element) -> dict[int, Level]:
    return {_at(element): _level(element) for element in definition.findall(w("lvl"))}


def _at(element: Element) -> int:
    at = element.get(w("ilvl"), "0")
    return int(at) if at.isdecimal() and len(at) < 3 else 0


def _level(element: Element) -> Level:
    form = value(element, "numFmt")
    suffix = value(element, "suff")
    start = number(element, "start")
    return Level(
        start=start if start is not None else 0,
        form=form or "decimal",
        text=value(element, "lvlText") or "",
        suffix="" if suffix == "nothing" else " ",
        restart=number(element, "lvlRestart"),
        legal=is_on(element, "isLgl"),
        style=value(element, "pStyle"),
    )
