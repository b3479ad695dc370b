"""The server of one arm of ``load_bench``: the product's, or one with a lock around every request.

Both are ``workbench.server.run`` in a process of its own and differ only in the reranker.
"""

import argparse
import os
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

from workbench import server
from workbench.assembly import build
from workbench.domain.ports import INTERACTIVE, ProgressCall, Reranker
from workbench.domain.rankings import Cost, RerankerInfo, Scores
from workbench.models.client import ModelHost
from workbench.models.pair_scorer import HostPairScorer
from workbench.models.qwen3_tokenizer import Qwen3Tokenizer
from workbench.models.weights import find_weights
from workbench.recall.analyzer import MixedAnalyzer
from workbench.rerank.odds import pair_score
from workbench.rerank.prompt import QWEN3, encode
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.store.vectors import VectorStore
from workbench.wiring.loaded import request_of
from workbench.wiring.parts import Wiring
from workbench.wiring.places import places

ARMS = ("ours", "lock")


class LockedQwen3:
    """What a server does that reads and scores one request at a time."""

    def __init__(self, settings: Settings) -> None:
        found = find_weights(settings.model_name, places(settings, os.environ)).found
        if found is None:
            raise SystemExit("No weights in WORKBENCH_MODEL")
        self.info = RerankerInfo(
            name="qwen3",
            model=settings.model_name,
            score_kind="probability",
            supports_instruction=True,
            max_length=settings.max_length,
            template=QWEN3.template_id,
        )
        self._limit = settings.max_length
        self._tokenizer = Qwen3Tokenizer(found.folder)
        self._scorer = HostPairScorer(ModelHost(settings.threads), request_of(found))
        self._lock = threading.Lock()

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
    ) -> Scores:
        """Return the scores, computed while no other request is."""
        with self._lock:
            pairs = encode(QWEN3, self._tokenizer, query, documents, instruction, self._limit)
            reply = self._scorer.log_odds(pairs.prompts, deadline=deadline)
        for error in reply.failed.values():
            raise error
        scores = tuple(
            pair_score(odds, tokens, read)
            for odds, tokens, read in zip(
                reply.log_odds, pairs.tokens, pairs.tokens_read, strict=True
            )
        )
        return Scores(scores, self.info, Cost(len(scores), sum(pairs.tokens_read)))


class LockedStandIn:
    """The product's stand-in behind a lock of its own."""

    def __init__(self, settings: Settings) -> None:
        host = ModelHost(settings.threads)
        vectors = VectorStore(settings.home)
        wiring = Wiring(settings, host, MixedAnalyzer(), vectors, os.environ)
        self._inner = wiring.factories()["embedding"]()
        self._lock = threading.Lock()

    @property
    def info(self) -> RerankerInfo:
        """Return which embedder stands in."""
        return self._inner.info

    def score(self, query: str, documents: Sequence[str], instruction: str, **asked: Any) -> Scores:
        """Return the scores, computed while no other request is."""
        with self._lock:
            return self._inner.score(query, documents, instruction, **asked)


def locked(settings: Settings) -> Reranker:
    """Return the reranker of the arm ``lock``."""
    return LockedQwen3(settings) if settings.reranker == "qwen3" else LockedStandIn(settings)


class WatchedProcess(subprocess.Popen[bytes]):
    """Starts ``benchmarks.load_host`` where the product starts its model host."""

    def __init__(self, args: Sequence[str], **named: Any) -> None:
        swap = {"workbench.models.host": "benchmarks.load_host"}
        super().__init__([swap.get(one, one) for one in args], **named)


def main() -> None:
    """Serve until stopped, configured by the environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arm", choices=ARMS)
    arm = parser.parse_args().arm
    subprocess.Popen = WatchedProcess  # type: ignore[assignment,misc]

    def built(settings: Settings) -> Workbench:
        return build(settings, reranker=locked(settings) if arm == "lock" else None)

    server.build = built
    server.run(Settings.from_environment())


if __name__ == "__main__":
    main()
