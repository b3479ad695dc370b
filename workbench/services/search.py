"""Ask a question of one or more corpora: recall, read the candidates, rerank, rank."""

import time
from collections.abc import Sequence
from dataclasses import replace

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.ports import BATCH, INTERACTIVE, ProgressCall
from workbench.domain.queries import Instruction, Query
from workbench.domain.rankings import (
    Candidate,
    Cost,
    Ranking,
    Scores,
)
from workbench.logbook import Logbook
from workbench.rerank.hints import hints
from workbench.rerank.known_scores import uncached
from workbench.services.answers import (
    DEFAULT,
    Answer,
    Pool,
    Request,
    check,
    not_measured,
    results,
)
from workbench.services.indexes import Indexes
from workbench.services.instructed import under_each
from workbench.services.models import Models
from workbench.services.recalling import Recalling
from workbench.services.rerank import log_answer, scored
from workbench.store.corpora import CorpusRepository


class Search:
    """Answers questions from corpora."""

    def __init__(
        self,
        policy: Policy,
        corpora: CorpusRepository,
        indexes: Indexes,
        models: Models,
        recalling: Recalling,
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._corpora = corpora
        self._indexes = indexes
        self._models = models
        self._recalling = recalling
        self._log = log

    def ask(
        self,
        actor: Actor,
        corpus_ids: Sequence[str],
        text: str,
        instruction: str | None = None,
        request: Request = DEFAULT,
        *,
        priority: int = INTERACTIVE,
    ) -> Answer:
        """Return the best ``request.keep`` passages of ``request.candidates`` recalled ones.

        Raises:
            InvalidInput: An empty query, no corpus, or a number out of range.
            Unavailable: The reranker cannot be used.
        """
        started = time.monotonic()
        told = Instruction.of(instruction)
        # A name that does not exist is told before any work, also where nothing is recalled.
        self.require_reranker(request.reranker)
        pool = self.pool(actor, corpus_ids, text, request)
        if request.reranker == "none" or pool.settled or not pool.candidates:
            scores, candidates = None, list(pool.candidates)
        else:
            scores = self.score(actor, pool, told, request.reranker, priority=priority)
            candidates = scored(pool.candidates, scores)
        cost = replace(
            scores.cost if scores else Cost(),
            recall_seconds=pool.seconds,
            total_seconds=time.monotonic() - started,
        )
        ranking = Ranking.of(pool.query.text, candidates)
        log_answer(
            self._log,
            "search",
            actor,
            scores.reranker if scores else None,
            cost,
            corpora=len(corpus_ids),
            candidates=len(candidates),
        )
        told_of = hints(scores, pool.texts, told) if scores else ()
        kept = results(pool, ranking, request.keep)
        return Answer(
            query=Query.of(text),
            instruction=told,
            results=kept,
            recalled=len(candidates),
            pool=pool,
            reranker=scores.reranker if scores else None,
            cost=cost,
            notices=(*pool.notices, *told_of, *not_measured(pool.query, kept)),
        )

    def require_reranker(self, name: str | None) -> None:
        """Return where that reranker, or with None the active one, can be used; "none" always can.

        Raises:
            InvalidInput: No reranker has that name.
            Unavailable: It cannot be used.
        """
        if name != "none":
            self._models.reranker(name)

    def active(self) -> str:
        """Return the name of the active reranker."""
        return self._models.choose()[0]

    def pool(
        self, actor: Actor, corpus_ids: Sequence[str], text: str, request: Request = DEFAULT
    ) -> Pool:
        """Return the candidates that recall finds, frozen with their texts."""
        query = Query.of(text)
        check(corpus_ids, request)
        corpus_ids = tuple(dict.fromkeys(corpus_ids))
        for corpus_id in corpus_ids:
            self._policy.require(actor, "search", corpus_id)
        started = time.monotonic()
        indexes = [self._indexes.get(corpus_id) for corpus_id in corpus_ids]
        found = self._recalling.found(indexes, query, request)
        return Pool(
            query=found.query,
            corpora=tuple(corpus_ids),
            generations=tuple(index.generation for index in indexes),
            method=found.recalled.method,
            # A document deleted since the snapshot was taken has no text any more: it is not found.
            candidates=tuple(c for c in found.recalled.candidates if c.chunk_id in found.views),
            views=found.views,
            notices=(*found.notices, *self._renewing(corpus_ids)),
            seconds=time.monotonic() - started,
            glossary=found.glossary,
            settled=found.settled,
        )

    def _renewing(self, corpus_ids: Sequence[str]) -> tuple[Notice, ...]:
        """Say where passages may be missing because an index is still being made."""
        waits = any(map(self._indexes.renewing, corpus_ids))
        return (Notice("index_renewing"),) if waits else ()

    def pool_of(self, actor: Actor, text: str, candidates: Sequence[Candidate]) -> Pool:
        """Return a pool of candidates found before; those whose text is gone are left out."""
        corpora = tuple(dict.fromkeys(c.corpus_id for c in candidates))
        for corpus_id in corpora:
            self._policy.require(actor, "search", corpus_id)
        views = self._recalling.views(candidates)
        return Pool(
            query=Query.of(text),
            corpora=corpora,
            generations=tuple(self._corpora.generation(c) for c in corpora),
            method="hybrid",
            candidates=tuple(c for c in candidates if c.chunk_id in views),
            views=views,
            notices=(),
            seconds=0.0,
        )

    def score(
        self,
        actor: Actor,
        pool: Pool,
        instruction: Instruction,
        reranker: str | None = None,
        *,
        priority: int = INTERACTIVE,
        progress: ProgressCall | None = None,
    ) -> Scores:
        """Return the scores of the pool's candidates under one instruction, in recall order."""
        (scores,) = self.score_each(
            actor, pool, (instruction,), reranker, priority=priority, progress=progress
        )
        return scores

    def score_each(
        self,
        actor: Actor,
        pool: Pool,
        instructions: Sequence[Instruction],
        reranker: str | None = None,
        *,
        priority: int = INTERACTIVE,
        progress: ProgressCall | None = None,
    ) -> tuple[Scores, ...]:
        """Return the scores of the pool's candidates under each instruction, in recall order.

        ``progress`` counts candidates times instructions, and may end the call by raising. Work in
        the background, of priority ``BATCH``, takes the time it needs.
        """
        return self.score_texts(
            actor,
            pool.query.text,
            pool.texts,
            instructions,
            reranker,
            priority=priority,
            progress=progress,
        )

    def score_texts(
        self,
        actor: Actor,
        question: str,
        texts: Sequence[str],
        instructions: Sequence[Instruction],
        reranker: str | None = None,
        *,
        priority: int = INTERACTIVE,
        progress: ProgressCall | None = None,
        anew: bool = False,
    ) -> tuple[Scores, ...]:
        """Return the scores of texts under each instruction; with ``anew`` none from earlier."""
        self._policy.require(actor, "rerank")
        model = self._models.reranker(reranker)
        scores = under_each(
            uncached(model) if anew else model,
            question,
            texts,
            [one.text for one in instructions],
            priority=priority,
            user=actor.id,
            deadline=None if priority == BATCH else self._models.deadline(),
            progress=progress,
        )
        self._models.log_loads()
        return scores
