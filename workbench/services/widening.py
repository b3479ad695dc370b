"""What the glossaries of corpora add to a question."""

import threading
from collections.abc import Iterable

from workbench.domain.documents import Notice
from workbench.domain.glossaries import Expansion, UsedEntry
from workbench.recall.analyzer import Analyzer
from workbench.recall.glossary import GlossaryTerms
from workbench.store.glossaries import GlossaryRepository

TOLD = 10
"""Most entries that a sentence names."""


class Widening:
    """Looks terms up in glossaries; each is made ready once a version."""

    def __init__(self, repository: GlossaryRepository, analyzer: Analyzer) -> None:
        self._repository = repository
        self._analyzer = analyzer
        self._kept: dict[str, tuple[int, GlossaryTerms]] = {}
        self._lock = threading.Lock()

    def of(self, corpus_id: str, text: str) -> Expansion:
        """Return what the corpus's glossary adds to ``text``; nothing where it has none."""
        version = self._repository.version(corpus_id)
        if not version:
            return Expansion()
        with self._lock:
            kept = self._kept.get(corpus_id)
        if kept is None or kept[0] != version:
            glossary = self._repository.get(corpus_id)
            kept = glossary.version, GlossaryTerms(glossary.entries, self._analyzer)
            with self._lock:
                self._kept[corpus_id] = kept
        return kept[1].widen(text)


def told_of(used: Iterable[UsedEntry]) -> tuple[Notice, ...]:
    """Return the notice that names the entries a question used; none where it used none."""
    names = [f"{one.added} ({one.asked})" for one in used]
    if not names:
        return ()
    terms = ", ".join(names[:TOLD]) + (" …" if len(names) > TOLD else "")
    return (Notice("glossary_used", {"count": len(names), "terms": terms}),)
