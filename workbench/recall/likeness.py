"""How alike a question and passages of both languages are, for a reranker that stands in."""

from collections.abc import Sequence

from workbench.domain.languages import language_of
from workbench.domain.ports import INTERACTIVE
from workbench.recall.analyzer import Analyzer
from workbench.recall.sides import side_of
from workbench.recall.similarity import CentredSimilarity

WORDS = 0.2
"""Weight of shared words beside a cosine."""
ELSEWHERE = 0.7
"""Share of words granted to a passage of the other language, which cannot hold them."""


class SharedWords:
    """Adds to cosines the share of the question's words that each passage holds."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def beside(self, query: str, texts: Sequence[str], cosines: Sequence[float]) -> list[float]:
        """Return one number a text, in [−1, 1], from the text's centred cosine and its words."""
        wanted = frozenset(self._analyzer.tokens(query, query=True))
        side = side_of(language_of(query))
        return [
            (cosine + WORDS * self._share(wanted, side, text)) / (1 + WORDS)
            for cosine, text in zip(cosines, texts, strict=True)
        ]

    def _share(self, wanted: frozenset[str], side: str, text: str) -> float:
        if not wanted or side_of(language_of(text)) != side:
            return ELSEWHERE
        return len(wanted.intersection(self._analyzer.tokens(text))) / len(wanted)


class Likeness:
    """Adds to the centred cosine the share of the question's words that a passage holds.

    A small embedder overlooks the words that decide in a statute or a manual, and words alone
    cannot cross languages. A passage on the other side (``sides``) is granted a fixed share, so
    that the words neither push it up nor down as a whole; so is every passage where a question has
    no words to look for. A pair's number does not depend on the other candidates.

    Both constants were chosen on titles and pages of a product manual, and measured elsewhere with
    ``python -m benchmarks.recall_quality --queries 0``, reranking the first 50 of the hybrid
    recall: on XQuAD in one pool of both languages the passage in the question's language has MRR@10
    .929 zh and .957 en (cosine alone .919 and .940; recall, which puts that language first, .957
    and .973), the other language's twin R@10 .942 and .966 (.841 and .882; .974 and .981); on lay
    questions to Chinese statutes nDCG@10 is .544 (.529; .536).
    """

    def __init__(self, cosines: CentredSimilarity, analyzer: Analyzer) -> None:
        self._cosines = cosines
        self._words = SharedWords(analyzer)

    def of(self, query: str, texts: Sequence[str], *, priority: int = INTERACTIVE) -> list[float]:
        """Return one number a text, in [−1, 1], in the order given; no texts give none.

        Raises:
            Unavailable: The embedder is missing or failed, or ``vectors_unusable``.
        """
        cosines = self._cosines.similarities(query, texts, priority=priority)
        return self._words.beside(query, texts, cosines)
