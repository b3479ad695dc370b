"""A folder of documents with quoted labels becomes rows, questions and labels on those rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.documents import Reading, SlicePolicy
from workbench.domain.errors import InvalidInput
from workbench.domain.identity import digest
from workbench.domain.ports import ProgressCall, Reader
from workbench.domain.text import display_name
from workbench.evaluation.anchoring import Quotes
from workbench.evaluation.collection import Asked, RankedLabels, Row
from workbench.evaluation.formats.labelled import DOCUMENTS, read_labelled
from workbench.evaluation.labelled import LabelledSet, QuotedLabel, SetInstruction

SHOWN = 8
"""Lines of labels that an error names before it stops."""


@dataclass(frozen=True, slots=True)
class FolderLabels:
    """A labelled folder under one of its criteria; ``instruction`` is the text to rerank with."""

    ranked: RankedLabels
    instruction: str | None


class LabelledFolders:
    """Reads labelled folders; nothing of them is kept."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(
        self,
        folder: Path,
        criterion: str | None,
        instruction: str | None,
        watch: ProgressCall | None = None,
    ) -> FolderLabels:
        """Return the labels of one criterion on the chunks of the folder's documents.

        ``instruction`` may be the id of one in the folder. Without ``criterion``, its criterion is
        taken; without either the first one.

        Raises:
            InvalidInput: As ``read_labelled``, ``criterion_unknown_here`` or ``anchors_unresolved``
                where labels quote what is in no chunk.
            UnreadableDocument: A document cannot be read.
        """
        found = read_labelled(folder)
        told = _instruction(found.instructions, instruction)
        wanted = criterion or (told.criterion_id if told else found.criteria[0].criterion_id)
        known = [one.criterion_id for one in found.criteria]
        if wanted not in known:
            raise InvalidInput("criterion_unknown_here", name=wanted, known=", ".join(known))
        readings = self._readings(folder / DOCUMENTS, watch)
        ranked = ranked_labels(found, wanted, readings)
        return FolderLabels(ranked, told.text if told else instruction)

    def by_criterion(
        self, folder: Path, watch: ProgressCall | None = None
    ) -> dict[str, RankedLabels]:
        """Return the labels of every criterion that has some, in the folder's order.

        Raises:
            As ``read``; ``labels_missing`` where no criterion has a label.
        """
        found = read_labelled(folder)
        readings = self._readings(folder / DOCUMENTS, watch)
        labelled = {one.criterion_id for one in found.labels}
        if not labelled:
            raise InvalidInput("labels_missing")
        return {
            one.criterion_id: ranked_labels(found, one.criterion_id, readings)
            for one in found.criteria
            if one.criterion_id in labelled
        }

    def _readings(self, folder: Path, watch: ProgressCall | None) -> dict[str, Reading]:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
        readings = {}
        for done, path in enumerate(paths, start=1):
            name = display_name(path.name)
            readings[name] = self._reader.read(str(path), name, digest(name), SlicePolicy())
            if watch:
                watch(done, len(paths))
        return readings


def ranked_labels(
    found: LabelledSet, criterion: str, readings: Mapping[str, Reading]
) -> RankedLabels:
    """Return the labels under ``criterion`` on the chunks of ``readings``, by document name.

    Where two labelled passages of a question lie in one chunk, the higher grade counts.

    Raises:
        InvalidInput: ``anchors_unresolved``.
    """
    labels = [one for one in found.labels if one.criterion_id == criterion]
    quotes = {name: Quotes(r.edition, r.sections) for name, r in readings.items()}
    qrels: dict[str, dict[str, int]] = {}
    lost: list[QuotedLabel] = []
    for one in labels:
        reading = readings.get(one.document)
        place = (
            quotes[one.document].place(one.quote, one.section, reading.chunks) if reading else None
        )
        if place is None:
            lost.append(one)
            continue
        chunk = place[1]
        grades = qrels.setdefault(one.question_id, {})
        grades[chunk.chunk_id] = max(one.grade, grades.get(chunk.chunk_id, 0))
    if lost:
        raise unresolved(lost)
    rows = tuple(
        Row(chunk.chunk_id, chunk.prefix, chunk.text)
        for reading in readings.values()
        for chunk in reading.chunks
    )
    asked = tuple(Asked(q.question_id, q.text, q.language) for q in found.questions)
    return RankedLabels(rows, asked, qrels, criterion)


def unresolved(lost: Sequence[QuotedLabel]) -> InvalidInput:
    """Return the error that names labels whose passage was not found, or found twice."""
    named = ", ".join(str(one.line) for one in lost[:SHOWN]) + ("…" if lost[SHOWN:] else "")
    first = lost[0]
    return InvalidInput(
        "anchors_unresolved",
        count=len(lost),
        lines=named,
        document=first.document,
        section=first.section,
        quote=first.quote[:60],
    )


def _instruction(
    instructions: Sequence[SetInstruction], given: str | None
) -> SetInstruction | None:
    """Return the folder's instruction of that id or of exactly that text."""
    return next((one for one in instructions if given in (one.instruction_id, one.text)), None)
