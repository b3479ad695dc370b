"""Keeps a labelled set: questions, criteria, instructions, and a judgement for every label."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.documents import Chunk, Document
from workbench.domain.identity import digest, new_ulid, text_hash
from workbench.domain.judgements import (
    Anchor,
    Criterion,
    Judgement,
    LibraryInstruction,
    QuerySet,
    SetEntry,
)
from workbench.domain.queries import Instruction, Query
from workbench.evaluation.anchoring import Quotes, compact
from workbench.evaluation.labelled import LabelledSet, QuotedLabel
from workbench.store.corpora import CorpusRepository
from workbench.store.instructions import InstructionRepository
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a labelled set: ``labels`` are new, ``known`` were there already.

    ``lost`` labels quote what stands nowhere, or more than once, in the document they name.
    """

    query_set: QuerySet
    queries: int
    instructions: int
    labels: int
    known: int
    lost: tuple[QuotedLabel, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A document of the corpus, ready to be looked into."""

    document: Document
    quotes: Quotes
    chunks: tuple[Chunk, ...]


class LabelImport:
    """Writes a labelled set into the store; what is there already is left as it is."""

    def __init__(
        self,
        passages: CorpusRepository,
        questions: QuestionRepository,
        instructions: InstructionRepository,
        judgements: JudgementRepository,
        now: Callable[[], str],
    ) -> None:
        self._passages = passages
        self._questions = questions
        self._instructions = instructions
        self._judgements = judgements
        self._now = now

    def keep(
        self, found: LabelledSet, owner: str, corpus_id: str, name: str, judge: str
    ) -> Imported:
        """Return what was kept of ``found``, its labels anchored in the corpus's documents.

        Raises:
            InvalidInput: A question or an instruction cannot be asked; nothing is kept then.
        """
        asked = {one.question_id: Query.of(one.text) for one in found.questions}
        for instruction in found.instructions:
            Instruction.of(instruction.text)
        criteria = self._criteria(found, owner)
        self._keep_instructions(found, owner, criteria)
        queries = {one: self._query(owner, query) for one, query in asked.items()}
        query_set = self._set(found, owner, corpus_id, name, queries)
        read = self._documents(corpus_id)
        fresh: list[Judgement] = []
        lost: list[QuotedLabel] = []
        known, at = self._grades(judge), self._now()
        for label in found.labels:
            anchor = _anchor(label, read.get(label.document))
            if anchor is None:
                lost.append(label)
                continue
            query, criterion = queries[label.question_id], criteria[label.criterion_id]
            earlier = known.get(_key(query, criterion, anchor))
            if earlier is None or (earlier.grade, earlier.note) != (label.grade, label.note):
                fresh.append(
                    Judgement(
                        judgement_id=new_ulid(),
                        judge=judge,
                        query_id=query,
                        criterion_id=criterion,
                        anchor=anchor,
                        grade=label.grade,
                        note=label.note,
                        at=at,
                        supersedes=earlier.judgement_id if earlier else None,
                        way="imported",
                    )
                )
        self._judgements.append_all(fresh)
        kept = len(found.labels) - len(lost) - len(fresh)
        return Imported(
            query_set, len(queries), len(found.instructions), len(fresh), kept, tuple(lost)
        )

    def _criteria(self, found: LabelledSet, owner: str) -> dict[str, str]:
        """Return the stored identity of each criterion; the same wording is the same criterion."""
        there = {one.criterion_id for one in self._questions.criteria(owner)}
        ids = {}
        for one in found.criteria:
            kept = digest(owner, one.kind, one.text)[:26]
            ids[one.criterion_id] = kept
            if kept not in there:
                self._questions.add_criterion(
                    Criterion(kept, owner, one.kind, one.text, one.language, self._now())
                )
        return ids

    def _keep_instructions(self, found: LabelledSet, owner: str, criteria: dict[str, str]) -> None:
        for one in found.instructions:
            criterion = criteria[one.criterion_id]
            kept = digest(owner, one.text, criterion)[:26]
            self._instructions.add(
                LibraryInstruction(
                    kept, owner, one.name, one.text, one.language, criterion, self._now()
                )
            )

    def _query(self, owner: str, query: Query) -> str:
        known = self._questions.find_query(owner, query.text)
        return (known or self._questions.add_query(owner, query)).query_id

    def _set(
        self,
        found: LabelledSet,
        owner: str,
        corpus_id: str,
        name: str,
        queries: dict[str, str],
    ) -> QuerySet:
        entries = tuple(SetEntry(queries[one.question_id], one.tags) for one in found.questions)
        for known in self._questions.query_sets(owner):
            if (known.corpus_id, known.name) == (corpus_id, name):
                if known.queries == entries:
                    return known
                return self._questions.save_set(
                    owner,
                    name,
                    entries,
                    query_set_id=known.query_set_id,
                    based_on=known.version,
                    corpus_id=corpus_id,
                )
        return self._questions.save_set(owner, name, entries, corpus_id=corpus_id)

    def _documents(self, corpus_id: str) -> dict[str, _Read]:
        return {
            one.name: _Read(
                one,
                Quotes(
                    self._passages.edition(one.document_id),
                    self._passages.outline(one.document_id),
                ),
                self._passages.chunks_of_document(one.document_id),
            )
            for one in self._passages.documents(corpus_id)
        }

    def _grades(self, judge: str) -> dict[tuple[str, ...], Judgement]:
        return {
            _key(one.query_id, one.criterion_id, one.anchor): one
            for one in self._judgements.current(judge=judge)
            if one.way == "imported"
        }


def _key(query: str, criterion: str, anchor: Anchor) -> tuple[str, ...]:
    return query, criterion, anchor.document_id, anchor.section_key, anchor.quote_hash


def _anchor(label: QuotedLabel, read: _Read | None) -> Anchor | None:
    """Return where the label lies; None where its quote is not in exactly one chunk."""
    if read is None:
        return None
    place = read.quotes.place(label.quote, label.section, read.chunks)
    if place is None:
        return None
    span, chunk = place
    return Anchor(
        document_id=read.document.document_id,
        edition_id=read.document.edition_id,
        section_key=read.quotes.section_of(span).key,
        spans=(span,),
        quote=label.quote,
        quote_hash=text_hash(compact(label.quote)),
        chunk_id=chunk.chunk_id,
    )
