"""Labels of a file, laid onto a question set: first what would happen, then, if wanted, that."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput
from workbench.domain.identity import new_ulid
from workbench.domain.judgements import GRADES, Anchor, Judgement, QuerySet
from workbench.domain.text import normalised
from workbench.evaluation.anchoring import Quotes
from workbench.services.judging import anchor_of
from workbench.services.label_export import CANNOT_TELL
from workbench.services.label_rows import FileFormat, LabelRow, read_labels
from workbench.services.question_files import Rows
from workbench.store.corpora import CorpusRepository
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository

_BINARY = frozenset({"0", "1"})


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the labels of a file come to on a question set; nothing is kept yet.

    ``fresh`` are new, ``changed`` replace what the same judge said in a file before, ``known`` are
    there already, ``twice`` stand more than once in the file with the same grade. ``binary`` tells
    that only 0 and 1 occur, which on the scale to 3 are both wrong answers.
    """

    format: FileFormat
    rows: int
    fresh: int
    changed: int
    known: int
    twice: int
    refused: tuple[tuple[int, InvalidInput], ...]
    binary: bool
    judgements: tuple[Judgement, ...]


class LabelFiles:
    """Reads label files of several tools onto the questions and passages that are here."""

    def __init__(
        self,
        policy: Policy,
        passages: CorpusRepository,
        questions: QuestionRepository,
        judgements: JudgementRepository,
        rows: Rows,
        now: Callable[[], str],
    ) -> None:
        self._policy = policy
        self._passages = passages
        self._questions = questions
        self._judgements = judgements
        self._rows = rows
        self._now = now

    def preview(
        self, actor: Actor, query_set: QuerySet, criterion_id: str, path: Path, judge: str
    ) -> Mapped:
        """Return what importing the file would do; each refused line names its reason.

        Rows that name another criterion are passed over.

        Raises:
            NotFound: ``path_missing`` or ``criterion_unknown``.
            InvalidInput: ``labels_columns_missing`` where the file is no table of labels.
            UnreadableDocument: The file cannot be read.
        """
        self._policy.require(actor, "label", query_set.corpus_id or "")
        named = ("", criterion_id, self._questions.criterion(criterion_id).text)
        form, every = read_labels(path, self._rows)
        rows = [row for row in every if row.criterion in named]
        places = _Places(self._passages, self._questions, query_set)
        kept: dict[tuple[str, ...], Judgement] = {}
        refused: list[tuple[int, InvalidInput]] = []
        earlier = self._earlier(judge, criterion_id)
        known = changed = twice = 0
        for row in rows:
            try:
                one = places.judgement(row, criterion_id, judge, self._now())
                key = _key(one)
                if key in kept:
                    _same(kept[key], one, row)
                    twice += 1
                    continue
            except InvalidInput as error:
                refused.append((row.line, error))
                continue
            kept[key] = one
            before = earlier.get(key)
            known += before is not None and (before.grade, before.note) == (one.grade, one.note)
            changed += before is not None and (before.grade, before.note) != (one.grade, one.note)
        events = tuple(
            one
            for key, one in kept.items()
            if key not in earlier
            or (earlier[key].grade, earlier[key].note) != (one.grade, one.note)
        )
        return Mapped(
            form,
            len(rows),
            len(kept) - known - changed,
            changed,
            known,
            twice,
            tuple(refused),
            bool(kept) and {row.grade.strip() for row in rows} <= _BINARY,
            events,
        )

    def keep(self, actor: Actor, mapped: Mapped) -> int:
        """Keep what was previewed, all or nothing, and return how many grades are new."""
        self._policy.require(actor, "label")
        return self._judgements.append_all(mapped.judgements)

    def _earlier(self, judge: str, criterion_id: str) -> dict[tuple[str, ...], Judgement]:
        return {
            _key(one): one
            for one in self._judgements.current(judge=judge, criterion_id=criterion_id)
            if one.way == "imported"
        }


class _Places:
    """Finds the question and the passage that a row of a file means."""

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


def _same(first: Judgement, second: Judgement, row: LabelRow) -> None:
    if first.grade != second.grade:
        raise InvalidInput("label_twice", question=(row.text or row.question)[:80])


def _key(one: Judgement) -> tuple[str, ...]:
    return one.query_id, one.anchor.document_id, one.anchor.section_key, one.anchor.quote_hash
