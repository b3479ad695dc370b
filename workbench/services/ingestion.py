"""The job that reads one kept file into its corpus, as a new document or a new edition."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.actors import Actor, acting_for
from workbench.domain.columns import ColumnMap, columns_from_json
from workbench.domain.documents import Corpus, Document, Notice, Reading
from workbench.domain.errors import NotFound, UnreadableDocument, WorkbenchError
from workbench.domain.identity import new_ulid
from workbench.domain.jobs import Job
from workbench.domain.ports import Reader
from workbench.logbook import Logbook
from workbench.services.job_run import JobRun
from workbench.store.corpora import CorpusRepository
from workbench.store.files import Files

LOCKED = frozenset({"locked", "wrong_password"})
"""Reasons for which an unread file is kept: its password may come."""


class Ingestion:
    """Reads files outside this process and keeps what was read in one transaction."""

    def __init__(
        self,
        repository: CorpusRepository,
        files: Files,
        reader: Reader,
        log: Logbook,
        embed_later: Callable[[Actor, str], Job | None],
    ) -> None:
        self._repository = repository
        self._files = files
        self._reader = reader
        self._log = log
        self._embed_later = embed_later
        self._passwords: dict[str, str] = {}

    def unlock(self, key: str, password: str | None) -> None:
        """Hold the password for the job with this key, in memory and until it is read."""
        if password:
            self._passwords[key] = password

    def read(self, run: JobRun) -> tuple[Notice | None, str | None]:
        """Do the job, and return what to know of it and the document's identifier."""
        task = self._task(run)
        reading = self._reading(run, task)
        self._repository.put_reading(
            task.corpus.corpus_id, task.document_id, task.name, reading, columns=task.columns
        )
        if run.job.params.get("embed"):
            self._embed_later(acting_for(run.job.owner), task.corpus.corpus_id)
        self._log.write(
            "document_read",
            corpus=task.corpus.corpus_id,
            document=task.document_id,
            kind=reading.edition.kind,
            bytes=reading.edition.size,
            pages=len(reading.edition.pages),
            sections=len(reading.sections),
            chunks=len(reading.chunks),
        )
        scanned = next((n for n in reading.edition.notices if n.code == "needs_ocr"), None)
        outcome = scanned or Notice(
            "columns_applied"
            if task.again
            else "edition_added"
            if task.known
            else "document_added",
            {"name": task.name, "chunks": len(reading.chunks), "document": task.document_id},
        )
        return outcome, task.document_id

    def _task(self, run: JobRun) -> "_Task":
        params = run.job.params
        corpus = self._repository.get(str(params["corpus"]))
        if corpus is None:
            raise NotFound("corpus_unknown", name=str(params["corpus"]))
        name, sha256, again = str(params["name"]), str(params["sha256"]), "document" in params
        if again:
            earlier = self._repository.document(str(params["document"]))
            if earlier is None or earlier.deleted_at:
                raise NotFound("document_unknown", document=str(params["document"]))
            # A newer edition may have come since this was asked for; it is the one to read.
            name, sha256 = earlier.name, earlier.sha256
        else:
            earlier = self._repository.find_by_name(corpus.corpus_id, name)
        document_id, known = earlier.document_id if earlier else new_ulid(), earlier is not None
        return _Task(corpus, document_id, name, sha256, known, again, _columns(run.job, earlier))

    def _reading(self, run: JobRun, task: "_Task") -> Reading:
        """Return what was read; a file that cannot be read is not kept, unless it is locked."""
        try:
            return self._reader.read(
                str(self._files.path(task.sha256)),
                task.name,
                task.document_id,
                task.corpus.policy,
                password=self._passwords.pop(run.job.key, None),
                progress=lambda done, total: run.progress(done, total, "reading"),
                cancelled=run.cancelled,
                columns=task.columns,
            )
        except WorkbenchError as error:
            refused = isinstance(error, UnreadableDocument) and error.code not in LOCKED
            if refused and not self._repository.holds_file(task.sha256):
                self._files.remove(task.sha256)
            raise


@dataclass(frozen=True, slots=True)
class _Task:
    corpus: Corpus
    document_id: str
    name: str
    sha256: str
    known: bool
    again: bool
    columns: ColumnMap | None


def _columns(job: Job, earlier: Document | None) -> ColumnMap | None:
    """Return the columns that this job was given, else those that were chosen before."""
    if "columns" in job.params:
        text = str(job.params["columns"])
        return columns_from_json(json.loads(text)) if text else None
    return earlier.columns if earlier else None
