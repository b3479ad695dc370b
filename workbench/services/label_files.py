"""Labels of a file, laid onto a question set: first what would happen, then, if wanted, that."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput
from workbench.domain.judgements import GRADES, Judgement, QuerySet
from workbench.domain.text import display_name
from workbench.services.label_places import Places
from workbench.services.label_rows import FileFormat, LabelRow, read_labels
from workbench.services.question_files import Rows
from workbench.store.corpora import CorpusRepository
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository

_BINARY = frozenset({"0", "1"})
_RIGHT = {"0": "0", "1": str(GRADES[-1])}


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

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows came to what."""
        named = ("rows", "fresh", "changed", "known", "twice")
        return {name: getattr(self, name) for name in named} | {"refused": len(self.refused)}


@dataclass(frozen=True, slots=True)
class GivenFile:
    """An uploaded file of labels, by whom they are said to be, and what its 1 means."""

    name: str
    data: bytes
    judge: str
    one_is_right: bool = False


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
        self,
        actor: Actor,
        query_set: QuerySet,
        criterion_id: str,
        path: Path,
        judge: str,
        *,
        one_is_right: bool = False,
    ) -> Mapped:
        """Return what importing the file would do; each refused line names its reason.

        Rows that name another criterion are passed over. ``one_is_right`` takes the grade 1 of a
        file that knows 0 and 1 alone as 3.

        Raises:
            NotFound: ``path_missing`` or ``criterion_unknown``.
            InvalidInput: ``labels_columns_missing`` where the file is no table of labels.
            UnreadableDocument: The file cannot be read.
        """
        self._policy.require(actor, "label", query_set.corpus_id or "")
        named = ("", criterion_id, self._questions.criterion(criterion_id).text)
        form, every = read_labels(path, self._rows)
        rows = [row for row in every if row.criterion in named]
        binary = bool(rows) and {row.grade.strip() for row in rows} <= _BINARY
        if one_is_right and binary:
            rows = [replace(row, grade=_RIGHT[row.grade.strip()]) for row in rows]
        places = Places(self._passages, self._questions, query_set)
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
            replace(one, supersedes=earlier[key].judgement_id if key in earlier else None)
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
            binary,
            events,
        )

    def preview_data(
        self, actor: Actor, query_set: QuerySet, criterion_id: str, given: GivenFile
    ) -> Mapped:
        """Return what importing an uploaded file would do. Errors as ``preview``."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"labels{Path(display_name(given.name)).suffix}"
            path.write_bytes(given.data)
            try:
                return self.preview(
                    actor,
                    query_set,
                    criterion_id,
                    path,
                    given.judge,
                    one_is_right=given.one_is_right,
                )
            except InvalidInput as error:
                if "file" not in error.params:
                    raise
                named = {**error.params, "file": display_name(given.name)}
                raise InvalidInput(error.code, **named) from error

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


def _same(first: Judgement, second: Judgement, row: LabelRow) -> None:
    if first.grade != second.grade:
        raise InvalidInput("label_twice", question=(row.text or row.question)[:80])


def _key(one: Judgement) -> tuple[str, ...]:
    return one.query_id, one.anchor.document_id, one.anchor.section_key, one.anchor.quote_hash
