"""Files that are handed in: kept by content, read in the background or at once."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.actors import Actor, Policy, acting_for
from workbench.domain.documents import Notice, Reading, SlicePolicy
from workbench.domain.errors import InvalidInput, NotFound, UnreadableDocument
from workbench.domain.identity import new_ulid
from workbench.domain.jobs import Job
from workbench.domain.ports import ProgressCall, Reader
from workbench.domain.text import display_name
from workbench.logbook import Logbook
from workbench.services.corpora import Corpora
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs
from workbench.store.corpora import CorpusRepository
from workbench.store.files import Files

KINDS = (
    *(".pdf", ".docx", ".xlsx", ".csv", ".tsv"),
    *(".html", ".htm", ".md", ".markdown", ".txt"),
)
"""File name endings that the uploader offers; what is read is decided by content."""


LOCKED = frozenset({"locked", "wrong_password"})
"""Reasons for which an unread file is kept: its password may come."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of a file that was handed in: a job that reads it, or why it was left alone."""

    name: str
    job: Job | None
    skipped: Notice | None


class Uploads:
    """Takes files in; what is unreadable leaves a reason and nothing else."""

    def __init__(  # noqa: PLR0913 a service takes what it is joined with
        self,
        policy: Policy,
        corpora: Corpora,
        repository: CorpusRepository,
        files: Files,
        reader: Reader,
        jobs: Jobs,
        log: Logbook,
        *,
        upload_bytes: int,
        embed_later: Callable[[Actor, str], Job | None],
    ) -> None:
        self._policy = policy
        self._corpora = corpora
        self._repository = repository
        self._files = files
        self._reader = reader
        self._jobs = jobs
        self._log = log
        self._upload_bytes = upload_bytes
        self._embed_later = embed_later
        self._passwords: dict[str, str] = {}
        jobs.register("ingest", "reading", self._ingest)

    def upload(
        self, actor: Actor, corpus_id: str, name: str, data: bytes, *, password: str | None = None
    ) -> Upload:
        """Keep the file and queue its reading; a file that is there already is left alone.

        A file whose name is known becomes a new edition of that document. The password is held in
        memory until the file is read, and nowhere else.

        Raises:
            InvalidInput: ``file_too_large``; nothing is kept.
        """
        prepared = self._prepare(actor, corpus_id, name, data)
        if prepared.skipped:
            return Upload(prepared.name, None, prepared.skipped)
        key = f"{corpus_id}:{prepared.sha256}:{prepared.name}"
        if password:
            self._passwords[key] = password
        job = self._jobs.submit(
            actor,
            "ingest",
            key,
            corpus=corpus_id,
            sha256=prepared.sha256,
            name=prepared.name,
            embed=True,
        )
        return Upload(prepared.name, job, None)

    def read_again(self, actor: Actor, job_id: str, *, password: str | None = None) -> Upload:
        """Queue the reading of a file that was handed in before, now with its password.

        Raises:
            NotFound: ``job_unknown``.
        """
        params = self._jobs.get(actor, job_id).params
        data = self._files.path(str(params["sha256"])).read_bytes()
        return self.upload(
            actor, str(params["corpus"]), str(params["name"]), data, password=password
        )

    def ingest_now(
        self,
        actor: Actor,
        corpus_id: str,
        name: str,
        data: bytes,
        *,
        password: str | None = None,
        watch: ProgressCall | None = None,
    ) -> Upload:
        """Read the file in this thread; for the command line. The job in the result has ended."""
        prepared = self._prepare(actor, corpus_id, name, data)
        if prepared.skipped:
            return Upload(prepared.name, None, prepared.skipped)
        key = f"{corpus_id}:{prepared.sha256}:{prepared.name}"
        if password:
            self._passwords[key] = password
        job = self._jobs.run_now(
            actor,
            "ingest",
            key,
            watch,
            corpus=corpus_id,
            sha256=prepared.sha256,
            name=prepared.name,
        )
        return Upload(prepared.name, job, None)

    def _prepare(self, actor: Actor, corpus_id: str, name: str, data: bytes) -> "_Prepared":
        self._policy.require(actor, "edit", corpus_id)
        self._corpora.get(actor, corpus_id)
        shown = display_name(name)
        if len(data) > self._upload_bytes:
            mib = 1024 * 1024
            raise InvalidInput(
                "file_too_large",
                name=shown,
                size=round(len(data) / mib, 1),
                limit=self._upload_bytes // mib,
            )
        sha256 = self._files.put(data)
        twin = self._repository.find_duplicate(corpus_id, sha256)
        skipped = Notice("already_there", {"name": shown, "document": twin.name}) if twin else None
        return _Prepared(shown, sha256, skipped)

    def _ingest(self, run: JobRun) -> tuple[Notice | None, str | None]:
        corpus_id, sha256 = str(run.job.params["corpus"]), str(run.job.params["sha256"])
        name = str(run.job.params["name"])
        corpus = self._repository.get(corpus_id)
        if corpus is None:
            raise NotFound("corpus_unknown", name=corpus_id)
        earlier = self._repository.find_by_name(corpus_id, name)
        document_id = earlier.document_id if earlier else new_ulid()
        reading = self._read(run, sha256, name, document_id, corpus.policy)
        self._repository.put_reading(corpus_id, document_id, name, reading)
        if run.job.params.get("embed"):
            self._embed_later(acting_for(run.job.owner), corpus_id)
        self._log.write(
            "document_read",
            corpus=corpus_id,
            document=document_id,
            kind=reading.edition.kind,
            bytes=reading.edition.size,
            pages=len(reading.edition.pages),
            sections=len(reading.sections),
            chunks=len(reading.chunks),
        )
        scanned = next((n for n in reading.edition.notices if n.code == "needs_ocr"), None)
        outcome = scanned or Notice(
            "edition_added" if earlier else "document_added",
            {"name": name, "chunks": len(reading.chunks), "document": document_id},
        )
        return outcome, document_id

    def _read(
        self, run: JobRun, sha256: str, name: str, document_id: str, policy: SlicePolicy
    ) -> Reading:
        """Return what was read; a file that cannot be read is not kept, unless it is locked."""
        try:
            return self._reader.read(
                str(self._files.path(sha256)),
                name,
                document_id,
                policy,
                password=self._passwords.pop(run.job.key, None),
                progress=lambda done, total: run.progress(done, total, "reading"),
                cancelled=run.cancelled,
            )
        except UnreadableDocument as error:
            if error.code not in LOCKED:
                self._files.remove(sha256)
            raise


@dataclass(frozen=True, slots=True)
class _Prepared:
    name: str
    sha256: str
    skipped: Notice | None
