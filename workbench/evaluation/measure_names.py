"""Names of measures: what can be asked for, and the exact name under which it is reported."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from workbench.domain.errors import InvalidInput

Kind: TypeAlias = Literal["nDCG", "RR", "P", "R", "AP", "Success", "Judged", "Bpref"]

KINDS: tuple[Kind, ...] = get_args(Kind)
WITHOUT_LEVEL: tuple[Kind, ...] = ("nDCG", "Judged")
"""Kinds that need no border between relevant and not: all grades count, or none does."""
UNCUT: tuple[Kind, ...] = ("Bpref",)
"""Kinds over the whole order; their cut-off is 0."""
ABOUT_GRADED: tuple[Kind, ...] = ("Judged", "Bpref")
"""Kinds that say what is graded, or look at nothing else: condensing changes nothing of use."""
CUTOFF_LIMIT = 1_000

_NAME = re.compile(
    r"(?P<kind>[A-Za-z]+)(?P<prime>['’]?)(?:\(rel=(?P<level>\d{1,3})\))?(?:@(?P<cutoff>\d{1,6}))?"
)
_SPELT = {kind.lower(): kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure cut at ``cutoff`` ranks; labels from ``level`` up count as relevant.

    nDCG is trec_eval's: the gain is the label, the discount 1/log2(rank + 1), the ideal is cut at
    the same rank. ``level`` is 1 and means nothing where all grades count.

    A ``condensed`` measure passes over documents without a grade before it cuts, and bears the
    prime that Sakai gave it: nDCG'@10 beside nDCG@10 differs by one mark as the two differ by one
    step, and no reader takes one for the other's abbreviation. Bpref has no cut-off (0): it counts,
    before each relevant document, those graded not relevant.

    Source: T. Sakai, "Alternatives to Bpref", SIGIR 2007; C. Buckley and E. Voorhees, "Retrieval
    evaluation with incomplete information", SIGIR 2004.
    """

    kind: Kind
    cutoff: int
    level: int = 1
    condensed: bool = False

    @property
    def name(self) -> str:
        """Return ir-measures' name, with a prime if condensed; a level of 1 is left out."""
        prime = "'" if self.condensed else ""
        border = f"(rel={self.level})" if self.level != 1 else ""
        return f"{self.kind}{prime}{border}" + (f"@{self.cutoff}" if self.cutoff else "")


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
    if found is None or kind is None or not _fits(found, kind):
        known = ", ".join(one if one in UNCUT else f"{one}@k" for one in KINDS)
        raise InvalidInput("measure_unknown", name=name, known=known)
    cutoff, border = int(found["cutoff"] or 0), int(found["level"] or level)
    for number in (border,) if kind in UNCUT else (cutoff, border):
        if not 1 <= number <= CUTOFF_LIMIT:
            raise InvalidInput("number_out_of_range", name=name, value=number, limit=CUTOFF_LIMIT)
    return Measure(kind, cutoff, 1 if kind in WITHOUT_LEVEL else border, bool(found["prime"]))


def _fits(found: re.Match[str], kind: Kind) -> bool:
    """Return whether cut-off, level and prime stand where this kind has them and nowhere else."""
    level_fits = not (found["level"] and kind in WITHOUT_LEVEL)
    prime_fits = not (found["prime"] and kind in ABOUT_GRADED)
    return level_fits and prime_fits and (found["cutoff"] is None) == (kind in UNCUT)


def deepest(measures: Sequence[Measure]) -> int:
    """Return the deepest cut-off among ``measures``; 0 for none."""
    return max((measure.cutoff for measure in measures), default=0)
