"""What the embedded rerankers have in common: one number a document, computed in batches."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import Cost, LongWay, RerankerInfo, Scores
from workbench.rerank.guards import checked, require_time
from workbench.rerank.prompt import well_formed
from workbench.rerank.similarity import TextLength, similarity_pairs


class MarginReranker(ABC):
    """Gives each document a number, and ``lowest`` to one without text.

    ``count_tokens`` counts one text; ``max_length`` of the info is how many of them are read, None
    where all are.
    """

    lowest: float

    def __init__(
        self,
        info: Callable[[], RerankerInfo],
        count_tokens: Callable[[str], int],
        *,
        batch_size: int = 32,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._info = info
        self._count_tokens = count_tokens
        self._batch_size = batch_size
        self._clock = clock

    @property
    @abstractmethod
    def info(self) -> RerankerInfo:
        """Return which model gives the numbers."""

    @abstractmethod
    def _margins(
        self,
        query: str,
        instruction: str,
        batch: Sequence[str],
        priority: int,
        deadline: float | None,
    ) -> Sequence[float]: ...

    @property
    def longest(self) -> int | None:
        """Return what the model is said to read; None where it reads everything."""
        return self.info.max_length

    def count(self, documents: Sequence[str]) -> tuple[int, ...]:
        """Return how many tokens each document is counted to have, in the order given."""
        return tuple(map(self._count_tokens, documents))

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
        long: LongWay = "cut",
    ) -> Scores:
        """Return the number of each document, ``lowest`` for one without text, in the order given.

        Equal documents are read once. ``user`` is not used here, nor is ``long``: a long text is
        read to its end, in windows of 510 tokens.
        No documents give no scores.

        Raises:
            Unavailable: A model is missing, ``scores_missing`` or ``score_not_finite``.
            DeadlineExceeded: ``deadline_exceeded``.
        """
        started, info = self._clock(), self.info
        texts = [well_formed(document) for document in documents]
        margins = {text: self.lowest for text in texts if not text.strip()}
        waiting = [text for text in dict.fromkeys(texts) if text not in margins]
        spared = len(texts) - len(waiting)
        for start in range(0, len(waiting), self._batch_size):
            require_time(deadline, self._clock(), spared + start, len(texts))
            batch = waiting[start : start + self._batch_size]
            found = self._margins(query, instruction, batch, priority, deadline)
            margins.update(zip(batch, checked(found, len(batch)), strict=True))
            if progress:
                progress(spared + start + len(batch), len(texts))
        length = TextLength(self._count_tokens, info.max_length)
        pairs = similarity_pairs([margins[text] for text in texts], texts, length)
        spent = self._clock() - started
        read = sum(length.of(text)[1] for text in waiting)
        cost = Cost(pairs=len(waiting), tokens=read, compute_seconds=spent, total_seconds=spent)
        return Scores(pairs=pairs, reranker=info, cost=cost)
