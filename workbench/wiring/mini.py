"""Joins the embedded reranker's numbers with shared words into the signs that it sorts by."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from workbench.domain.documents import Notice
from workbench.domain.errors import Unavailable
from workbench.domain.ports import EmbedderInfo
from workbench.domain.rankings import RerankerInfo
from workbench.ingest.tokens import estimate
from workbench.models.client import ModelHost
from workbench.models.embedder import HostEmbedder
from workbench.models.mini_head import read_head
from workbench.models.mini_signs import FOLDER, HostMini
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.likeness import SharedWords
from workbench.recall.means import shipped_means
from workbench.recall.similarity import centred_cosines
from workbench.rerank.mini import MiniReranker, Signs


class MiniSigns:
    """Finds a document's signs with one call of the model host."""

    def __init__(self, mini: HostMini, words: SharedWords, body: EmbedderInfo) -> None:
        self._mini = mini
        self._words = words
        self._means = shipped_means(body)

    def __call__(
        self,
        query: str,
        instruction: str,
        documents: Sequence[str],
        *,
        priority: int,
        deadline: float | None,
    ) -> list[Signs]:
        """Return the signs of each document, in the order given."""
        found = self._mini.read(query, instruction, documents, priority=priority, deadline=deadline)
        cosines = centred_cosines(query, found.question, documents, found.passages, self._means)
        alike = self._words.beside(query, documents, cosines)
        numbers = zip(alike, found.relevance, found.criterion, strict=True)
        return [Signs(one, float(a), float(b)) for one, a, b in numbers]


def mini_reranker(
    host: ModelHost, body: Path, analyzer: MixedAnalyzer, folder: Path = FOLDER
) -> MiniReranker:
    """Return the reranker of ``folder``, which reads with the e5 at ``body``; loads nothing yet.

    Raises:
        Unavailable: ``mini_missing`` or ``weights_damaged``.
    """
    mini, embedder = HostMini(host, body, folder), HostEmbedder(host, body)
    head = mini.head
    info = RerankerInfo(
        name="mini",
        model=f"mini+{embedder.info.name}+words",
        revision=head.revision,
        score_kind="logit",
        supports_instruction=True,
    )
    signs = MiniSigns(mini, SharedWords(analyzer), embedder.info)
    return MiniReranker(signs, head.weights, lambda: info, estimate)


@lru_cache(maxsize=1)
def mini_problem() -> Notice | None:
    """Return what is wrong with the weights that the workbench carries; None where nothing is."""
    try:
        read_head(FOLDER)
    except Unavailable as error:
        return Notice(error.code, error.params)
    return None
