"""How headings are numbered in Chinese and English, as one table of families."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LETTER = 1000
"""What a letter adds to a decimal's first part, so that A.1 and 1.1 are two numbers."""


@dataclass(frozen=True, slots=True)
class Family:
    """A way of numbering: its place in a hierarchy (smaller is higher) and its letter in keys.

    A strong family needs no help from the type: nobody begins a line with 第三章 by chance often.
    """

    name: str
    rank: int
    letter: str
    strong: bool


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        family.name: family
        for family in (
            Family("bian", 10, "b", True),
            Family("part", 10, "p", True),
            Family("appendix", 12, "x", True),
            Family("fenbian", 20, "f", True),
            Family("zhang", 30, "z", True),
            Family("chapter", 30, "c", True),
            Family("jie", 40, "j", True),
            Family("section", 40, "s", True),
            Family("han", 45, "h", False),
            Family("han_paren", 48, "k", False),
            Family("roman", 44, "r", False),
            Family("decimal", 50, "n", False),
            Family("item", 58, "i", False),
            Family("tiao", 60, "t", True),
            Family("article", 60, "a", True),
            Family("clause", 62, "l", True),
            Family("paragraph", 62, "g", True),
        )
    }
)
