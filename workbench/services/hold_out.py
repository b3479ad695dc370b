"""Held-out questions: drawn once for all, released, and whether they have been measured."""

from dataclasses import dataclass, replace

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Experiment
from workbench.domain.judgements import HELD_OUT, QuerySet, SetEntry
from workbench.evaluation.held_out import LEAST, drawn
from workbench.services.held_out_record import HeldOutRecord
from workbench.services.placing import Placing
from workbench.services.question_sets import QuestionSets
from workbench.store.questions import QuestionRepository

SHARE = 0.3
"""Part of a set that is held out where nothing else is wanted."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The held-out questions of a set.

    ``measured`` of the ``count`` were in an experiment before they were held out. ``opened`` is the
    experiment that measured them as held-out questions; None where they are unseen. ``free`` is how
    many could be drawn: those never opened, less the ``LEAST`` that have to stay.
    """

    count: int
    measured: int
    opened: Experiment | None
    free: int

    @property
    def usual(self) -> int:
        """Return how many to draw where nothing else is wanted."""
        return max(LEAST, round(SHARE * (self.free + LEAST)))


class HoldOut:
    """Keeps questions out of measurements until one instruction has been chosen."""

    def __init__(
        self,
        policy: Policy,
        sets: QuestionSets,
        stored: QuestionRepository,
        placing: Placing,
        record: HeldOutRecord,
    ) -> None:
        self._policy = policy
        self._sets = sets
        self._stored = stored
        self._placing = placing
        self._record = record

    def state(self, actor: Actor, query_set: QuerySet) -> HeldOut:
        """Return what is held out of a set, and whether it has been opened."""
        self._policy.require(actor, "view")
        held = {one.query_id for one in query_set.queries if one.held_out}
        opened = self._record.opened(actor, query_set)
        before = self._record.measured(actor, query_set.query_set_id)
        return HeldOut(
            count=len(held),
            measured=0 if opened else len(held & before),
            opened=opened,
            free=max(0, len(self._drawable(actor, query_set)) - LEAST),
        )

    def draw(self, actor: Actor, query_set: QuerySet, count: int) -> QuerySet:
        """Return the next version, with ``count`` questions held out instead of those before.

        The draw follows from the set alone: nobody can draw until it suits. Every language, and
        questions with and without labels or an answer, keep their share; questions that no
        experiment has measured come first.

        Raises:
            InvalidInput: ``held_out_count`` where fewer than six would be held out or would stay.
            Conflict: ``query_set_changed``.
        """
        self._policy.require(actor, "edit", query_set.corpus_id or "")
        entries = self._drawable(actor, query_set)
        if not LEAST <= count <= len(entries) - LEAST:
            raise InvalidInput("held_out_count", count=count, questions=len(entries), least=LEAST)
        queries = self._stored.queries(tuple(one.query_id for one in entries))
        languages = {one.query_id: one.language for one in queries}
        placed = self._placing.of(query_set.corpus_id or "", frozenset(languages))
        labelled = {one.query_id for one in placed.events}
        kinds = {
            one.query_id: f"{languages[one.query_id]} {one.answerable} {one.query_id in labelled}"
            for one in entries
        }
        before = self._record.measured(actor, query_set.query_set_id)
        held = set(drawn(kinds, count, query_set.query_set_id, before))
        return self._sets.change(
            actor, query_set, [_marked(one, one.query_id in held) for one in query_set.queries]
        )

    def release(self, actor: Actor, query_set: QuerySet) -> QuerySet:
        """Return the next version, with nothing held out.

        Raises:
            Conflict: ``query_set_changed``.
        """
        return self._sets.change(
            actor, query_set, [_marked(one, False) for one in query_set.queries]
        )

    def _drawable(self, actor: Actor, query_set: QuerySet) -> list[SetEntry]:
        """Return the entries that were never measured as held-out questions."""
        spent = self._record.spent(actor, query_set.query_set_id)
        return [one for one in query_set.queries if one.query_id not in spent]


def _marked(entry: SetEntry, held: bool) -> SetEntry:
    tags = tuple(tag for tag in entry.tags if tag != HELD_OUT)
    return replace(entry, tags=(*tags, HELD_OUT) if held else tags)
