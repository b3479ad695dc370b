"""Names of measures: what can be asked for, and the exact name under which it is reported."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from workbench.domain.errors import InvalidInput

Kind: TypeAlias = Literal["nDCG", "RR", "P", "R", "AP", "Success", "Judged"]

KINDS: tuple[Kind, ...] = get_args(Kind)
WITHOUT_LEVEL: tuple[Kind, ...] = ("nDCG", "Judged")
"""Kinds that need no border between relevant and not: all grades count, or none does."""
CUTOFF_LIMIT = 1_000

_NAME = re.compile(r"(?P<kind>[A-Za-z]+)(?:\(rel=(?P<level>\d{1,3})\))?@(?P<cutoff>\d{1,6})")
_SPELT = {kind.lower(): kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure cut at ``cutoff`` ranks; labels from ``level`` up count as relevant.

    nDCG is trec_eval's: the gain is the label, the discount 1/log2(rank + 1), the ideal is cut at
    the same rank. ``level`` is 1 and means nothing where all grades count.
    """

    kind: Kind
    cutoff: int
    level: int = 1

    @property
    def name(self) -> str:
        """Return the name that ir-measures has for it; a level of 1 is its default and left out."""
        border = f"(rel={self.level})" if self.level != 1 else ""
        return f"{self.kind}{border}@{self.cutoff}"


def parse_measures(text: str, level: int) -> tuple[Measure, ...]:
    """Return the measures that ``text`` names, each once, separated by spaces or commas.

    ``level`` is that of the label set; a name that gives its own, as in ``RR(rel=2)@10``, keeps it.

    Raises:
        InvalidInput: ``measures_missing`` where none is named, ``measure_unknown`` for another
            name or none with a cut-off, ``number_out_of_range`` for a cut-off or a level.
    """
    names = text.replace(",", " ").split()
    if not names:
        raise InvalidInput("measures_missing")
    return tuple(dict.fromkeys(_parsed(name, level) for name in names))


def _parsed(name: str, level: int) -> Measure:
    found = _NAME.fullmatch(name)
    kind = _SPELT.get(found["kind"].lower()) if found else None
    if found is None or kind is None or (kind in WITHOUT_LEVEL and found["level"]):
        known = ", ".join(f"{one}@k" for one in KINDS)
        raise InvalidInput("measure_unknown", name=name, known=known)
    cutoff, border = int(found["cutoff"]), int(found["level"] or level)
    for number in (cutoff, border):
        if not 1 <= number <= CUTOFF_LIMIT:
            raise InvalidInput("number_out_of_range", name=name, value=number, limit=CUTOFF_LIMIT)
    return Measure(kind, cutoff, 1 if kind in WITHOUT_LEVEL else border)


def deepest(measures: Sequence[Measure]) -> int:
    """Return the deepest cut-off among ``measures``; 0 for none."""
    return max((measure.cutoff for measure in measures), default=0)
