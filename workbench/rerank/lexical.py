"""Stands in for a reranker with the words that query and document share; it knows no meaning."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import Cost, LongWay, RerankerInfo, Scores
from workbench.rerank.guards import checked, require_time
from workbench.rerank.prompt import question, well_formed
from workbench.rerank.similarity import Similarities, TextLength, similarity_pairs


class LexicalReranker:
    """Scores a document by the weight of the terms that it shares with ``{instruction} {query}``.

    ``score_terms`` sees all documents at once, because a term's weight depends on how many of them
    hold it: unlike a model's, such a score changes with the other candidates.
    """

    def __init__(
        self,
        score_terms: Similarities,
        info: Callable[[], RerankerInfo],
        count_tokens: Callable[[str], int],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._score_terms = score_terms
        self._info = info
        self._length = TextLength(count_tokens)
        self._clock = clock

    @property
    def info(self) -> RerankerInfo:
        """Return which term weighting stands in."""
        return replace(
            self._info(),
            score_kind="similarity",
            supports_instruction=False,
            max_length=None,
            template=None,
        )

    @property
    def longest(self) -> int | None:
        """Return None: nothing is ever cut."""
        return None

    def count(self, documents: Sequence[str]) -> tuple[int, ...]:
        """Return how many tokens each document is counted to have, in the order given."""
        return tuple(self._length.of(document)[0] for document in documents)

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
        """Return the weight of shared terms of each document, in the order given.

        A document without text never stands above another. ``priority`` and ``user`` are not
        used, for nothing waits, nor is ``long``, for every document is read to its end. No
        documents give no scores.

        Raises:
            Unavailable: ``scores_missing`` or ``score_not_finite``.
            DeadlineExceeded: ``deadline_exceeded``.
        """
        if not documents:
            return Scores(pairs=(), reranker=self.info)
        started = self._clock()
        require_time(deadline, started, 0, len(documents))
        texts = [well_formed(document) for document in documents]
        weights = checked(self._score_terms(question(query, instruction), texts), len(texts))
        if progress:
            progress(len(texts), len(texts))
        # a term that most candidates hold may weigh less than nothing, so 0.0 is not always lowest
        lowest = min(weights)
        margins = [w if text.strip() else lowest for w, text in zip(weights, texts, strict=True)]
        pairs = similarity_pairs(margins, texts, self._length)
        spent = self._clock() - started
        cost = Cost(
            pairs=len(pairs),
            tokens=sum(pair.tokens_read for pair in pairs),
            compute_seconds=spent,
            total_seconds=spent,
        )
        return Scores(pairs=pairs, reranker=self.info, cost=cost)
