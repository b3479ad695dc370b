"""Rerank documents that the caller brings: the page, the command and the API."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.ports import INTERACTIVE, LongReranker, ProgressCall
from workbench.domain.queries import Instruction, Query
from workbench.domain.rankings import Candidate, Cost, Ranking, RerankerInfo, Scores
from workbench.logbook import Logbook
from workbench.rerank.engine import EngineStats
from workbench.rerank.hints import hints
from workbench.rerank.prompt import QWEN3, question, render
from workbench.services.long_documents import (
    AS_THEY_ARE,
    LongDocuments,
    TextRead,
    extract_notices,
    longest_of,
    require_tokens,
    require_way,
    texts_read,
)
from workbench.services.models import Models

DOCUMENT_COUNT_LIMIT = 1_000
DOCUMENT_LENGTH_LIMIT = 2_000_000


@dataclass(frozen=True, slots=True)
class RerankedDocument:
    """A document at its place; ``index`` is where it stood in the request, from 0.

    ``read`` is what the reranker was given of it; the candidate's window counts its characters.
    """

    rank: int
    tied: bool
    index: int
    document: str
    candidate: Candidate
    read: TextRead


@dataclass(frozen=True, slots=True)
class RerankAnswer:
    """Documents best first, ties in the order given.

    ``longest`` is the most tokens of a prompt that the reranker reads whole, None where it cannot
    be told how to read.
    """

    query: Query
    instruction: Instruction
    rows: tuple[RerankedDocument, ...]
    reranker: RerankerInfo
    cost: Cost
    notices: tuple[Notice, ...]
    long: LongDocuments
    longest: int | None


def scored(candidates: Sequence[Candidate], scores: Scores) -> list[Candidate]:
    """Return the candidates with their scores, in the same order."""
    return [
        replace(
            candidate,
            margin=pair.margin,
            score=pair.score,
            log_odds=pair.log_odds,
            tokens=pair.tokens,
            tokens_read=pair.tokens_read,
            window=pair.window,
        )
        for candidate, pair in zip(candidates, scores.pairs, strict=True)
    ]


class Rerank:
    """Scores documents that are not in any corpus; nothing of them is kept."""

    def __init__(
        self,
        policy: Policy,
        models: Models,
        log: Logbook,
        *,
        document_tokens: int = 0,
        queues: Callable[[], tuple[EngineStats, ...]] = tuple,
    ) -> None:
        self._policy = policy
        self._models = models
        self._log = log
        self._document_tokens = document_tokens
        self._queues = queues

    def queues(self, actor: Actor) -> tuple[EngineStats, ...]:
        """Return what waits for each model that was used, and what its queue has done."""
        self._policy.require(actor, "view")
        return self._queues()

    def rank(
        self,
        actor: Actor,
        query: str,
        documents: Sequence[str],
        instruction: str | None = None,
        *,
        reranker: str | None = None,
        priority: int = INTERACTIVE,
        progress: ProgressCall | None = None,
        long: LongDocuments = AS_THEY_ARE,
    ) -> RerankAnswer:
        """Return ``documents`` ordered by how well they meet the query under the instruction.

        Raises:
            InvalidInput: An empty query, too many documents, or one that is too long; a way of
                reading that the reranker does not have.
            Unavailable: The reranker cannot be used.
        """
        self._policy.require(actor, "rerank")
        started = time.monotonic()
        asked, told = Query.of(query), Instruction.of(instruction)
        check_documents(documents)
        model = self._models.reranker(reranker)
        require_way(model, long.way)
        read = texts_read(documents, asked.text, long)
        texts = [one.text for one in read]
        require_tokens(model, texts, self._document_tokens)
        deadline = self._models.deadline()
        score = partial(
            model.score, priority=priority, user=actor.id, deadline=deadline, progress=progress
        )
        if isinstance(model, LongReranker):
            score = partial(score, long=long.way)
        scores = score(asked.text, texts, told.text)
        candidates = [
            Candidate(chunk_id=f"{i:06d}", recall_rank=i + 1) for i in range(len(documents))
        ]
        ranking = Ranking.of(asked.text, scored(candidates, scores))
        rows = tuple(
            RerankedDocument(
                row.rank,
                row.tied,
                row.candidate.recall_rank - 1,
                documents[row.candidate.recall_rank - 1],
                row.candidate,
                read[row.candidate.recall_rank - 1],
            )
            for row in ranking.rows
        )
        cost = replace(scores.cost, total_seconds=time.monotonic() - started)
        self._models.log_loads()
        log_answer(self._log, "rerank", actor, scores.reranker, cost, documents=len(documents))
        return RerankAnswer(
            query=asked,
            instruction=told,
            rows=rows,
            reranker=scores.reranker,
            cost=cost,
            notices=(*extract_notices(read, long), *hints(scores, texts, told)),
            long=long,
            longest=longest_of(model),
        )

    def prompt_text(
        self, actor: Actor, info: RerankerInfo, query: str, document: str, instruction: str
    ) -> str:
        """Return what the reranker of an answer was given for one document, before any cut."""
        self._policy.require(actor, "rerank")
        if info.template == QWEN3.template_id:
            return render(query, document, instruction)
        return f"{question(query, instruction)}\n\n{document}"


def check_documents(documents: Sequence[str]) -> None:
    """Return where the documents can be scored.

    Raises:
        InvalidInput: ``documents_too_many`` or ``document_too_long``, with number and limit.
    """
    if len(documents) > DOCUMENT_COUNT_LIMIT:
        raise InvalidInput("documents_too_many", count=len(documents), limit=DOCUMENT_COUNT_LIMIT)
    for position, document in enumerate(documents, start=1):
        if len(document) > DOCUMENT_LENGTH_LIMIT:
            raise InvalidInput(
                "document_too_long",
                position=position,
                length=len(document),
                limit=DOCUMENT_LENGTH_LIMIT,
            )


def log_answer(
    log: Logbook, event: str, actor: Actor, reranker: RerankerInfo | None, cost: Cost, **counts: int
) -> None:
    """Write the one line of an answer: who, with what, how much and how long; no text."""
    log.write(
        event,
        actor=actor.id,
        reranker=reranker.name if reranker else "none",
        model=reranker.model if reranker else None,
        pairs=cost.pairs,
        tokens=cost.tokens,
        cached=cost.cached,
        recall_seconds=cost.recall_seconds,
        queue_seconds=cost.queue_seconds,
        compute_seconds=cost.compute_seconds,
        total_seconds=cost.total_seconds,
        **counts,
    )
