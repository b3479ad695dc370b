"""What a scoring model is asked and answers: prompts as token ids in, one number each out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from workbench.domain.documents import Notice
from workbench.domain.errors import WorkbenchError
from workbench.domain.ports import INTERACTIVE


class Tokenizer(Protocol):
    """Turns texts into token ids in which no text can become a control token."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text, without any added token."""
        ...

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the range of characters that each token of ``text`` stands for.

        Tokens that share one character, as those of an emoji may, have the same range.
        """
        ...


Prompt: TypeAlias = tuple[int, ...]
"""Token ids of everything that a model reads about one document."""


class PairScorer(Protocol):
    """A loaded model that answers every prompt with one number: ids in, log-odds out."""

    def log_odds(
        self,
        prompts: Sequence[Prompt],
        *,
        groups: Sequence[int] = (),
        priority: int = INTERACTIVE,
        deadline: float | None = None,
    ) -> "PairOdds":
        """Return log-odds of yes against no after each prompt, in the order given.

        ``groups`` divides the prompts, in order, into runs of as many each that begin alike, which
        a scorer may compute once; () makes all of them one. A prompt's number depends on no other.

        Raises:
            InvalidInput: A prompt that no model could read.
            Unavailable: The model is missing or its host failed more than once.
            DeadlineExceeded: The deadline passed first.
        """
        ...


@dataclass(frozen=True, slots=True)
class PairOdds:
    """Log-odds of each prompt, and the seconds spent waiting and computing.

    ``failed`` says by position why a prompt has no number; NaN stands in its place.
    """

    log_odds: tuple[float, ...]
    queue_seconds: float
    compute_seconds: float
    failed: Mapping[int, WorkbenchError] = field(default_factory=dict)


class ScoreCache(Protocol):
    """Keeps numbers under digests of all that they depend on; it may forget any of them."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return why the cache had to begin anew, once for each time."""
        ...

    def size_bytes(self) -> int:
        """Return what it takes on disk."""
        ...

    def get(self, keys: Sequence[bytes]) -> dict[bytes, float]:
        """Return the numbers that are kept, by key; the others are left out."""
        ...

    def put(self, rows: Mapping[bytes, float]) -> None:
        """Keep finite numbers under keys of 32 bytes."""
        ...
