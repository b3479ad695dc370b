"""Labels of a question set as files: a table for spreadsheets, and TREC's label set."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Literal, TypeAlias

from workbench.domain.actors import Actor, Policy
from workbench.domain.cells import BOM, guarded
from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Json
from workbench.domain.judgements import Judgement, QuerySet
from workbench.evaluation.formats.beir import CRITERION, QRELS_HEADER
from workbench.evaluation.formats.quepid import quepid_text
from workbench.evaluation.formats.trec import qrels_text
from workbench.services.questions import LabelledQuestions, Questions
from workbench.store.corpora import CorpusRepository
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository

LabelFormat: TypeAlias = Literal["csv", "trec", "quepid", "beir"]
COLUMNS = (
    "question",
    "criterion",
    "document",
    "section",
    "grade",
    "passage",
    "note",
    "judge",
    "way",
    "at",
    "query_id",
    "chunk_id",
)
CANNOT_TELL = "?"
"""A judge looked and could not tell; no grade, and not the same as 0."""


class LabelExport:
    """Writes what judges said; nothing is changed or summed up in the table."""

    def __init__(
        self,
        policy: Policy,
        sets: Questions,
        passages: CorpusRepository,
        questions: QuestionRepository,
        judgements: JudgementRepository,
    ) -> None:
        self._policy = policy
        self._sets = sets
        self._passages = passages
        self._questions = questions
        self._judgements = judgements

    def by_name(self, actor: Actor, name: str) -> QuerySet:
        """Return the newest version of the set of that name or identity.

        Raises:
            InvalidInput: ``query_set_unclear`` where none or several bear the name.
        """
        self._policy.require(actor, "view")
        every = [one.query_set for one in self._sets.sets(actor)]
        found = [one for one in every if name in (one.query_set_id, one.name)]
        if len(found) != 1:
            known = ", ".join(one.name for one in every) or "–"
            raise InvalidInput("query_set_unclear", name=name, count=len(found), known=known)
        return found[0]

    def table(self, actor: Actor, query_set_id: str) -> tuple[bytes, int]:
        """Return every label that counts as CSV that spreadsheets open as Chinese, and how many.

        A row is what one judge said last in one way; "?" is "cannot tell".
        """
        self._policy.require(actor, "view")
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        rows = list(self._rows(self._questions.query_set(query_set_id)))
        writer.writerows([guarded(cell) for cell in row] for row in rows)
        return f"{BOM}{out.getvalue()}".encode(), len(rows)

    def qrels(self, actor: Actor, query_set_id: str, criterion: str | None) -> tuple[str, int]:
        """Return the grades that count under one criterion on the chunks of today, as TREC's file.

        Queries and chunks stand by their identity. ``criterion`` is its text or identity; None is
        the one with most labelled questions.

        Raises:
            InvalidInput: ``labels_missing`` or ``criterion_unknown_here``.
        """
        self._policy.require(actor, "view")
        labelled = self._sets.labelled(actor, query_set_id)
        grades = labelled.qrels[_criterion(labelled, criterion)]
        return qrels_text(grades), sum(map(len, grades.values()))

    def quepid(self, actor: Actor, query_set_id: str, criterion: str | None) -> tuple[bytes, int]:
        """Return the grades that count as Quepid's table, questions by their text, and how many."""
        self._policy.require(actor, "view")
        labelled = self._sets.labelled(actor, query_set_id)
        grades = labelled.qrels[_criterion(labelled, criterion)]
        text = quepid_text(grades, {one.query_id: one.text for one in labelled.queries})
        return f"{BOM}{text}".encode(), sum(map(len, grades.values()))

    def beir(self, actor: Actor, query_set_id: str) -> tuple[dict[str, bytes], int]:
        """Return the files of a test collection by name, and how many grades they hold.

        ``evaluate`` and ``compare`` read it: every chunk of the library with its breadcrumb as
        title, every question, and the grades that count under each criterion.
        """
        self._policy.require(actor, "view")
        labelled = self._sets.labelled(actor, query_set_id)
        corpus: list[dict[str, Json]] = [
            {"_id": chunk.chunk_id, "title": chunk.prefix, "text": chunk.text}
            for document in self._passages.documents(labelled.corpus.corpus_id)
            for chunk in self._passages.chunks_of_document(document.document_id)
        ]
        queries: list[dict[str, Json]] = [
            {"_id": one.query_id, "text": one.text, "metadata": {"lang": one.language}}
            for one in labelled.queries
        ]
        rows = [
            (query, chunk, str(grade), criterion)
            for criterion, qrels in labelled.qrels.items()
            for query, grades in qrels.items()
            for chunk, grade in grades.items()
        ]
        table = "".join("\t".join(row) + "\n" for row in ((*QRELS_HEADER, CRITERION), *rows))
        files = {
            "corpus.jsonl": _lines(corpus),
            "queries.jsonl": _lines(queries),
            "qrels.tsv": table.encode(),
        }
        return files, len(rows)

    def _rows(self, query_set: QuerySet) -> Iterator[tuple[str, ...]]:
        ids = tuple(entry.query_id for entry in query_set.queries)
        texts = {one.query_id: one.text for one in self._questions.queries(ids)}
        names = {
            one.document_id: one.name for one in self._passages.documents(query_set.corpus_id or "")
        }
        criteria = {one.criterion_id: one.text for one in self._questions.criteria(query_set.owner)}
        order = {query: at for at, query in enumerate(ids)}
        events = [one for one in self._judgements.current() if one.query_id in order]
        for event in sorted(events, key=lambda one: order[one.query_id]):
            yield _row(event, texts, criteria, names)


def _lines(rows: list[dict[str, Json]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _row(
    event: Judgement, texts: dict[str, str], criteria: dict[str, str], names: dict[str, str]
) -> tuple[str, ...]:
    anchor = event.anchor
    return (
        texts[event.query_id],
        criteria.get(event.criterion_id, event.criterion_id),
        names.get(anchor.document_id, ""),
        anchor.section_key,
        CANNOT_TELL if event.grade is None else str(event.grade),
        anchor.quote,
        event.note,
        event.judge,
        event.way,
        event.at,
        event.query_id,
        anchor.chunk_id,
    )


def _criterion(labelled: LabelledQuestions, wanted: str | None) -> str:
    if wanted is None:
        return labelled.criteria[0].criterion_id
    for one in labelled.criteria:
        if wanted in (one.criterion_id, one.text):
            return one.criterion_id
    known = ", ".join(one.text for one in labelled.criteria)
    raise InvalidInput("criterion_unknown_here", name=wanted, known=known)
