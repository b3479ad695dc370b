"""Everything that can change a number, as one canonical text with one identity."""

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TypeAlias

from workbench.domain.errors import InvalidInput

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
