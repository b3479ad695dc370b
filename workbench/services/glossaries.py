"""The bilingual glossary of a corpus: look at it, replace it, take a file in or out, undo."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.glossaries import (
    ENTRY_LIMIT,
    Changes,
    Glossary,
    GlossaryEntry,
    GlossaryRow,
    changes,
    checked,
)
from workbench.logbook import Logbook
from workbench.services.glossary_file import read_glossary, write_glossary
from workbench.services.indexes import Indexes
from workbench.store.corpora import CorpusRepository
from workbench.store.glossaries import GlossaryRepository

Occurrences: TypeAlias = tuple[tuple[bool, bool], ...]
"""Of each entry, whether its Chinese and its English term stand in any passage."""

LOOKUPS = 20_000_000
"""Entries times passages up to which looking each up in a corpus takes under a second or so."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would make of a glossary of ``version``: all its entries, and what changes.

    ``problems`` name rows that are left out, ``repeated`` rows that stand there twice, ``notices``
    how the file was read.
    """

    version: int
    entries: tuple[GlossaryEntry, ...]
    changes: Changes
    problems: tuple[Notice, ...]
    repeated: tuple[Notice, ...]
    notices: tuple[Notice, ...]


class Glossaries:
    """Everything about glossaries but asking questions with them."""

    def __init__(
        self,
        policy: Policy,
        repository: GlossaryRepository,
        corpora: CorpusRepository,
        indexes: Indexes,
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._repository = repository
        self._corpora = corpora
        self._indexes = indexes
        self._log = log
        self._looked_up: tuple[tuple[str, int, int], Occurrences] | None = None
        self._lock = threading.Lock()

    def get(self, actor: Actor, corpus_id: str) -> Glossary:
        """Return the corpus's glossary, empty where nobody made one."""
        self._policy.require(actor, "view", corpus_id)
        return self._repository.get(corpus_id)

    def count(self, actor: Actor, corpus_ids: Iterable[str]) -> int:
        """Return how many entries the glossaries of these corpora have together."""
        total = 0
        for corpus_id in corpus_ids:
            self._policy.require(actor, "view", corpus_id)
            total += self._repository.count(corpus_id)
        return total

    def replace(
        self,
        actor: Actor,
        corpus_id: str,
        rows: Iterable[GlossaryRow],
        expected: int | None = None,
    ) -> Glossary:
        """Return the glossary with ``rows`` in place of all entries; those that come again once.

        Raises:
            InvalidInput: ``glossary_rows_wrong`` (count, rows), ``glossary_too_many``; nothing was
                kept.
            Conflict: ``glossary_changed`` where somebody changed the version ``expected``.
            NotFound: ``corpus_unknown``.
        """
        found = checked(rows)
        if found.problems:
            numbers = [str(one.params["row"]) for one in found.problems]
            named = ", ".join(numbers[:10]) + (" …" if len(numbers) > 10 else "")
            raise InvalidInput("glossary_rows_wrong", count=len(numbers), rows=named)
        return self._put(actor, corpus_id, found.entries, expected)

    def preview(self, actor: Actor, corpus_id: str, data: bytes, *, keep: bool = False) -> Preview:
        """Return what the table file ``data`` would change; nothing is kept.

        With ``keep`` entries that the file does not have stay.

        Raises:
            InvalidInput: As ``read_glossary``.
        """
        self._policy.require(actor, "view", corpus_id)
        rows, notices = read_glossary(data)
        found = checked(rows)
        present = self._repository.get(corpus_id)
        entries = found.entries
        if keep:
            there = {entry.key: entry for entry in (*present.entries, *entries)}
            entries = tuple(there.values())
        return Preview(
            present.version,
            entries,
            changes(present.entries, entries),
            found.problems,
            found.repeated,
            notices,
        )

    def take_in(self, actor: Actor, corpus_id: str, preview: Preview) -> Glossary:
        """Return the glossary as ``preview`` showed it; one that changes nothing writes nothing.

        Raises:
            Conflict: ``glossary_changed`` where it is another one since the preview.
            InvalidInput: ``glossary_too_many``.
            NotFound: ``corpus_unknown``.
        """
        if not preview.changes:
            return self.get(actor, corpus_id)
        return self._put(actor, corpus_id, preview.entries, preview.version)

    def undo(self, actor: Actor, corpus_id: str) -> Glossary:
        """Return the glossary as it was before the last change; undoing again takes that back.

        Raises:
            Conflict: ``glossary_never_changed``.
            NotFound: ``corpus_unknown``.
        """
        self._policy.require(actor, "edit", corpus_id)
        glossary = self._repository.undo(corpus_id)
        self._log_change(actor, glossary)
        return glossary

    def export(self, actor: Actor, corpus_id: str) -> bytes:
        """Return the glossary as CSV with the columns zh, en and note."""
        return write_glossary(self.get(actor, corpus_id).entries)

    def occurrences(self, actor: Actor, glossary: Glossary) -> Occurrences | None:
        """Return of each entry whether its Chinese and its English term stand in a passage.

        None for a corpus without passages, and where there is too much to look at in a moment.
        Kept until the glossary or the corpus changes.
        """
        corpus_id = glossary.corpus_id
        self._policy.require(actor, "view", corpus_id)
        corpus = self._corpora.get(corpus_id)
        size = len(glossary.entries)
        if corpus is None or not corpus.chunks or corpus.chunks * size > LOOKUPS:
            return None
        index = self._indexes.get(corpus_id)
        key = corpus_id, glossary.version, index.generation
        with self._lock:
            known = self._looked_up
        if known is None or known[0] != key:
            found = tuple((index.holds(one.zh), index.holds(one.en)) for one in glossary.entries)
            known = key, found
            with self._lock:
                self._looked_up = known
        return known[1]

    def _put(
        self,
        actor: Actor,
        corpus_id: str,
        entries: Sequence[GlossaryEntry],
        expected: int | None,
    ) -> Glossary:
        self._policy.require(actor, "edit", corpus_id)
        if len(entries) > ENTRY_LIMIT:
            raise InvalidInput("glossary_too_many", count=len(entries), limit=ENTRY_LIMIT)
        glossary = self._repository.replace(corpus_id, entries, expected)
        self._log_change(actor, glossary)
        return glossary

    def _log_change(self, actor: Actor, glossary: Glossary) -> None:
        self._log.write(
            "glossary_changed",
            actor=actor.id,
            corpus=glossary.corpus_id,
            entries=len(glossary.entries),
        )
