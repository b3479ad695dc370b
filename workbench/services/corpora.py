"""Corpora and their documents: create, look inside, delete, restore."""

from collections.abc import Callable

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import (
    Chunk,
    Corpus,
    Document,
    Edition,
    Section,
    SlicePolicy,
)
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.jobs import Job
from workbench.domain.text import normalised
from workbench.logbook import Logbook
from workbench.store.corpora import CorpusRepository
from workbench.store.files import Files

FIRST_CORPUS = "我的文件 / My files"
CORPUS_NAME_LIMIT = 100


class Corpora:
    """Everything about corpora but searching them."""

    def __init__(
        self,
        policy: Policy,
        repository: CorpusRepository,
        files: Files,
        log: Logbook,
        *,
        embed_later: Callable[[Actor, str], Job | None],
    ) -> None:
        self._policy = policy
        self._repository = repository
        self._files = files
        self._log = log
        self._embed_later = embed_later

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


def _corpus_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise InvalidInput("corpus_name_empty")
    if len(clean) > CORPUS_NAME_LIMIT:
        raise InvalidInput("corpus_name_too_long", length=len(clean), limit=CORPUS_NAME_LIMIT)
    return clean
