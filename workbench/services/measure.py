"""Measures instructions and ways of recall with labels, as a job on frozen candidates."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict, Unavailable
from workbench.domain.identity import digest
from workbench.domain.jobs import Job
from workbench.domain.ports import BATCH, ProgressCall
from workbench.domain.queries import Instruction
from workbench.domain.rankings import (
    Ranking,
    RecallMethod,
    RerankerInfo,
    Scores,
)
from workbench.evaluation.measures import order_of
from workbench.logbook import Logbook
from workbench.services.answers import Pool, Request
from workbench.services.indexes import Indexes
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs
from workbench.services.measure_plan import FROZEN, Work, asked, check, params_of
from workbench.services.measured_rows import measurement
from workbench.services.measurements import Measurement, MeasurePlan
from workbench.services.questions import LabelledQuestions, Questions
from workbench.services.readiness import Readiness
from workbench.services.rerank import scored
from workbench.services.search import Search

LOOKED_AT = 1_000
"""Measurements among which the last one of a set is looked for."""


class Measure:
    """Offers and runs measurements; every row of one is on the same candidates."""

    def __init__(
        self,
        policy: Policy,
        search: Search,
        indexes: Indexes,
        questions: Questions,
        jobs: Jobs,
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._search = search
        self._readiness = Readiness(indexes, jobs)
        self._questions = questions
        self._jobs = jobs
        self._log = log
        self._read = lru_cache(maxsize=16)(self._measurement)
        jobs.register("measure", "rerank", self._measure)

    def submit(self, actor: Actor, plan: MeasurePlan) -> Job:
        """Return the job that measures; the same plan on the same labels is one job while it runs.

        Raises:
            InvalidInput: ``arms_too_many``, ``arm_name_twice``, ``criterion_unlabelled``,
                ``measure_nothing``, ``recall_unknown``, ``labels_missing``.
            NotFound: ``query_set_unknown`` or ``corpus_unknown``.
            Unavailable: The reranker cannot be used.
        """
        self._policy.require(actor, "evaluate")
        labelled = self._questions.labelled(actor, plan.query_set_id)
        check(plan, labelled)
        # Chosen once: the active reranker may change before the job's turn comes.
        reranker = (plan.reranker or self._search.active()) if plan.arms else "none"
        self._search.require_reranker(reranker)
        params = params_of(plan, reranker)
        return self._jobs.submit(
            actor,
            "measure",
            digest(*(str(value) for value in params.values())),
            name=labelled.query_set.name,
            **params,
        )

    def answer(self, actor: Actor, job_id: str) -> Measurement:
        """Return what a finished job measured.

        Raises:
            NotFound: ``job_unknown``.
            Conflict: ``job_unfinished``.
        """
        self._policy.require(actor, "view")
        return self._read(actor, job_id)

    def last(self, actor: Actor, query_set_id: str) -> Job | None:
        """Return the measurement of a set that waits or runs, else the newest that is done."""
        return next(
            (
                job
                for job in self._jobs.list(actor, LOOKED_AT, "measure")
                if job.params["set"] == query_set_id and (job.active or job.state == "done")
            ),
            None,
        )

    def _measurement(self, actor: Actor, job_id: str) -> Measurement:
        job = self._jobs.get(actor, job_id)
        if job.kind != "measure" or job.result is None:
            raise Conflict("job_unfinished", job=job_id)
        kept: Mapping[str, Any] = json.loads(job.result)
        return measurement(kept)

    def _measure(self, run: JobRun) -> tuple[Notice | None, str | None]:
        started = time.monotonic()
        work = Work.of(run.job)
        labelled = self._questions.labelled(work.actor, work.query_set_id)
        self._readiness.index(run, labelled.corpus.corpus_id)
        if work.arms or work.methods != ("bm25",):
            self._readiness.vectors(run, labelled.corpus.corpus_id)
        found = self._orders(run, work, labelled)
        seconds = time.monotonic() - started
        self._log.write(
            "measured",
            actor=work.actor.id,
            corpus=labelled.corpus.corpus_id,
            queries=len(found["questions"]),
            arms=len(work.arms),
            candidates=work.candidates,
            reranker=work.reranker,
            seconds=seconds,
        )
        kept = {
            "set": labelled.query_set.name,
            "version": labelled.query_set.version,
            "corpus_id": labelled.corpus.corpus_id,
            "corpus": labelled.corpus.name,
            "candidates": work.candidates,
            "criteria": [asdict(one) for one in labelled.criteria],
            "qrels": labelled.qrels,
            "arms": [asdict(arm) for arm in work.arms],
            "lost": labelled.lost,
            "seconds": seconds,
            **found,
        }
        told = Notice(
            "measured", {"name": labelled.query_set.name, "queries": len(found["questions"])}
        )
        return told, json.dumps(kept, ensure_ascii=False)

    def _orders(self, run: JobRun, work: Work, labelled: LabelledQuestions) -> dict[str, Any]:
        """Return each question's orders: recall's by method, and each instruction's."""
        questions = asked(labelled, work.arms)
        recalled: dict[str, dict[str, list[str]]] = {method: {} for method in work.methods}
        orders: list[dict[str, dict[str, Any]]] = [{} for _ in work.arms]
        info: RerankerInfo | None = None
        generations: set[int] = set()
        done, total = 0, len(questions) * (1 + len(work.arms))
        for query, text in questions.items():
            pools = {
                method: self._pool(work, labelled, text, method)
                for method in dict.fromkeys((*work.methods, *(FROZEN if work.arms else ())))
            }
            generations |= {
                generation for pool in pools.values() for generation in pool.generations
            }
            for method in work.methods:
                recalled[method][query] = [one.chunk_id for one in pools[method].candidates]
            run.step(done + 1, total, "measuring")
            places = [
                at
                for at, arm in enumerate(work.arms)
                if query in labelled.qrels[arm.criterion_id] and pools["hybrid"].candidates
            ]
            if places:
                progress = _within(run, done + 1, total, len(work.arms))
                for at, scores in self._scores(work, pools["hybrid"], places, progress):
                    orders[at][query] = _ordered(pools["hybrid"], scores)
                    info = scores.reranker
            done += 1 + len(work.arms)
            run.step(done, total, "measuring")
        if len(generations) > 1:
            raise Conflict("corpus_changed_meanwhile", name=labelled.corpus.name)
        return {
            "questions": questions,
            "recalled": recalled,
            "orders": orders,
            "reranker": asdict(info) if info else None,
            "generation": max(generations, default=0),
        }

    def _pool(
        self, work: Work, labelled: LabelledQuestions, text: str, method: RecallMethod
    ) -> Pool:
        request = Request(method=method, candidates=work.candidates)
        pool = self._search.pool(work.actor, (labelled.corpus.corpus_id,), text, request)
        if pool.method != method:
            reason = next((str(n.params.get("reason", n.code)) for n in pool.notices), "")
            raise Unavailable("recall_incomplete", method=method, reason=reason)
        return pool

    def _scores(
        self, work: Work, pool: Pool, places: Sequence[int], progress: ProgressCall
    ) -> Iterator[tuple[int, Scores]]:
        """Return the scores of the pool under the instructions at these places, in one pass."""
        arms = [work.arms[at] for at in places]
        scores = self._search.score_each(
            work.actor,
            pool,
            [Instruction.of(arm.text, arm.name) for arm in arms],
            work.reranker,
            priority=BATCH,
            progress=progress,
        )
        return zip(places, scores, strict=True)


def _within(run: JobRun, base: int, total: int, units: int) -> ProgressCall:
    """Return a call that reports scored pairs as a part of ``units`` after ``base``."""
    return lambda done, pairs: run.step(base + units * done // max(pairs, 1), total, "measuring")


def _ordered(pool: Pool, scores: Scores) -> dict[str, Any]:
    """Return the pool's chunks best first, with what they were sorted by."""
    ranking = Ranking.of(pool.query.text, scored(pool.candidates, scores))
    return {
        "chunks": order_of(ranking),
        "margins": [row.candidate.margin for row in ranking.rows],
        "scores": [row.candidate.score for row in ranking.rows],
    }
