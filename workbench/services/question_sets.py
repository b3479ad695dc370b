"""Question sets as people keep them: every change is a new version, and none is ever lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.judgements import NO_ANSWER, QuerySet, SetEntry
from workbench.domain.queries import Query
from workbench.domain.text import normalised
from workbench.services.corpora import Corpora
from workbench.services.question_files import NewQuestion, QuestionFile, Rows, read_questions
from workbench.store.questions import QuestionRepository

NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that was not taken in: its line, and why."""

    line: int
    text: str
    error: WorkbenchError


@dataclass(frozen=True, slots=True)
class Added:
    """What became of questions: those that are new, those there already, and those refused."""

    query_set: QuerySet
    fresh: int
    known: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version changed, as counts of questions."""

    version: QuerySet
    added: int
    removed: int
    edited: int


class QuestionSets:
    """Makes, changes and compares question sets."""

    def __init__(
        self,
        policy: Policy,
        corpora: Corpora,
        questions: QuestionRepository,
        rows: Rows,
    ) -> None:
        self._policy = policy
        self._corpora = corpora
        self._questions = questions
        self._rows = rows

    def all(self, actor: Actor, *, deleted: bool = False) -> tuple[QuerySet, ...]:
        """Return the newest version of each set, also of those without a label."""
        self._policy.require(actor, "view")
        return self._questions.query_sets(actor.id, deleted=deleted)

    def get(self, actor: Actor, query_set_id: str, version: int | None = None) -> QuerySet:
        """Return a set's newest version, or the one named.

        Raises:
            NotFound: ``query_set_unknown``.
        """
        self._policy.require(actor, "view")
        return self._questions.query_set(query_set_id, version)

    def create(self, actor: Actor, name: str, corpus_id: str) -> QuerySet:
        """Return a new set without questions, asked of a corpus.

        Raises:
            InvalidInput: ``query_set_name_wrong``.
            NotFound: ``corpus_unknown``.
        """
        self._policy.require(actor, "edit", corpus_id)
        self._corpora.get(actor, corpus_id)
        return self._questions.save_set(actor.id, _name(name), (), corpus_id=corpus_id)

    def add(self, actor: Actor, query_set: QuerySet, questions: Sequence[NewQuestion]) -> Added:
        """Return what became of new questions; one that is there already is not added twice.

        Raises:
            Conflict: ``query_set_changed`` where somebody else changed the set meanwhile.
        """
        self._policy.require(actor, "edit", query_set.corpus_id or "")
        entries, refused, known = list(query_set.queries), [], 0
        stored = self._questions.queries(tuple(one.query_id for one in entries))
        there = {normalised(one.text) for one in stored}
        for one in questions:
            try:
                query = Query.of(one.text)
            except WorkbenchError as error:
                refused.append(Refused(one.line, one.text, error))
                continue
            if normalised(query.text) in there:
                known += 1
                continue
            there.add(normalised(query.text))
            kept = self._questions.find_query(actor.id, query.text)
            query_id = (kept or self._questions.add_query(actor.id, query)).query_id
            entries.append(SetEntry(query_id, one.tags, note=one.note))
        fresh = len(entries) - len(query_set.queries)
        saved = self._saved(actor, query_set, tuple(entries)) if fresh else query_set
        return Added(saved, fresh, known, tuple(refused))

    def change(self, actor: Actor, query_set: QuerySet, entries: Sequence[SetEntry]) -> QuerySet:
        """Return the next version, with these entries; the same entries make no version.

        Raises:
            Conflict: ``query_set_changed``.
            NotFound: ``query_unknown``.
        """
        self._policy.require(actor, "edit", query_set.corpus_id or "")
        wanted = tuple(entries)
        return query_set if wanted == query_set.queries else self._saved(actor, query_set, wanted)

    def rename(self, actor: Actor, query_set: QuerySet, name: str) -> QuerySet:
        """Return the next version under another name.

        Raises:
            InvalidInput: ``query_set_name_wrong``.
        """
        self._policy.require(actor, "edit", query_set.corpus_id or "")
        return self._saved(actor, replace(query_set, name=_name(name)), query_set.queries)

    def copy(self, actor: Actor, query_set: QuerySet, name: str) -> QuerySet:
        """Return a new set with the same questions."""
        self._policy.require(actor, "edit", query_set.corpus_id or "")
        return self._questions.save_set(
            actor.id, _name(name), query_set.queries, corpus_id=query_set.corpus_id
        )

    def delete(self, actor: Actor, query_set_id: str, *, deleted: bool) -> None:
        """Hide a set, or bring it back; its labels stay."""
        self._policy.require(actor, "delete", query_set_id)
        self._questions.delete_set(query_set_id, deleted=deleted)

    def restore(self, actor: Actor, query_set: QuerySet, version: int) -> QuerySet:
        """Return the next version, with the questions of an earlier one."""
        earlier = self.get(actor, query_set.query_set_id, version)
        return self.change(actor, query_set, earlier.queries)

    def versions(self, actor: Actor, query_set_id: str) -> tuple[Difference, ...]:
        """Return every version with what it changed, newest first."""
        self._policy.require(actor, "view")
        every = self._questions.versions(query_set_id)
        before = (*every[1:], None)
        return tuple(_difference(one, old) for one, old in zip(every, before, strict=True))

    def read(
        self, actor: Actor, name: str, data: bytes, uses: Mapping[str, str] | None = None
    ) -> QuestionFile:
        """Return the questions of a file; nothing is kept. Errors as ``read_questions``."""
        self._policy.require(actor, "edit")
        return read_questions(self._rows, name, data, uses)

    def _saved(self, actor: Actor, query_set: QuerySet, entries: tuple[SetEntry, ...]) -> QuerySet:
        return self._questions.save_set(
            actor.id,
            query_set.name,
            entries,
            query_set_id=query_set.query_set_id,
            based_on=query_set.version,
            corpus_id=query_set.corpus_id,
        )


def with_state(entry: SetEntry, *, answerable: bool) -> SetEntry:
    """Return the entry as answered by the library, or not."""
    tags = tuple(tag for tag in entry.tags if tag != NO_ANSWER)
    return replace(entry, tags=tags if answerable else (*tags, NO_ANSWER))


def without(query_set: QuerySet, query_ids: Collection[str]) -> tuple[SetEntry, ...]:
    """Return the set's entries but those of these questions."""
    return tuple(one for one in query_set.queries if one.query_id not in query_ids)


def _difference(one: QuerySet, old: QuerySet | None) -> Difference:
    mine = {entry.query_id: entry for entry in one.queries}
    before = {entry.query_id: entry for entry in old.queries} if old else {}
    return Difference(
        one,
        added=len(mine.keys() - before.keys()),
        removed=len(before.keys() - mine.keys()),
        edited=sum(mine[key] != before[key] for key in mine.keys() & before.keys()),
    )


def _name(name: str) -> str:
    clean = name.strip()
    if not 0 < len(clean) <= NAME_LIMIT:
        raise InvalidInput("query_set_name_wrong", length=len(clean), limit=NAME_LIMIT)
    return clean
