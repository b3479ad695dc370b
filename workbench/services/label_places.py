"""Finds the question and the passage that a row of a label file means."""

from workbench.domain.errors import InvalidInput
from workbench.domain.identity import new_ulid
from workbench.domain.judgements import GRADES, Anchor, Judgement, QuerySet
from workbench.domain.text import normalised
from workbench.evaluation.anchoring import Quotes
from workbench.services.judging import anchor_of
from workbench.services.label_export import CANNOT_TELL
from workbench.services.label_rows import LabelRow
from workbench.store.corpora import CorpusRepository
from workbench.store.questions import QuestionRepository


class Places:
    """The questions of a set and the passages of its library, for rows to be laid onto."""

    def __init__(
        self, passages: CorpusRepository, questions: QuestionRepository, query_set: QuerySet
    ) -> None:
        self._passages = passages
        self._corpus = query_set.corpus_id or ""
        ids = tuple(entry.query_id for entry in query_set.queries)
        stored = questions.queries(ids)
        self._by_id = set(ids)
        self._by_text = {normalised(one.text): one.query_id for one in stored}
        self._documents = {one.name: one for one in passages.documents(self._corpus)}
        self._quotes: dict[str, Quotes] = {}

    def judgement(self, row: LabelRow, criterion_id: str, judge: str, at: str) -> Judgement:
        """Return the row as a judgement.

        Raises:
            InvalidInput: ``label_question_unknown``, ``label_passage_unknown`` or
                ``label_grade_wrong``.
        """
        return Judgement(
            judgement_id=new_ulid(),
            judge=judge,
            query_id=self._question(row),
            criterion_id=criterion_id,
            anchor=self._anchor(row),
            grade=_grade(row.grade),
            note=row.note,
            at=at,
            way="imported",
        )

    def _question(self, row: LabelRow) -> str:
        if row.question in self._by_id:
            return row.question
        for text in (row.question, row.text):
            found = self._by_text.get(normalised(text))
            if found is not None:
                return found
        raise InvalidInput("label_question_unknown", question=(row.text or row.question)[:80])

    def _anchor(self, row: LabelRow) -> Anchor:
        chunk_id = row.passage or self._quoted(row)
        view = self._passages.texts(self._corpus, (chunk_id,)).get(chunk_id)
        if view is None and row.passage:
            view = self._passages.texts(self._corpus, (self._quoted(row),)).get(self._quoted(row))
        if view is None:
            shown = (row.passage or row.quote)[:60]
            raise InvalidInput("label_passage_unknown", passage=shown, document=row.document)
        return anchor_of(view)

    def _quoted(self, row: LabelRow) -> str:
        """Return the chunk that holds the quote, in the document named; empty for none."""
        document = self._documents.get(row.document)
        if document is None or not row.quote:
            return ""
        one = document.document_id
        if one not in self._quotes:
            self._quotes[one] = Quotes(self._passages.edition(one), self._passages.outline(one))
        chunks = self._passages.chunks_of_document(one)
        place = self._quotes[one].place(row.quote, "", chunks)
        return place[1].chunk_id if place else ""


def _grade(text: str) -> int | None:
    clean = text.strip()
    if clean == CANNOT_TELL:
        return None
    if clean not in {str(one) for one in GRADES}:
        raise InvalidInput("label_grade_wrong", value=clean[:40])
    return int(clean)
