"""Offers measurements with labels, and gives back what they found."""

import json
from collections.abc import Mapping
from typing import Any

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import Conflict, InvalidInput, Param
from workbench.domain.identity import digest
from workbench.domain.jobs import Job
from workbench.domain.rankings import RECALL_METHODS
from workbench.services.experiment_pairs import arms_of
from workbench.services.experiments import Experiments
from workbench.services.held_out_record import HeldOutRecord
from workbench.services.jobs import Jobs
from workbench.services.measure_plan import check, params_of
from workbench.services.measure_run import MeasureRun
from workbench.services.measured_rows import measurement
from workbench.services.measurements import ArmPlan, Measurement, MeasurePlan
from workbench.services.questions import Questions
from workbench.services.search import Search

LOOKED_AT = 1_000
"""Measurements among which the last one of a set is looked for."""


class Measure:
    """Offers and runs measurements; every row of one is on the same candidates."""

    def __init__(
        self,
        policy: Policy,
        search: Search,
        questions: Questions,
        experiments: Experiments,
        record: HeldOutRecord,
        run: MeasureRun,
        jobs: Jobs,
    ) -> None:
        self._policy = policy
        self._search = search
        self._questions = questions
        self._experiments = experiments
        self._record = record
        self._jobs = jobs
        jobs.register("measure", "rerank", run)

    def submit(self, actor: Actor, plan: MeasurePlan) -> Job:
        """Return the job that measures; the same plan on the same labels is one job while it runs.

        Raises:
            InvalidInput: ``arms_too_many``, ``arm_name_twice``, ``criterion_unlabelled``,
                ``measure_nothing``, ``recall_unknown``, ``labels_missing``.
            NotFound: ``query_set_unknown`` or ``corpus_unknown``.
            Conflict: ``held_out_opened`` where held-out questions were measured before.
            Unavailable: The reranker cannot be used.
        """
        self._policy.require(actor, "evaluate")
        labelled = self._questions.labelled(actor, plan.query_set_id).part(held_out=plan.held_out)
        check(plan, labelled)
        if plan.held_out:
            self._record.require_unopened(actor, labelled.query_set)
        # Chosen once: the active reranker may change before the job's turn comes.
        reranker = (plan.reranker or self._search.active()) if plan.arms else "none"
        self._search.require_reranker(reranker)
        return self._submit(actor, labelled.query_set.name, params_of(plan, reranker))

    def reproduce(self, actor: Actor, experiment_id: str) -> Job:
        """Return the job that computes an experiment again on what it froze, nothing from earlier.

        Raises:
            NotFound: ``experiment_unknown``.
            InvalidInput: ``experiment_without_instructions``.
            Unavailable: The reranker cannot be used.
        """
        return self._again(actor, experiment_id, kind="instructions")

    def renew(self, actor: Actor, experiment_id: str) -> Job:
        """Return the job that measures an experiment's instructions on the library of today.

        Raises:
            As ``reproduce`` and ``submit``.
        """
        return self._again(actor, experiment_id, kind="library")

    def _again(self, actor: Actor, experiment_id: str, *, kind: str) -> Job:
        self._policy.require(actor, "evaluate")
        before = self._experiments.get(actor, experiment_id)
        arms = arms_of(before)
        if not arms:
            raise InvalidInput("experiment_without_instructions", name=before.name)
        found: Any = before.details
        reranker = str(found["reranker"]["name"])
        self._search.require_reranker(reranker)
        plan = MeasurePlan(
            query_set_id=before.query_set_id,
            arms=tuple(ArmPlan(**arm) for arm in arms),
            methods=tuple(one for one in RECALL_METHODS if one in found["recalled"]),
            candidates=int(found["candidates"]),
            held_out=bool(found.get("held_out")),
        )
        if kind == "library":
            labelled = self._questions.labelled(actor, plan.query_set_id)
            check(plan, labelled.part(held_out=plan.held_out))
        params = params_of(plan, reranker) | {"way": kind, "original": experiment_id}
        return self._submit(actor, before.name, params)

    def _submit(self, actor: Actor, name: str, params: dict[str, Param]) -> Job:
        key = digest(*(str(value) for value in params.values()))
        return self._jobs.submit(actor, "measure", key, name=name, **params)

    def answer(self, actor: Actor, job_id: str) -> Measurement:
        """Return what a finished job measured.

        Raises:
            NotFound: ``job_unknown``.
            Conflict: ``job_unfinished``.
        """
        self._policy.require(actor, "view")
        kept = self._result(actor, job_id)
        if "experiment" in kept:
            return self._experiments.answer(actor, str(kept["experiment"]))
        return measurement(kept)  # of a version that kept everything with the job

    def experiment(self, actor: Actor, job_id: str) -> str | None:
        """Return the experiment that a finished job made; None where an older version ran it.

        Raises:
            As ``answer``.
        """
        self._policy.require(actor, "view")
        kept = self._result(actor, job_id)
        return str(kept["experiment"]) if "experiment" in kept else None

    def last(self, actor: Actor, query_set_id: str) -> Job | None:
        """Return the measurement of a set that waits or runs, else the newest that is done."""
        return next(
            (
                job
                for job in self._jobs.list(actor, LOOKED_AT, "measure")
                if job.params["set"] == query_set_id
                and "original" not in job.params
                and (job.active or job.state == "done")
            ),
            None,
        )

    def _result(self, actor: Actor, job_id: str) -> Mapping[str, Any]:
        job = self._jobs.get(actor, job_id)
        if job.kind != "measure" or job.result is None:
            raise Conflict("job_unfinished", job=job_id)
        kept: Mapping[str, Any] = json.loads(job.result)
        return kept
