"""The work of a measurement: candidates frozen, ordered under every instruction, and kept."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict, Unavailable
from workbench.domain.ports import BATCH, ProgressCall
from workbench.domain.queries import Instruction
from workbench.domain.rankings import RecallMethod, Scores
from workbench.logbook import Logbook
from workbench.services.answers import Pool, Request
from workbench.services.experiment_again import computed_again
from workbench.services.experiment_shapes import Candidates, Found, ordered, questions_of
from workbench.services.experiments import Experiments
from workbench.services.held_out_record import HeldOutRecord
from workbench.services.job_run import JobRun
from workbench.services.measure_plan import FROZEN, Work, asked, unanswered
from workbench.services.provenance import Provenance
from workbench.services.questions import LabelledQuestions, Questions
from workbench.services.readiness import Readiness
from workbench.services.search import Search

STAGE = "measuring"


class MeasureRun:
    """Does measurements: on what recall finds today, or again on what an experiment froze."""

    def __init__(
        self,
        search: Search,
        readiness: Readiness,
        questions: Questions,
        experiments: Experiments,
        record: HeldOutRecord,
        provenance: Provenance,
        log: Logbook,
    ) -> None:
        self._search = search
        self._readiness = readiness
        self._questions = questions
        self._experiments = experiments
        self._record = record
        self._provenance = provenance
        self._log = log

    def __call__(self, run: JobRun) -> tuple[Notice | None, str | None]:
        """Do the job, keep it as an experiment, and return which one."""
        started, work = time.monotonic(), Work.of(run.job)
        again = work.original is not None and work.kind != "library"
        made, candidates = self._again(run, work) if again else self._anew(run, work)
        kept = {**made, "seconds": time.monotonic() - started}
        experiment = self._experiments.keep(
            run.job,
            kept,
            candidates,
            kind=work.kind,
            query_set_id=work.query_set_id,
            reproduces=work.original,
        )
        self._log.write(
            "measured",
            actor=work.actor.id,
            corpus=kept["corpus_id"],
            queries=len(kept["questions"]),
            arms=len(work.arms),
            candidates=work.candidates,
            reranker=work.reranker,
            seconds=kept["seconds"],
        )
        told = Notice("measured", {"name": kept["set"], "queries": len(kept["questions"])})
        return told, json.dumps({"experiment": experiment.experiment_id})

    def _anew(self, run: JobRun, work: Work) -> tuple[dict[str, Any], Candidates]:
        every = self._questions.labelled(work.actor, work.query_set_id)
        labelled = every.part(held_out=work.held_out)
        if work.held_out and work.original is None:
            self._record.require_unopened(work.actor, labelled.query_set)
        corpus = labelled.corpus
        self._readiness.index(run, corpus.corpus_id)
        if work.arms or work.methods != ("bm25",):
            self._readiness.vectors(run, corpus.corpus_id)
        questions, without = asked(labelled, work.arms), unanswered(labelled)
        provenance = self._provenance.of(corpus)
        found = Found([{} for _ in work.arms], recalled={method: {} for method in work.methods})
        for query, text, progress in _steps(run, questions, len(work.arms)):
            pool = self._recalled(work, labelled, query, text, found)
            places = [
                at
                for at, arm in enumerate(work.arms)
                if query in labelled.qrels[arm.criterion_id] or query in without
            ]
            if pool is None or not places or not pool.candidates:
                continue
            texts = pool.texts
            ids = [one.chunk_id for one in pool.candidates]
            found.candidates[query] = list(zip(ids, texts, strict=True))
            for at, one in self._scored(work, text, texts, places, progress):
                found.add(at, query, ordered(text, pool.candidates, one), one)
        if len(found.generations) > 1:
            raise Conflict("corpus_changed_meanwhile", name=corpus.name)
        kept = {
            "set": labelled.query_set.name,
            "version": labelled.query_set.version,
            "corpus_id": corpus.corpus_id,
            "corpus": corpus.name,
            "candidates": work.candidates,
            "criteria": [asdict(one) for one in labelled.criteria],
            "qrels": labelled.qrels,
            "arms": [asdict(arm) for arm in work.arms],
            "lost": labelled.lost,
            "questions": questions,
            "provenance": provenance,
            "held_out": work.held_out,
            "no_answer": [query for query in questions if query in without],
            **found.kept(),
        }
        return kept, found.candidates

    def _scored(
        self,
        work: Work,
        question: str,
        texts: Sequence[str],
        places: Sequence[int],
        progress: ProgressCall,
    ) -> Iterator[tuple[int, Scores]]:
        """Yield the scores under each instruction; the one that is repeated knows none of them."""
        repeated = [at for at in places if work.arms[at].control == "again"]
        usual = [at for at in places if at not in repeated]
        for anew, some in ((False, usual), (True, repeated)):
            if some:
                arms = [work.arms[at] for at in some]
                scores = self._search.score_texts(
                    work.actor,
                    question,
                    texts,
                    [Instruction.of(arm.text, arm.name) for arm in arms],
                    work.reranker,
                    priority=BATCH,
                    progress=progress,
                    anew=anew,
                )
                yield from zip(some, scores, strict=True)

    def _again(self, run: JobRun, work: Work) -> tuple[dict[str, Any], Candidates]:
        """Return the measurement of an experiment, every number of it computed again."""
        before = self._experiments.get(work.actor, work.original or "")
        frozen = self._experiments.frozen(work.actor, before.experiment_id)
        steps = _steps(run, questions_of(before), len(work.arms))
        return computed_again(self._search, work.actor, before, frozen, work.reranker, steps)

    def _recalled(
        self, work: Work, labelled: LabelledQuestions, query: str, text: str, found: Found
    ) -> Pool | None:
        """Note what each way of recall finds, and return what is to be ordered, if anything."""
        wanted = dict.fromkeys((*work.methods, *(FROZEN if work.arms else ())))
        pools = {method: self._pool(work, labelled, text, method) for method in wanted}
        found.generations |= {one for pool in pools.values() for one in pool.generations}
        for method in work.methods:
            ids = [one.chunk_id for one in pools[method].candidates]
            found.recalled[method][query] = ids
        return pools.get("hybrid") if work.arms else None

    def _pool(
        self, work: Work, labelled: LabelledQuestions, text: str, method: RecallMethod
    ) -> Pool:
        request = Request(method=method, candidates=work.candidates)
        pool = self._search.pool(work.actor, (labelled.corpus.corpus_id,), text, request)
        if pool.method != method:
            reason = next((str(n.params.get("reason", n.code)) for n in pool.notices), "")
            raise Unavailable("recall_incomplete", method=method, reason=reason)
        return pool


def _steps(
    run: JobRun, questions: Mapping[str, str], arms: int
) -> Iterator[tuple[str, str, ProgressCall]]:
    """Yield each question with the call that reports its pairs, and say how far the job is."""
    total = len(questions) * (1 + arms)
    for number, (query, text) in enumerate(questions.items()):
        base = number * (1 + arms) + 1
        run.step(base, total, STAGE)
        yield query, text, _within(run, base, total, arms)
        run.step((number + 1) * (1 + arms), total, STAGE)


def _within(run: JobRun, base: int, total: int, units: int) -> ProgressCall:
    """Return a call that reports scored pairs as a part of ``units`` after ``base``."""
    return lambda done, pairs: run.step(base + units * done // max(pairs, 1), total, STAGE)
