"""What experiments have seen of a question set: which questions, and which as held-out ones."""

from workbench.domain.actors import Actor
from workbench.domain.errors import Conflict
from workbench.domain.experiments import Experiment
from workbench.domain.judgements import QuerySet
from workbench.services.experiment_pairs import arms_of
from workbench.services.experiment_shapes import questions_of
from workbench.services.experiments import Experiments


class HeldOutRecord:
    """Reads from the experiments, also deleted ones, what is no longer unseen."""

    def __init__(self, experiments: Experiments) -> None:
        self._experiments = experiments

    def opened(self, actor: Actor, query_set: QuerySet) -> Experiment | None:
        """Return the first experiment that measured any of a set's held-out questions as such.

        Only those count that are held out in this version. None where all of them are unopened.
        """
        held = {one.query_id for one in query_set.queries if one.held_out}
        found = [
            one
            for one in self._experiments.every(actor)
            if _as_held_out(one) and held & questions_of(one).keys()
        ]
        return min(found, key=lambda one: one.experiment_id, default=None)

    def require_unopened(self, actor: Actor, query_set: QuerySet) -> None:
        """Return where the set's held-out questions have not been measured.

        Raises:
            Conflict: ``held_out_opened``.
        """
        before = self.opened(actor, query_set)
        if before is not None:
            at = before.created_at[:10]
            raise Conflict("held_out_opened", name=candidate_of(before), at=at)

    def measured(self, actor: Actor, query_set_id: str) -> frozenset[str]:
        """Return the questions of a set that any experiment asked."""
        return self._asked(actor, query_set_id, held_out_only=False)

    def spent(self, actor: Actor, query_set_id: str) -> frozenset[str]:
        """Return the questions of a set that were opened: they cannot be held out once more."""
        return self._asked(actor, query_set_id, held_out_only=True)

    def _asked(self, actor: Actor, query_set_id: str, *, held_out_only: bool) -> frozenset[str]:
        return frozenset(
            query
            for one in self._experiments.every(actor)
            if one.query_set_id == query_set_id and (_as_held_out(one) or not held_out_only)
            for query in questions_of(one)
        )


def candidate_of(opened: Experiment) -> str:
    """Return what the instruction is called that held-out questions were opened for."""
    return str(arms_of(opened)[-1]["name"])


def _as_held_out(one: Experiment) -> bool:
    return bool(one.details.get("held_out"))
