"""Mean vectors of a language, shipped for a known embedder and blended with a corpus's own."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.domain.languages import LANGUAGES, Language
from workbench.domain.ports import EmbedderInfo

Vector: TypeAlias = NDArray[np.float32]

BLEND = 30
"""Passages of a corpus at which its own mean and the shipped one count the same."""
FEWEST = 10
"""Passages under which a mean that nothing supports does more harm than good."""

_FILE = Path(__file__).with_name("language_means.json")


@dataclass(frozen=True, slots=True, eq=False)
class LanguageMeans:
    """Means of passages and of questions by language; a language that is absent is not centred."""

    passages: Mapping[Language, Vector]
    queries: Mapping[Language, Vector]

    def query(self, language: Language) -> Vector | None:
        """Return the mean of questions in ``language``, else of its passages, else None."""
        return self.queries.get(language, self.passages.get(language))


NO_MEANS = LanguageMeans({}, {})
"""Of an embedder that nothing is known about."""


def shipped_means(info: EmbedderInfo) -> LanguageMeans:
    """Return the means that ship with the workbench; ``NO_MEANS`` for another embedder.

    Mixed text and text of another language get the midpoint of Chinese and English: it is further
    from either, but no language's own direction remains in it.

    Source: ``benchmarks/language_means.py``, from pages of a product manual in both languages.
    """
    means = _shipped().get(info.name.rsplit("/", 1)[-1])
    known = next(iter(means.passages.values()), None) if means else None
    return means if means and known is not None and len(known) == info.dim else NO_MEANS


@lru_cache(maxsize=1)
def means_stamp() -> str:
    """Return what tells the means that ship from those of another version of the workbench."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _shipped() -> dict[str, LanguageMeans]:
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: LanguageMeans(_with_midpoint(entry["passages"]), _with_midpoint(entry["queries"]))
        for name, entry in data.items()
    }


def _with_midpoint(rows: Mapping[str, Sequence[float]]) -> dict[Language, Vector]:
    zh, en = (np.array(rows[language], dtype=np.float32) for language in ("zh", "en"))
    middle: Vector = ((zh + en) / 2).astype(np.float32)
    return {"zh": zh, "en": en, "mixed": middle, "other": middle}


def blended(
    shipped: LanguageMeans, matrix: NDArray[np.float32], languages: Sequence[Language]
) -> LanguageMeans:
    """Return the means for a corpus whose passages are the rows of ``matrix``.

    With n passages of a language, the corpus's own mean weighs n / (n + 30) and the shipped one the
    rest. Where nothing is shipped, the corpus's own stands alone from 10 passages on.
    """
    spoken = np.array(languages, dtype=object)
    passages: dict[Language, Vector] = {}
    for language in LANGUAGES:
        rows = matrix[spoken == language]
        prior = shipped.passages.get(language)
        if prior is not None:
            sums = BLEND * prior + rows.sum(axis=0)
            passages[language] = (sums / (BLEND + len(rows))).astype(np.float32)
        elif len(rows) >= FEWEST:
            passages[language] = rows.mean(axis=0)
    return LanguageMeans(passages, shipped.queries)
