"""What the rerankers have in common that give a similarity and no probability."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.rankings import PairScore

Similarities = Callable[[str, Sequence[str]], Sequence[float]]
"""A number for each document against the query, in the order given; larger is more alike."""


@dataclass(frozen=True, slots=True)
class TextLength:
    """How long a text is for a model: ``count`` gives its tokens, ``limit`` how many are read.

    No limit means that nothing is cut.
    """

    count: Callable[[str], int]
    limit: int | None = None

    def of(self, text: str) -> tuple[int, int]:
        """Return the tokens that ``text`` has, and those that are read of it."""
        tokens = self.count(text)
        return tokens, tokens if self.limit is None else min(tokens, self.limit)


def similarity_pairs(
    margins: Sequence[float], texts: Sequence[str], length: TextLength
) -> tuple[PairScore, ...]:
    """Return one pair a text with its margin; neither a score nor log-odds can be given."""
    counted = {text: length.of(text) for text in texts}
    return tuple(
        PairScore(
            margin=margin,
            score=None,
            log_odds=None,
            tokens=counted[text][0],
            tokens_read=counted[text][1],
        )
        for margin, text in zip(margins, texts, strict=True)
    )
