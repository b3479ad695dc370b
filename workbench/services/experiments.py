"""Stored measurements: opened as they were, named, put away, deleted and restored, compared."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Experiment, ExperimentKind, Frozen
from workbench.domain.identity import new_ulid
from workbench.domain.jobs import Job
from workbench.logbook import Logbook
from workbench.services.experiment_pairs import (
    Beside,
    Reproduction,
    arms_of,
    beside_of,
    reproduction_of,
)
from workbench.services.experiment_shapes import Candidates, details_of, frozen_of, kept_of
from workbench.services.measured_rows import measurement
from workbench.services.measurements import PRIMARY, Measurement
from workbench.store.experiments import ExperimentRepository

NAME_LIMIT = 200


class Experiments:
    """Keeps what was measured; what is frozen is never computed again to be shown."""

    def __init__(
        self,
        policy: Policy,
        repository: ExperimentRepository,
        now: Callable[[], str],
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._repository = repository
        self._now = now
        self._log = log
        self._opened = lru_cache(maxsize=16)(self._open)

    def keep(
        self,
        job: Job,
        kept: Mapping[str, Any],
        candidates: Candidates,
        *,
        kind: ExperimentKind,
        query_set_id: str,
        reproduces: str | None = None,
    ) -> Experiment:
        """Return the experiment that keeps a finished measurement, in one transaction.

        A job that was cut off after that finds the one it made.
        """
        known = self._repository.of_job(job.job_id)
        if known is not None:
            return known
        found = measurement(kept)
        experiment = Experiment(
            experiment_id=new_ulid(),
            owner=job.owner,
            kind=kind,
            name=str(kept["set"]),
            note="",
            corpus_id=str(kept["corpus_id"]),
            query_set_id=query_set_id,
            version=int(kept["version"]),
            job_id=job.job_id,
            manifest=found.manifest,
            details=details_of(kept),
            created_at=self._now(),
            reproduces=reproduces,
        )
        self._repository.add(experiment, frozen_of(kept, candidates, found))
        self._log.write("experiment_kept", experiment=experiment.experiment_id, kind=kind)
        return experiment

    def all(self, actor: Actor, *, deleted: bool = False) -> tuple[Experiment, ...]:
        """Return the actor's experiments, newest first, archived ones among them."""
        self._policy.require(actor, "view")
        return self._repository.all(actor.id, deleted=deleted)

    def get(self, actor: Actor, experiment_id: str) -> Experiment:
        """Return an experiment, also a deleted one.

        Raises:
            NotFound: ``experiment_unknown``.
        """
        self._policy.require(actor, "view")
        return self._repository.get(experiment_id)

    def frozen(self, actor: Actor, experiment_id: str) -> Frozen:
        """Return everything that an experiment froze, with the texts that were read."""
        self._policy.require(actor, "view")
        return self._repository.frozen(experiment_id, texts=True)

    def answer(self, actor: Actor, experiment_id: str) -> Measurement:
        """Return the measurement as it was kept; nothing is asked of a model or an index.

        Raises:
            NotFound: ``experiment_unknown``.
        """
        self._policy.require(actor, "view")
        return self._opened(experiment_id)

    def means(self, actor: Actor, experiment_id: str) -> dict[tuple[int, str], float]:
        """Return the mean of the first measure by instruction (ways of recall below 0)."""
        self._policy.require(actor, "view")
        found = self._repository.measures(experiment_id, PRIMARY)
        return {key: sum(values.values()) / len(values) for key, values in found.items() if values}

    def tried(self, actor: Actor, query_set_id: str) -> int:
        """Return how many different instructions were measured on a question set so far."""
        self._policy.require(actor, "view")
        return len(
            {
                str(arm["text"])
                for one in self.every(actor)
                if one.query_set_id == query_set_id
                for arm in arms_of(one)
            }
        )

    def every(self, actor: Actor) -> tuple[Experiment, ...]:
        """Return the actor's experiments, deleted ones among them: once seen is seen."""
        return (*self.all(actor), *self.all(actor, deleted=True))

    def seconds_a_pair(self, actor: Actor, reranker: str) -> float | None:
        """Return what a pair took when this reranker last computed some here; None if it never did.

        Pairs whose score was known from earlier took no time and count for nothing.
        """
        for one in self.all(actor):
            info, spent = one.details["reranker"], one.details.get("computed")
            if isinstance(info, dict) and isinstance(spent, dict) and info["name"] == reranker:
                pairs, seconds = spent["pairs"], spent["seconds"]
                if isinstance(pairs, int) and isinstance(seconds, float) and pairs:
                    return seconds / pairs
        return None

    def describe(self, actor: Actor, experiment_id: str, name: str, note: str) -> None:
        """Give an experiment another name and note.

        Raises:
            InvalidInput: ``experiment_name_wrong`` where the name is empty or too long.
        """
        self._policy.require(actor, "edit", experiment_id)
        clean = name.strip()
        if not 0 < len(clean) <= NAME_LIMIT:
            raise InvalidInput("experiment_name_wrong", length=len(clean), limit=NAME_LIMIT)
        self._repository.describe(experiment_id, clean, note.strip())

    def archive(self, actor: Actor, experiment_id: str, *, archived: bool) -> None:
        """Put an experiment away, or take it out again."""
        self._policy.require(actor, "edit", experiment_id)
        self._repository.archive(experiment_id, archived=archived)

    def delete(self, actor: Actor, experiment_id: str, *, deleted: bool) -> None:
        """Hide an experiment, or bring it back as it was."""
        self._policy.require(actor, "delete", experiment_id)
        self._repository.delete(experiment_id, deleted=deleted)

    def reproduction(self, actor: Actor, experiment_id: str) -> Reproduction | None:
        """Return how an experiment that was made again came out; None for one that was not."""
        again = self.get(actor, experiment_id)
        if again.reproduces is None or again.kind == "library":
            return None
        before = self._repository.get(again.reproduces)
        old = self._repository.frozen(before.experiment_id)
        new = self._repository.frozen(again.experiment_id)
        return reproduction_of(before, old, again, new)

    def beside(self, actor: Actor, first_id: str, second_id: str) -> Beside:
        """Return two experiments side by side, each instruction with those of its criterion.

        Of an instruction's effect only that is said which the manifests allow.
        """
        first, second = self.get(actor, first_id), self.get(actor, second_id)
        mine, theirs = self.answer(actor, first_id), self.answer(actor, second_id)
        return beside_of(first, mine, second, theirs)

    def _open(self, experiment_id: str) -> Measurement:
        experiment = self._repository.get(experiment_id)
        return measurement(kept_of(experiment, self._repository.frozen(experiment_id)))
