"""Rerankers whose weights are loaded: a tokenizer, a queue before the model host, kept numbers."""

import threading
from collections.abc import Callable

from workbench.domain.pairs import Tokenizer
from workbench.domain.ports import Reranker
from workbench.domain.rankings import RerankerInfo
from workbench.models.client import ModelHost
from workbench.models.configuration import Family, position_limit
from workbench.models.identity import ModelIdentity
from workbench.models.pair_scorer import HostPairScorer
from workbench.models.pair_tokenizer import PairTokenizer
from workbench.models.qwen3_tokenizer import Qwen3Tokenizer
from workbench.models.requests import ModelRequest
from workbench.models.weights import Weights
from workbench.rerank.cross_encoder import CrossEncoderReranker
from workbench.rerank.engine import Engine, EngineStats
from workbench.rerank.known_scores import KnownScores
from workbench.rerank.prompt import QWEN3
from workbench.rerank.qwen3 import WHOLE, LongLimits, Qwen3Reranker


class LoadedRerankers:
    """Makes rerankers of weights on this machine; a model is loaded at its first prompt."""

    def __init__(
        self,
        host: ModelHost,
        max_length: int,
        keep: Callable[[ModelIdentity], KnownScores] | None = None,
    ) -> None:
        """Take the longest prompt in tokens, and what keeps a model's numbers."""
        self._host = host
        self._max_length = max_length
        self._keep = keep
        self._engines: list[Engine] = []
        self._lock = threading.Lock()

    def queues(self) -> tuple[EngineStats, ...]:
        """Return the state of each queue, one for every reranker that was made."""
        with self._lock:
            return tuple(engine.stats() for engine in self._engines)

    def close(self) -> None:
        """Fail what waits for a model."""
        for engine in self._engines:
            engine.close()

    def qwen3(self, weights: Weights, name: str, model: str) -> Reranker:
        """Return a reranker that follows instructions, called ``name``."""

        def tokenizer() -> Tokenizer:
            return Qwen3Tokenizer(weights.folder)

        positions = position_limit(weights.folder) or WHOLE
        return Qwen3Reranker(
            tokenizer,
            self._engine(weights, "qwen3"),
            lambda: self._loaded_info(weights, name, model),
            max_length=min(self._max_length, positions),
            long=LongLimits(whole=min(WHOLE, positions)),
        )

    def cross_encoder(self, weights: Weights, name: str, model: str) -> Reranker:
        """Return a reranker that reads question and passage together, called ``name``."""
        positions = position_limit(weights.folder)
        longest = self._max_length
        return CrossEncoderReranker(
            lambda: PairTokenizer(weights.folder),
            self._engine(weights, "cross_encoder"),
            lambda: self._loaded_info(weights, name, model),
            max_length=min(longest, positions or longest),
            whole=positions,
        )

    def _engine(self, weights: Weights, family: Family) -> Engine:
        """Return a queue of its own before a model, which is loaded at its first prompt."""
        request = request_of(weights, family)
        engine = Engine(HostPairScorer(self._host, request), known=self._known(request))
        with self._lock:
            self._engines.append(engine)
        return engine

    def _known(self, request: ModelRequest) -> KnownScores | None:
        return self._keep(ModelIdentity(self._host, request)) if self._keep else None

    def _loaded_info(self, weights: Weights, name: str, model: str) -> RerankerInfo:
        loads = [
            load
            for load in self._host.stats().loads
            if (load.role, load.revision) == ("reranker", weights.revision)
        ]
        return RerankerInfo(
            name=name,
            model=model,
            revision=weights.revision,
            device=loads[-1].device if loads else None,
            dtype=loads[-1].dtype if loads else None,
            score_kind="logit",
            supports_instruction=False,
        )


def request_of(weights: Weights, family: Family = "qwen3") -> ModelRequest:
    """Return how the model host is asked to load these weights."""
    return ModelRequest(
        "reranker",
        family,
        weights.folder,
        revision=weights.revision,
        yes=QWEN3.yes_id,
        no=QWEN3.no_id,
    )
