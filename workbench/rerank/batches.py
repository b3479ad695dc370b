"""How much goes to the model at once: bounded in tokens and prompts, and short in time."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """Bounds of a batch and of what waits.

    A batch has at most ``tokens`` and ``pairs``, and no more than the model computes in about
    ``seconds``, as far as it has more than ``least_tokens``: nobody who asks later waits longer
    for one that goes before. After ``gather_seconds`` an idle model begins. The default of what may
    wait, four million tokens, takes about 150 MB.
    """

    tokens: int = 16_384
    pairs: int = 256
    seconds: float = 1.0
    least_tokens: int = 512
    gather_seconds: float = 0.003
    waiting_tokens: int = 4_000_000


class Pace:
    """How fast the model has been lately, and what follows from it; for one thread at a time."""

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self.rate: float | None = None
        """Tokens a second; None before the first batch."""

    def learn(self, tokens: int, seconds: float) -> None:
        """Take a batch into account: the newest counts as much as all before it."""
        if seconds > 0 and tokens:
            found = tokens / seconds
            self.rate = found if self.rate is None else (self.rate + found) / 2

    @property
    def tokens(self) -> int:
        """Return the most tokens of the next batch; few before the first one."""
        limits = self._limits
        possible = limits.least_tokens if self.rate is None else int(self.rate * limits.seconds)
        return min(max(possible, limits.least_tokens), limits.tokens)

    def seconds(self, tokens: int) -> float | None:
        """Return how long as many tokens will take; None where that is not known yet."""
        return None if self.rate is None else tokens / self.rate


def common_prefix(prompts: Sequence[Sequence[int]]) -> int:
    """Return how many leading tokens all prompts share; 0 for no prompts, all for a single one."""
    if not prompts:
        return 0
    # what the smallest and the largest share in dictionary order, everything between them shares
    first, last = min(map(tuple, prompts)), max(map(tuple, prompts))
    for at, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return at
    return min(len(first), len(last))
