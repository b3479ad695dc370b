"""Stands in for a reranker with the similarity of embeddings; it hardly follows instructions."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import Cost, LongWay, RerankerInfo, Scores
from workbench.rerank.guards import checked, require_time
from workbench.rerank.prompt import question, well_formed
from workbench.rerank.similarity import Similarities, TextLength, similarity_pairs

LOWEST = -1.0
"""Margin of a document without text: the embedding of nothing is somewhat like everything."""


class EmbeddingReranker:
    """Scores a document by its similarity, in [−1, 1], with ``{instruction} {query}``.

    ``count_tokens`` counts one text; ``max_length`` of the info is how many of them are read, None
    where all are.
    """

    def __init__(
        self,
        similarities: Similarities,
        info: Callable[[], RerankerInfo],
        count_tokens: Callable[[str], int],
        *,
        batch_size: int = 32,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._similarities = similarities
        self._info = info
        self._count_tokens = count_tokens
        self._batch_size = batch_size
        self._clock = clock

    @property
    def info(self) -> RerankerInfo:
        """Return which embedder stands in."""
        return replace(
            self._info(), score_kind="similarity", supports_instruction=False, template=None
        )

    @property
    def longest(self) -> int | None:
        """Return what the embedder is said to read; None where it reads everything."""
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
        """Return the similarity of each document, −1.0 for one without text, in the order given.

        Equal documents are read once. ``priority`` and ``user`` are the embedder's own affair and
        not used here, nor is ``long``: a long text is read to its end, as the mean of its windows
        of 510 tokens.
        No documents give no scores.

        Raises:
            Unavailable: The embedder is missing, ``scores_missing`` or ``score_not_finite``.
            DeadlineExceeded: ``deadline_exceeded``.
        """
        started, info = self._clock(), self.info
        texts = [well_formed(document) for document in documents]
        margins = {text: LOWEST for text in texts if not text.strip()}
        waiting = [text for text in dict.fromkeys(texts) if text not in margins]
        spared = len(texts) - len(waiting)
        for start in range(0, len(waiting), self._batch_size):
            require_time(deadline, self._clock(), spared + start, len(texts))
            batch = waiting[start : start + self._batch_size]
            values = checked(self._similarities(question(query, instruction), batch), len(batch))
            margins.update(zip(batch, values, strict=True))
            if progress:
                progress(spared + start + len(batch), len(texts))
        length = TextLength(self._count_tokens, info.max_length)
        pairs = similarity_pairs([margins[text] for text in texts], texts, length)
        spent = self._clock() - started
        read = sum(length.of(text)[1] for text in waiting)
        cost = Cost(pairs=len(waiting), tokens=read, compute_seconds=spent, total_seconds=spent)
        return Scores(pairs=pairs, reranker=info, cost=cost)
