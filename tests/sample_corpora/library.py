"""A sample library as the rules look at it: its rows, its documents as read, its labels placed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.domain.documents import Chunk, Reading, SlicePolicy
from workbench.domain.identity import digest
from workbench.evaluation.anchoring import Quotes
from workbench.evaluation.formats.labelled import read_labelled
from workbench.evaluation.labelled import LabelledSet, QuotedLabel, SetQuestion
from workbench.ingest.reading import read_bytes
from workbench.recall.analyzer import MixedAnalyzer

ROOT = Path(__file__).resolve().parents[2] / "sample_corpora"
PROBE = "probe"
POLICIES = {
    "default": SlicePolicy(),
    "short": SlicePolicy(minimum=0, target=160, maximum=240),
    "long": SlicePolicy(minimum=64, target=640, maximum=1000),
}
_ANALYZER = MixedAnalyzer()


def names() -> list[str]:
    """Return the folders of the libraries."""
    return sorted(path.parent.name for path in ROOT.glob("*/corpus.json"))


def terms(text: str) -> set[str]:
    """Return the content words of ``text``."""
    return set(_ANALYZER.tokens(text, query=True))


@dataclass(slots=True)
class Library:
    """One library; documents are read once for each slicing."""

    folder: Path
    labelled: LabelledSet
    _read: dict[tuple[str, str], Reading] = field(default_factory=dict)
    _quotes: dict[tuple[str, str], Quotes] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str) -> "Library":
        return cls(ROOT / name, read_labelled(ROOT / name))

    @property
    def documents(self) -> list[Path]:
        return sorted((self.folder / "documents").iterdir())

    @property
    def asked(self) -> list[SetQuestion]:
        """Return the questions that are to be labelled."""
        return [one for one in self.labelled.questions if PROBE not in one.tags]

    @property
    def answered(self) -> list[SetQuestion]:
        return [one for one in self.asked if one.answerable]

    def reading(self, document: str, policy: str = "default") -> Reading:
        key = (document, policy)
        if key not in self._read:
            data = (self.folder / "documents" / document).read_bytes()
            self._read[key] = read_bytes(data, document, digest(document), POLICIES[policy])
        return self._read[key]

    def readings(self) -> dict[str, Reading]:
        return {path.name: self.reading(path.name) for path in self.documents}

    def rows(self, file: str) -> list[dict[str, Any]]:
        lines = (self.folder / file).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    def criterion(self, kind: str) -> list[str]:
        return [one.criterion_id for one in self.labelled.criteria if one.kind == kind]

    def labels(self, question: str = "", criterion: str = "") -> list[QuotedLabel]:
        return [
            one
            for one in self.labelled.labels
            if question in ("", one.question_id) and criterion in ("", one.criterion_id)
        ]

    def quotes(self, document: str, policy: str = "default") -> Quotes | None:
        """Return what finds quotes in a document; None for one that is not there."""
        key = (document, policy)
        if key not in self._quotes and (self.folder / "documents" / document).is_file():
            reading = self.reading(document, policy)
            self._quotes[key] = Quotes(reading.edition, reading.sections)
        return self._quotes.get(key)

    def chunk(self, label: QuotedLabel, policy: str = "default") -> Chunk | None:
        """Return the one chunk that holds what the label quotes."""
        quotes = self.quotes(label.document, policy)
        if quotes is None:
            return None
        chunks = self.reading(label.document, policy).chunks
        found = quotes.place(label.quote, label.section, chunks)
        return found[1] if found else None

    def places(self, label: QuotedLabel) -> int:
        """Return how often the quote stands in the label's section."""
        quotes = self.quotes(label.document)
        return len(quotes.find(label.quote, label.section)) if quotes else 0

    def grades(self, criterion: str) -> dict[tuple[str, str], int]:
        """Return the best grade under ``criterion`` by question and chunk."""
        found: dict[tuple[str, str], int] = {}
        for label in self.labels(criterion=criterion):
            chunk = self.chunk(label)
            if chunk:
                key = (label.question_id, chunk.chunk_id)
                found[key] = max(label.grade, found.get(key, 0))
        return found


class ReadHere:
    """A reader in this process, so that a test starts no worker for each document."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def read(
        self, path: str, name: str, document_id: str, policy: SlicePolicy, **_: Any
    ) -> Reading:
        assert policy == SlicePolicy() and document_id == digest(name)
        return self._library.reading(Path(path).name)
