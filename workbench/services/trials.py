"""The walk of one question over rows that lie in no corpus: index, recall, scores, each timed."""

from collections.abc import Callable, Sequence

from workbench.domain.errors import Unavailable
from workbench.domain.ports import BATCH, Embedder, ProgressCall
from workbench.domain.queries import Instruction, Narrowing, Query
from workbench.domain.rankings import Candidate, RecallMethod, Scores
from workbench.evaluation.collection import Row
from workbench.recall.index import CorpusIndex
from workbench.rerank.known_scores import uncached
from workbench.services.models import Models
from workbench.services.spent import Spent
from workbench.services.trial_index import TrialIndexes


class Trials:
    """Recalls and scores rows of a folder as they are; nothing of them is kept but vectors."""

    def __init__(
        self, models: Models, indexes: TrialIndexes, embedder: Callable[[], Embedder | None]
    ) -> None:
        self._models = models
        self._indexes = indexes
        self._embedder = embedder

    def index(
        self, rows: Sequence[Row], method: RecallMethod, spent: Spent, watch: ProgressCall | None
    ) -> CorpusIndex:
        """Return the index of ``rows`` that ``method`` needs.

        Raises:
            Unavailable: ``embedder_missing``, or the embedder failed.
        """
        embedder = None if method == "bm25" else self._embedder()
        if embedder is None and method != "bm25":
            places = "; ".join(self._models.found().embedder_looked_in)
            raise Unavailable("embedder_missing", places=places)
        return spent.on("index", lambda: self._indexes.of(rows, embedder, watch))

    def recall(
        self,
        index: CorpusIndex,
        text: str,
        depth: int,
        method: RecallMethod,
        spent: Spent,
        narrowing: Narrowing | None = None,
    ) -> tuple[Candidate, ...]:
        """Return the candidates, at most ``depth``, in recall order.

        Raises:
            Unavailable: ``recall_incomplete``: words alone would go by another method's name.
        """
        query, narrowed = Query.of(text), narrowing or Narrowing()
        recalled = spent.on("recall", lambda: index.recall(query, depth, method, narrowed))
        if recalled.method != method:
            reason = next((str(n.params.get("reason", n.code)) for n in recalled.notices), "")
            raise Unavailable("recall_incomplete", method=method, reason=reason)
        return tuple(recalled.candidates)

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str | None,
        reranker: str | None,
        spent: Spent,
        anew: bool = False,
    ) -> Scores:
        """Return the scores of ``documents`` in their order; with ``anew`` none from earlier."""
        known = self._models.reranker(reranker)
        model = uncached(known) if anew else known
        return spent.on(
            "rerank",
            lambda: model.score(
                query,
                documents,
                Instruction.of(instruction).text,
                priority=BATCH,
                deadline=self._models.deadline(),
            ),
        )
