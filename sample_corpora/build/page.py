"""What stands on a page: text, lines and boxes at points from the lower left corner."""

from dataclasses import dataclass, field
from typing import TypeAlias

from sample_corpora.build.typeset import SetLine

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 71.0, 71.0
TOP, BOTTOM = 76.0, 72.0
MEASURE = WIDTH - LEFT - RIGHT

INK = (0.10, 0.11, 0.13)
GREY = (0.45, 0.47, 0.50)
RULE = (0.72, 0.74, 0.77)
SHADE = (0.945, 0.95, 0.96)
Colour: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text with its baseline's beginning."""

    x: float
    y: float
    size: float
    line: SetLine
    colour: Colour = INK


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thin straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: Colour = RULE
    weight: float = 0.5


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, drawn before all text."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour = SHADE


Mark: TypeAlias = Words | Stroke | Box


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading's place, for the outline and the contents; ``page`` counts the body from 0."""

    level: int
    title: str
    page: int
    y: float


@dataclass(slots=True)
class Page:
    """The marks of one page, in reading order."""

    marks: list[Mark] = field(default_factory=list)
