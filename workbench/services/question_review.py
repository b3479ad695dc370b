"""What is known of each question of a set: its labels, twins, copied answers, and the gap list."""

import csv
import io
from dataclasses import dataclass

from workbench.domain.actors import Actor, Policy
from workbench.domain.cells import BOM, guarded
from workbench.domain.judgements import NO_ANSWER, QuerySet, SetEntry
from workbench.evaluation.alike import near_duplicates, quoted
from workbench.evaluation.gold import BINARY_LEVEL
from workbench.services.placing import Placing
from workbench.store.questions import QuestionRepository
from workbench.store.rows import StoredQuery


@dataclass(frozen=True, slots=True)
class Item:
    """A question of a set with what is known of it.

    ``blind`` and ``seen`` count graded passages by whether ranks were hidden; ``like`` names a
    question that is nearly the same, ``copied`` what it quotes of a passage that answers it.
    """

    entry: SetEntry
    query: StoredQuery
    blind: int
    seen: int
    like: str
    copied: str


@dataclass(frozen=True, slots=True)
class Touched:
    """Questions of a set with labels on documents that have changed since they were given."""

    query_set: QuerySet
    queries: tuple[str, ...]


class QuestionReview:
    """Looks at question sets beside their labels; changes nothing."""

    def __init__(self, policy: Policy, questions: QuestionRepository, placing: Placing) -> None:
        self._policy = policy
        self._questions = questions
        self._placing = placing

    def items(self, actor: Actor, query_set: QuerySet) -> tuple[Item, ...]:
        """Return a set's questions with their labels and what is odd about them."""
        self._policy.require(actor, "view")
        ids = tuple(entry.query_id for entry in query_set.queries)
        queries = {one.query_id: one for one in self._questions.queries(ids)}
        placed = self._placing.of(query_set.corpus_id or "", frozenset(ids))
        counts: dict[str, list[int]] = {one: [0, 0] for one in ids}
        copied: dict[str, str] = {}
        for event in placed.events:
            counts[event.query_id][event.way == "open"] += event.grade is not None
            if event.grade is not None and event.grade >= BINARY_LEVEL:
                run = quoted(queries[event.query_id].text, event.anchor.quote)
                copied.setdefault(event.query_id, run)
        alike = {
            later: queries[one].text
            for one, later in near_duplicates({one: queries[one].text for one in ids})
        }
        return tuple(
            Item(
                entry,
                queries[entry.query_id],
                blind=counts[entry.query_id][0],
                seen=counts[entry.query_id][1],
                like=alike.get(entry.query_id, ""),
                copied=copied.get(entry.query_id, ""),
            )
            for entry in query_set.queries
        )

    def table(self, actor: Actor, query_set: QuerySet, *, gaps: bool = False) -> bytes:
        """Return the set as CSV that spreadsheets open as Chinese; of ``gaps`` only those."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(("question", "tags", "note", "state", "language", "query_id"))
        for item in self.items(actor, query_set):
            if gaps and item.entry.answerable:
                continue
            tags = ", ".join(tag for tag in item.entry.tags if tag != NO_ANSWER)
            state = "" if item.entry.answerable else NO_ANSWER
            cells = (item.query.text, tags, item.entry.note, state, item.query.language)
            writer.writerow([*(guarded(cell) for cell in cells), item.query.query_id])
        return f"{BOM}{out.getvalue()}".encode()

    def touched(self, actor: Actor) -> tuple[Touched, ...]:
        """Return the sets whose labelled documents have changed, with the questions concerned."""
        self._policy.require(actor, "view")
        found = []
        for query_set in self._questions.query_sets(actor.id):
            ids = frozenset(entry.query_id for entry in query_set.queries)
            corpus = query_set.corpus_id or ""
            editions = {one.document_id: one.edition_id for one in self._placing.documents(corpus)}
            changed = {
                event.query_id
                for event in self._placing.of(corpus, ids).events
                if editions[event.anchor.document_id] != event.anchor.edition_id
            }
            if changed:
                found.append(Touched(query_set, tuple(one for one in ids if one in changed)))
        return tuple(found)
