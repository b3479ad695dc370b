"""Rerank found passages with a slow model in the background, and read the result afterwards."""

import json
from dataclasses import asdict, dataclass

from workbench.domain.actors import Actor, acting_for
from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.identity import digest
from workbench.domain.jobs import Job
from workbench.domain.ports import BATCH
from workbench.domain.queries import Instruction
from workbench.domain.rankings import Candidate, PairScore, Ranking, RerankerInfo, Scores
from workbench.services.answers import Pool, Result, results
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs
from workbench.services.rerank import scored
from workbench.services.search import Search


@dataclass(frozen=True, slots=True)
class LaterAnswer:
    """What the background job found: the same passages in the slow model's order."""

    results: tuple[Result, ...]
    reranker: RerankerInfo


class RerankLater:
    """Offers and runs reranking as a job."""

    def __init__(self, search: Search, jobs: Jobs) -> None:
        self._search = search
        self._jobs = jobs
        # Not behind the embedding of a whole corpus: the model host takes both in turn.
        jobs.register("rerank", "rerank", self._rerank)

    def submit(
        self, actor: Actor, pool: Pool, instruction: str, reranker: str, keep: int = 20
    ) -> Job:
        """Return the job that scores the pool's first ``keep`` candidates with ``reranker``."""
        chosen = pool.candidates[:keep]
        places = json.dumps([[c.corpus_id, c.chunk_id, c.recall_rank] for c in chosen])
        return self._jobs.submit(
            actor,
            "rerank",
            digest(reranker, pool.query.text, instruction, places),
            reranker=reranker,
            query=pool.query.text,
            instruction=instruction,
            candidates=places,
        )

    def answer(self, actor: Actor, job_id: str) -> LaterAnswer:
        """Return a finished job's answer.

        Raises:
            NotFound: ``job_unknown``.
            Conflict: ``job_unfinished``.
        """
        job = self._jobs.get(actor, job_id)
        if job.result is None:
            raise Conflict("job_unfinished", job=job_id)
        pool = self._pool(actor, job)
        kept = json.loads(job.result)
        by_chunk = {row["chunk_id"]: PairScore(**row["score"]) for row in kept["rows"]}
        living = [c for c in pool.candidates if c.chunk_id in by_chunk]
        info = RerankerInfo(**kept["reranker"])
        candidates = scored(living, Scores(tuple(by_chunk[c.chunk_id] for c in living), info))
        ranking = Ranking.of(pool.query.text, candidates)
        return LaterAnswer(results(pool, ranking, len(candidates)), info)

    def _pool(self, actor: Actor, job: Job) -> Pool:
        places = json.loads(str(job.params["candidates"]))
        candidates = [
            Candidate(chunk_id=chunk, recall_rank=rank, corpus_id=corpus)
            for corpus, chunk, rank in places
        ]
        return self._search.pool_of(actor, str(job.params["query"]), candidates)

    def _rerank(self, run: JobRun) -> tuple[Notice | None, str | None]:
        actor = acting_for(run.job.owner)
        pool = self._pool(actor, run.job)
        if not pool.candidates:
            raise NotFound("passages_gone")
        instruction = Instruction.of(str(run.job.params["instruction"]))
        scores = self._search.score(
            actor,
            pool,
            instruction,
            str(run.job.params["reranker"]),
            priority=BATCH,
            progress=lambda done, total: run.step(done, total, "reranking"),
        )
        rows = [
            {"chunk_id": c.chunk_id, "score": asdict(p)}
            for c, p in zip(pool.candidates, scores.pairs, strict=True)
        ]
        kept = {"rows": rows, "reranker": asdict(scores.reranker)}
        return Notice("reranked", {"count": len(rows)}), json.dumps(kept)
