"""The sample libraries: what there is, loading one through the import of everybody, removing it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Corpus
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.experiments import Json
from workbench.domain.jobs import Job
from workbench.evaluation.formats.labelled import DOCUMENTS, holds_labels
from workbench.services.corpora import Corpora
from workbench.services.glossaries import Glossaries
from workbench.services.questions import Questions
from workbench.services.uploads import Uploads
from workbench.store.workspace import WorkspaceRepository

ABOUT = "corpus.json"
GLOSSARY = "glossary.csv"
KEY = "samples"
JUDGE = "sample"
"""Who gave the labels that come with a sample library."""

Text = Mapping[str, str]
"""The same text by language, zh and en."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample library; ``corpus`` is where it was loaded, None where it is not."""

    sample_id: str
    name: Text
    about: Text
    example: Text
    documents: tuple[str, ...]
    corpus: Corpus | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a library set going: jobs that read its documents, then its labels."""

    corpus: Corpus
    jobs: tuple[Job, ...]


class Samples:
    """Offers the libraries in ``folder``, each a labelled folder with ``corpus.json``."""

    def __init__(
        self,
        policy: Policy,
        folder: Path,
        corpora: Corpora,
        uploads: Uploads,
        questions: Questions,
        glossaries: Glossaries,
        workspace: WorkspaceRepository,
    ) -> None:
        self._policy = policy
        self._folder = folder
        self._corpora = corpora
        self._uploads = uploads
        self._questions = questions
        self._glossaries = glossaries
        self._workspace = workspace

    def list(self, actor: Actor) -> tuple[Sample, ...]:
        """Return the sample libraries in the order of their identifiers; none is no error.

        Raises:
            InvalidInput: ``collection_not_json`` or ``collection_field`` for a damaged one.
        """
        self._policy.require(actor, "view")
        if not self._folder.is_dir():
            return ()
        loaded = self._loaded(actor)
        return tuple(
            _sample(path, loaded.get(path.name))
            for path in sorted(self._folder.iterdir())
            if (path / ABOUT).is_file() and holds_labels(path)
        )

    def load(self, actor: Actor, sample_id: str, language: str) -> Loaded:
        """Return the new corpus, named in ``language``, and the jobs that fill it.

        A library that is loaded already is handed in again: nothing of it is read twice.

        Raises:
            NotFound: ``sample_unknown``.
            InvalidInput: Its glossary cannot be read.
        """
        sample = self._get(actor, sample_id)
        corpus = sample.corpus or self._create(actor, sample, language)
        folder = self._folder / sample_id
        self._give_glossary(actor, folder, corpus)
        jobs = []
        for name in sample.documents:
            data = (folder / DOCUMENTS / name).read_bytes()
            upload = self._uploads.upload(actor, corpus.corpus_id, name, data)
            if upload.job:
                jobs.append(upload.job)
        jobs.append(
            self._questions.take_in_later(actor, folder, corpus.corpus_id, corpus.name, JUDGE)
        )
        return Loaded(corpus, tuple(jobs))

    def _give_glossary(self, actor: Actor, folder: Path, corpus: Corpus) -> None:
        """Give the corpus the library's glossary, where it has one and nobody changed it yet."""
        path = folder / GLOSSARY
        if path.is_file() and not self._glossaries.get(actor, corpus.corpus_id).version:
            preview = self._glossaries.preview(actor, corpus.corpus_id, path.read_bytes())
            self._glossaries.take_in(actor, corpus.corpus_id, preview)

    def remove(self, actor: Actor, sample_id: str) -> None:
        """Delete the library's corpus, and with it its questions from every list.

        The corpus can be restored like any other.

        Raises:
            NotFound: ``sample_unknown``, or ``sample_not_loaded``.
        """
        sample = self._get(actor, sample_id)
        if sample.corpus is None:
            raise NotFound("sample_not_loaded", name=sample_id)
        self._corpora.delete(actor, sample.corpus.corpus_id)

    def _get(self, actor: Actor, sample_id: str) -> Sample:
        found = {one.sample_id: one for one in self.list(actor)}
        if sample_id not in found:
            raise NotFound("sample_unknown", name=sample_id, known=", ".join(found) or "–")
        return found[sample_id]

    def _create(self, actor: Actor, sample: Sample, language: str) -> Corpus:
        taken = {corpus.name for corpus in self._corpora.list(actor)}
        title = sample.name[language]
        numbered = (f"{title} {number}" for number in range(2, len(taken) + 3))
        name = next(one for one in (title, *numbered) if one not in taken)
        corpus = self._corpora.create(actor, name)

        def noted(value: Json) -> Json:
            kept = value if isinstance(value, dict) else {}
            return {**kept, sample.sample_id: corpus.corpus_id}

        self._workspace.update(KEY, noted)
        return corpus

    def _loaded(self, actor: Actor) -> dict[str, Corpus]:
        kept = self._workspace.get(KEY)
        living = {corpus.corpus_id: corpus for corpus in self._corpora.list(actor)}
        places = kept if isinstance(kept, dict) else {}
        return {name: living[str(at)] for name, at in places.items() if str(at) in living}


def _sample(folder: Path, corpus: Corpus | None) -> Sample:
    path = folder / ABOUT
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput("collection_not_json", file=path.name, line=1) from error
    texts = {}
    for field in ("name", "about", "example"):
        text = found.get(field) if isinstance(found, dict) else None
        if not isinstance(text, dict) or not all(
            isinstance(text.get(x), str) for x in ("zh", "en")
        ):
            raise InvalidInput("collection_field", file=path.name, line=1, field=field)
        texts[field] = text
    documents = sorted(one.name for one in (folder / DOCUMENTS).iterdir() if one.is_file())
    return Sample(folder.name, **texts, documents=tuple(documents), corpus=corpus)
