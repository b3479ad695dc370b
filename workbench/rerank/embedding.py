"""Stands in for a reranker with the similarity of embeddings; it hardly follows instructions."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from workbench.domain.rankings import RerankerInfo
from workbench.rerank.margins import MarginReranker
from workbench.rerank.prompt import question
from workbench.rerank.similarity import Similarities

LOWEST = -1.0
"""Margin of a document without text: the embedding of nothing is somewhat like everything."""


class EmbeddingReranker(MarginReranker):
    """Scores a document by its similarity, in [−1, 1], with ``{instruction} {query}``.

    ``priority`` and the deadline within a batch are the embedder's own affair.
    """

    lowest = LOWEST

    def __init__(
        self,
        similarities: Similarities,
        info: Callable[[], RerankerInfo],
        count_tokens: Callable[[str], int],
        *,
        batch_size: int = 32,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(info, count_tokens, batch_size=batch_size, clock=clock)
        self._similarities = similarities

    @property
    def info(self) -> RerankerInfo:
        """Return which embedder stands in."""
        return replace(
            self._info(), score_kind="similarity", supports_instruction=False, template=None
        )

    def _margins(
        self,
        query: str,
        instruction: str,
        batch: Sequence[str],
        priority: int,
        deadline: float | None,
    ) -> Sequence[float]:
        return self._similarities(question(query, instruction), batch)
