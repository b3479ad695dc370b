"""Similarities of a question with passages of both languages, for a reranker that stands in."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.domain.languages import language_of
from workbench.domain.ports import INTERACTIVE, Embedder
from workbench.recall.means import LanguageMeans, shipped_means
from workbench.recall.vectors import centred, rows_of


class CentredSimilarity:
    """Cosines after each text was centred by the mean of its own language.

    Every passage is centred, whatever stands beside it: a pair's number does not depend on the
    other candidates, but for about 1e-3 where the processor reads in bfloat16. An embedder without
    shipped means gives plain cosines.
    """

    def __init__(self, embedder: Embedder, means: LanguageMeans | None = None) -> None:
        """Take the embedder, and means other than those shipped for it."""
        self._embedder = embedder
        self._means = shipped_means(embedder.info) if means is None else means

    def similarities(
        self, query: str, texts: Sequence[str], *, priority: int = INTERACTIVE
    ) -> list[float]:
        """Return one cosine a text, in [−1, 1], in the order given; no texts give none.

        Raises:
            Unavailable: The embedder is missing or failed, or ``vectors_unusable``.
        """
        if not texts:
            return []
        info = self._embedder.info
        asked = rows_of(self._embedder.embed_queries([query], priority=priority), info, 1)
        passages = rows_of(
            self._embedder.embed_passages(texts, priority=priority), info, len(texts)
        )
        return centred_cosines(query, asked[0], texts, passages, self._means)


def centred_cosines(
    query: str,
    asked: NDArray[np.float32],
    texts: Sequence[str],
    passages: NDArray[np.float32],
    means: LanguageMeans,
) -> list[float]:
    """Return the cosines of a question's vector with those of the texts, each centred first."""
    turned = centred(asked, means.query(language_of(query)))
    rows = [
        centred(row, means.passages.get(language_of(text)))
        for row, text in zip(passages, texts, strict=True)
    ]
    return [min(1.0, max(-1.0, float(row @ turned))) for row in rows]
