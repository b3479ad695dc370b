"""Everything that can change a number, as one canonical text with one identity."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.domain.errors import InvalidInput

ExperimentKind: TypeAlias = Literal["instructions", "library", "recall"]
"""What differs: only the instruction; only the library, since an earlier one; or ways of recall."""

Json: TypeAlias = "str | int | float | bool | None | list[Json] | dict[str, Json]"


def canonical_json(value: Json) -> str:
    """Return ``value`` with sorted keys, no spaces and no NaN.

    Raises:
        InvalidInput: ``not_finite`` where a number is NaN or infinite.
    """
    _require_finite(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _require_finite(value: Json) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput("not_finite", value=repr(value))
    children = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for child in children:
        _require_finite(child)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a comparison was made from; equal manifests give equal numbers."""

    fields: str

    @classmethod
    def of(cls, **fields: Json) -> "Manifest":
        """Return the manifest of these fields."""
        return cls(canonical_json(dict(fields)))

    @property
    def identity(self) -> str:
        """Return the SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.fields.encode()).hexdigest()

    def differs(self, other: "Manifest") -> tuple[str, ...]:
        """Return the names of the fields that are not the same in both, in alphabetical order."""
        mine, theirs = json.loads(self.fields), json.loads(other.fields)
        names = sorted({*mine, *theirs})
        return tuple(name for name in names if mine.get(name) != theirs.get(name))


@dataclass(frozen=True, slots=True)
class Experiment:
    """A stored measurement: its name, what it was made of, and what became of it since.

    ``details`` hold what stands on its page beside numbers. ``reproduces`` is the experiment that
    this one made again or, of kind *library*, is measured against.
    """

    experiment_id: str
    owner: str
    kind: ExperimentKind
    name: str
    note: str
    corpus_id: str
    query_set_id: str
    version: int
    job_id: str
    manifest: Manifest
    details: Mapping[str, Json]
    created_at: str
    reproduces: str | None = None
    archived_at: str | None = None
    deleted_at: str | None = None


@dataclass(frozen=True, slots=True)
class FrozenOrder:
    """An order of frozen candidates: their places in recall order, best first, with the numbers.

    ``scores`` is None where the model gives no probability.
    """

    places: tuple[int, ...]
    margins: tuple[float, ...]
    scores: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """Everything of an experiment that never changes.

    ``candidates`` are chunk and text hash by question, in recall order; ``texts`` what was read, by
    hash; ``orders`` by arm and question; ``labels`` by criterion, question and chunk; ``measures``
    by arm, criterion and name, a value a question.
    """

    candidates: Mapping[str, tuple[tuple[str, str], ...]]
    texts: Mapping[str, str]
    orders: Mapping[tuple[int, str], FrozenOrder]
    labels: Mapping[str, Mapping[str, Mapping[str, int]]]
    measures: Mapping[tuple[int, str, str], Mapping[str, float]]
