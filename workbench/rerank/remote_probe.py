"""Asks a reranking server what nobody doubts: whether it ranks, and whether it follows."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.rankings import ScoreKind
from workbench.rerank.known_answers import KNOWN_ANSWERS

Ask = Callable[[str, Sequence[str], str], tuple[list[float], ScoreKind | None]]
"""Called with query, documents and instruction; gives scores, and their kind where it is told."""

FOR = "Judge whether the document answers the question"
AGAINST = (
    "Judge whether the document has nothing to do with the question; a document that answers it "
    "does not meet the requirement"
)
SHIFT = 0.25
"""Least change between opposite instructions, in log-odds; bf16 alone changes about 0.1."""
NOISE = 4.0
"""How many times the change between two equal calls it must be."""
NEAREST = 1e-6
"""Probabilities are taken to lie this far from 0 and 1."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What a server showed at ``at``, a time in UTC.

    ``ranks`` tells that the right passage came first, ``follows`` that opposite instructions
    changed the score by more than equal ones do; ``shift`` is by how much.
    """

    at: str
    score_kind: ScoreKind
    ranks: bool
    follows: bool
    shift: float


def probe(ask: Ask, instructs: bool, at: str) -> Probed:
    """Return what the server showed; one that has no field for an instruction follows none.

    Raises:
        Whatever ``ask`` raises.
    """
    known = next(one for one in KNOWN_ANSWERS if one.language == "en")

    def asked(instruction: str) -> list[float]:
        values, told = ask(known.query, known.documents, instruction)
        kinds.append(told)
        return values

    kinds: list[ScoreKind | None] = []
    plain = asked("")
    ranks = all(plain[known.right] > one for i, one in enumerate(plain) if i != known.right)
    rows = [asked(told) for told in (FOR, FOR, AGAINST)] if instructs else [plain] * 3
    kind = kinds[0] or kind_of([value for row in (plain, *rows) for value in row])
    noise, shift = _change(rows[0], rows[1], kind), _change(rows[0], rows[2], kind)
    follows = kind != "similarity" and shift > max(SHIFT, NOISE * noise)
    return Probed(at, kind, ranks, follows, shift)


def kind_of(values: Sequence[float]) -> ScoreKind:
    """Return logit where any value lies outside [0, 1], else probability."""
    return "probability" if all(0.0 <= value <= 1.0 for value in values) else "logit"


def _change(one: Sequence[float], other: Sequence[float], kind: ScoreKind) -> float:
    pairs = zip(one, other, strict=True)
    return max(abs(_strength(a, kind) - _strength(b, kind)) for a, b in pairs)


def _strength(value: float, kind: ScoreKind) -> float:
    if kind != "probability":
        return value
    inside = min(max(value, NEAREST), 1.0 - NEAREST)
    return math.log(inside / (1.0 - inside))
