"""Files that are handed in: kept by content, read in the background or at once."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.actors import Actor, Policy
from workbench.domain.columns import TABLES, ColumnMap, Sheet, columns_text, require_sound
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, NotFound, Param
from workbench.domain.identity import digest
from workbench.domain.jobs import Job
from workbench.domain.ports import ProgressCall, Reader
from workbench.domain.text import display_name
from workbench.logbook import Logbook
from workbench.services.corpora import Corpora
from workbench.services.ingestion import Ingestion
from workbench.services.jobs import Jobs
from workbench.store.corpora import CorpusRepository
from workbench.store.files import Files

TABLE_ENDINGS = (".xlsx", ".csv", ".tsv")
KINDS = (
    *(".pdf", ".docx", *TABLE_ENDINGS),
    *(".html", ".htm", ".md", ".markdown", ".txt"),
)
"""File name endings that the uploader offers; what is read is decided by content."""


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
        self._upload_bytes = upload_bytes
        self._ingestion = Ingestion(repository, files, reader, log, embed_later)
        jobs.register("ingest", "reading", self._ingestion.read)

    def upload(
        self, actor: Actor, corpus_id: str, name: str, data: bytes, *, password: str | None = None
    ) -> Upload:
        """Keep the file and queue its reading; a file that is there already is left alone.

        A file whose name is known becomes a new edition of that document. The password is held in
        memory until the file is read, and nowhere else.

        Raises:
            InvalidInput: ``file_too_large``; nothing is kept.
        """
        prepared = self._prepare(actor, corpus_id, name, data, None)
        if prepared.skipped:
            return Upload(prepared.name, None, prepared.skipped)
        self._ingestion.unlock(prepared.key, password)
        job = self._jobs.submit(actor, "ingest", prepared.key, **prepared.params, embed=True)
        return Upload(prepared.name, job, None)

    def read_again(self, actor: Actor, job_id: str, *, password: str | None = None) -> Upload:
        """Queue the reading of a file that was handed in before, now with its password.

        Raises:
            NotFound: ``job_unknown``, also where the job read no file.
        """
        job = self._jobs.get(actor, job_id)
        if job.kind != "ingest":
            raise NotFound("job_unknown", job=job_id)
        params = job.params
        data = self._files.path(str(params["sha256"])).read_bytes()
        return self.upload(
            actor, str(params["corpus"]), str(params["name"]), data, password=password
        )

    def columns(self, actor: Actor, document_id: str) -> tuple[Sheet, ...]:
        """Return the columns of a document's table with a few rows, and the uses in force.

        Raises:
            NotFound: ``document_unknown``.
            InvalidInput: ``columns_not_table``.
        """
        document = self._corpora.document(actor, document_id)
        if document.kind not in TABLES:
            raise InvalidInput("columns_not_table", kind=document.kind)
        path = self._files.path(document.sha256)
        return self._reader.sheets(str(path), document.name, document.columns)

    def map_columns(self, actor: Actor, document_id: str, columns: ColumnMap | None) -> Job:
        """Queue another reading of the document by these columns; None recognises them again.

        Until it is done, and where it fails, the document stays as it was.

        Raises:
            NotFound: ``document_unknown``.
            InvalidInput: ``columns_not_table``, ``columns_empty`` or ``column_twice``.
        """
        document = self._corpora.document(actor, document_id)
        self._policy.require(actor, "edit", document.corpus_id)
        if document.kind not in TABLES:
            raise InvalidInput("columns_not_table", kind=document.kind)
        if columns:
            require_sound(columns)
        chosen = columns_text(columns)
        return self._jobs.submit(
            actor,
            "ingest",
            f"{document_id}:columns:{digest(chosen)}",
            corpus=document.corpus_id,
            sha256=document.sha256,
            name=document.name,
            document=document_id,
            columns=chosen,
            embed=True,
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
        columns: ColumnMap | None = None,
    ) -> Upload:
        """Read the file in this thread; for the command line. The job in the result has ended.

        ``columns`` is how a table's columns are read; without it as they were chosen before, or
        as they are recognised.
        """
        prepared = self._prepare(actor, corpus_id, name, data, columns)
        if prepared.skipped:
            return Upload(prepared.name, None, prepared.skipped)
        self._ingestion.unlock(prepared.key, password)
        job = self._jobs.run_now(actor, "ingest", prepared.key, watch, **prepared.params)
        return Upload(prepared.name, job, None)

    def _prepare(
        self, actor: Actor, corpus_id: str, name: str, data: bytes, columns: ColumnMap | None
    ) -> "_Prepared":
        self._policy.require(actor, "edit", corpus_id)
        self._corpora.get(actor, corpus_id)
        if columns:
            require_sound(columns)
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
        params: dict[str, Param] = {"corpus": corpus_id, "sha256": sha256, "name": shown}
        if columns:
            params["columns"] = columns_text(columns)
        twin = self._repository.find_duplicate(corpus_id, sha256)
        if twin and twin.name == shown and columns and twin.columns != columns:
            twin = None  # the same file, but it is to be read in another way
        skipped = Notice("already_there", {"name": shown, "document": twin.name}) if twin else None
        return _Prepared(shown, params, skipped)


@dataclass(frozen=True, slots=True)
class _Prepared:
    name: str
    params: dict[str, Param]
    skipped: Notice | None

    @property
    def key(self) -> str:
        return ":".join(str(value) for value in self.params.values())
