"""What the type of a line says: bigger or bolder than the text around it, and rare enough."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.ingest.lines import Line

BIG, BIGGER, BOLD = 1.2, 2.0, 1.0
"""What a larger, a much larger and a bold type count for."""

_IMPURE = 0.4
_RARE = 0.12
_FEW = 400
_SHORT_SHARE = 0.7
_SHORT = 60
_BOLD_SHARE = 0.35
_ENDS = "。，；,;"


@dataclass(frozen=True, slots=True)
class Styles:
    """The types of one document; ``body_size`` is 0 where the format has none."""

    body_size: float
    left: float
    pure: frozenset[tuple[int, bool]]
    bold_is_rare: bool

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Styles":
        """Return the types of ``lines``; the body is what most characters are set in."""
        sizes: Counter[float] = Counter()
        lefts: Counter[float] = Counter()
        counts: dict[tuple[int, bool], list[int]] = defaultdict(lambda: [0, 0, 0])
        total = bold = 0
        for line in lines:
            length = len(line.text)
            sizes[line.size] += length
            lefts[round(line.x)] += length
            entry = counts[line.style]
            entry[0] += 1
            entry[1] += length
            entry[2] += length <= _SHORT and not line.text.rstrip().endswith(tuple(_ENDS))
            total += length
            bold += length * line.bold
        pure = {
            style
            for style, (number, characters, short) in counts.items()
            if characters < max(_RARE * total, min(_FEW, total / 2))
            and short >= _SHORT_SHARE * number
        }
        return cls(
            body_size=sizes.most_common(1)[0][0] if sizes else 0.0,
            left=lefts.most_common(1)[0][0] if lefts else 0.0,
            pure=frozenset(pure),
            bold_is_rare=bold < _BOLD_SHARE * max(total, 1),
        )

    @property
    def known(self) -> bool:
        """Return whether this document's lines have a type at all."""
        return self.body_size > 0

    def emphasis(self, line: Line) -> float:
        """Return how much ``line`` stands out, 0.0 for the body's type.

        A type that is common, or that long sentences are set in, is no heading's: bold rules and
        bold bodies would flood the tree.
        """
        if not self.known:
            return 0.0
        big = line.size >= self.body_size * 1.08 and line.size >= self.body_size + 0.9
        value = BIGGER if line.size >= self.body_size * 1.25 else BIG if big else 0.0
        if line.bold and self.bold_is_rare:
            value += BOLD
        return value if line.style in self.pure else min(value, _IMPURE)
