"""Corpora and their documents: create, upload, read, look inside, delete, restore."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.actors import Actor, Policy, acting_for
from workbench.domain.documents import (
    Chunk,
    Corpus,
    Document,
    Edition,
    Notice,
    Section,
    SlicePolicy,
)
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.identity import new_ulid
from workbench.domain.jobs import Job
from workbench.domain.ports import ProgressCall, Reader
from workbench.domain.text import display_name, normalised
from workbench.logbook import Logbook
from workbench.services.jobs import JobRun, Jobs
from workbench.store.corpora import CorpusRepository
from workbench.store.files import Files

FIRST_CORPUS = "我的文件 / My files"
CORPUS_NAME_LIMIT = 100
KINDS = (".pdf", ".md", ".markdown", ".txt")
"""File name endings that the uploader offers; what is read is decided by content."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of a file that was handed in: a job that reads it, or why it was left alone."""

    name: str
    job: Job | None
    skipped: Notice | None


class Corpora:
    """Everything about corpora but searching them."""

    def __init__(
        self,
        policy: Policy,
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
        self._repository = repository
        self._files = files
        self._reader = reader
        self._jobs = jobs
        self._log = log
        self._upload_bytes = upload_bytes
        self._embed_later = embed_later
        self._passwords: dict[str, str] = {}
        jobs.register("ingest", "reading", self._ingest)

    def list(self, actor: Actor, *, deleted: bool = False) -> tuple[Corpus, ...]:
        """Return the actor's corpora with their counts, oldest first; "My files" always exists."""
        self._policy.require(actor, "view")
        found = self._repository.list(actor.id, deleted=deleted)
        if not found and not deleted:
            self._repository.create(FIRST_CORPUS, actor.id, SlicePolicy())
            found = self._repository.list(actor.id)
        return found

    def get(self, actor: Actor, corpus_id: str) -> Corpus:
        """Return a corpus.

        Raises:
            NotFound: ``corpus_unknown``.
        """
        self._policy.require(actor, "view", corpus_id)
        corpus = self._repository.get(corpus_id)
        if corpus is None:
            raise NotFound("corpus_unknown", name=corpus_id)
        return corpus

    def by_name(self, actor: Actor, name: str) -> Corpus:
        """Return the corpus of that name; either half of the first corpus's name will do.

        Raises:
            NotFound: ``corpus_unknown``, naming those there are.
        """
        corpora = self.list(actor)
        for corpus in corpora:
            names = {corpus.name, corpus.corpus_id, *corpus.name.split(" / ")}
            if normalised(name) in {normalised(n) for n in names}:
                return corpus
        raise NotFound("corpus_unknown_of", name=name, known=", ".join(c.name for c in corpora))

    def create(self, actor: Actor, name: str, policy: SlicePolicy | None = None) -> Corpus:
        """Return a new, empty corpus.

        Raises:
            InvalidInput: ``corpus_name_empty`` or ``corpus_name_too_long``.
            Conflict: ``corpus_exists``.
        """
        self._policy.require(actor, "edit")
        corpus = self._repository.create(_corpus_name(name), actor.id, policy or SlicePolicy())
        self._log.write("corpus_created", actor=actor.id, corpus=corpus.corpus_id)
        return corpus

    def obtain(self, actor: Actor, name: str) -> Corpus:
        """Return the corpus of that name, made where there is none."""
        try:
            return self.by_name(actor, name)
        except NotFound:
            return self.create(actor, name)

    def rename(self, actor: Actor, corpus_id: str, name: str) -> Corpus:
        """Return the corpus under its new name."""
        self._policy.require(actor, "edit", corpus_id)
        self._repository.rename(corpus_id, _corpus_name(name))
        return self.get(actor, corpus_id)

    def delete(self, actor: Actor, corpus_id: str) -> None:
        """Hide the corpus from every list and search; ``restore`` brings it back."""
        self._policy.require(actor, "edit", corpus_id)
        self._repository.delete(corpus_id)
        self._log.write("corpus_deleted", actor=actor.id, corpus=corpus_id)

    def restore(self, actor: Actor, corpus_id: str) -> Corpus:
        """Return the corpus, which can be found again."""
        self._policy.require(actor, "edit", corpus_id)
        self._repository.restore(corpus_id)
        return self.get(actor, corpus_id)

    def documents(
        self, actor: Actor, corpus_id: str, *, deleted: bool = False
    ) -> tuple[Document, ...]:
        """Return the corpus's documents, oldest first; ``deleted`` gives those to restore."""
        self._policy.require(actor, "view", corpus_id)
        return self._repository.documents(corpus_id, deleted=deleted)

    def document(self, actor: Actor, document_id: str) -> Document:
        """Return a document.

        Raises:
            NotFound: ``document_unknown``.
        """
        document = self._repository.document(document_id)
        if document is None:
            raise NotFound("document_unknown", document=document_id)
        self._policy.require(actor, "view", document.corpus_id)
        return document

    def outline(self, actor: Actor, document_id: str) -> tuple[Section, ...]:
        """Return the chapter tree in reading order, the document itself first."""
        return self._repository.outline(self.document(actor, document_id).document_id)

    def chunks(self, actor: Actor, document_id: str) -> tuple[Chunk, ...]:
        """Return the document's chunks in reading order."""
        return self._repository.chunks_of_document(self.document(actor, document_id).document_id)

    def edition(self, actor: Actor, document_id: str) -> Edition:
        """Return what was read: canonical text, pages, and what cleaning left out."""
        return self._repository.edition(self.document(actor, document_id).document_id)

    def original(self, actor: Actor, document_id: str) -> bytes:
        """Return the file as it was uploaded."""
        return self._files.path(self.document(actor, document_id).sha256).read_bytes()

    def delete_document(self, actor: Actor, document_id: str) -> None:
        """Take the document out of every search at once; ``restore_document`` brings it back."""
        document = self.document(actor, document_id)
        self._policy.require(actor, "edit", document.corpus_id)
        self._repository.delete_document(document_id)
        self._log.write("document_deleted", actor=actor.id, document=document_id)

    def restore_document(self, actor: Actor, document_id: str) -> None:
        """Make the document's chunks findable again."""
        document = self.document(actor, document_id)
        self._policy.require(actor, "edit", document.corpus_id)
        self._repository.restore_document(document_id)
        self._embed_later(actor, document.corpus_id)

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
        key = f"{corpus_id}:{prepared.sha256}"
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
        key = f"{corpus_id}:{prepared.sha256}"
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
        self.get(actor, corpus_id)
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
        reading = self._reader.read(
            str(self._files.path(sha256)),
            name,
            document_id,
            corpus.policy,
            password=self._passwords.pop(run.job.key, None),
            progress=lambda done, total: run.progress(done, total, "reading"),
            cancelled=run.cancelled,
        )
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


@dataclass(frozen=True, slots=True)
class _Prepared:
    name: str
    sha256: str
    skipped: Notice | None


def _corpus_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise InvalidInput("corpus_name_empty")
    if len(clean) > CORPUS_NAME_LIMIT:
        raise InvalidInput("corpus_name_too_long", length=len(clean), limit=CORPUS_NAME_LIMIT)
    return clean
