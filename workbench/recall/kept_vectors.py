"""Which chunks have their vector already in the snapshot before, and which need one fetched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.domain.ports import EmbedderInfo
from workbench.recall.columns import Columns
from workbench.recall.dense import DenseVectors, TakenOver
from workbench.recall.holdings import Held, Holdings
from workbench.recall.strings import Longs

if TYPE_CHECKING:
    from workbench.recall.index import CorpusIndex


@dataclass(frozen=True, slots=True, eq=False)
class KeptVectors:
    """Vectors that are taken over, and the other chunks that are there, by number with hash."""

    taken: TakenOver | None
    wanted: Mapping[int, str]

    @property
    def hashes(self) -> list[str]:
        """Return the texts whose vectors have to be fetched, each once."""
        return list(dict.fromkeys(self.wanted.values()))


def kept_vectors(
    holdings: Holdings, info: EmbedderInfo, before: "CorpusIndex | None" = None
) -> KeptVectors:
    """Return what ``holdings`` can take over from ``before``.

    Nothing is taken from a snapshot with vectors of another embedder.
    """
    known = before if before is not None and before.embedder_key == info.key else None
    places = np.full(holdings.starts[-1], -1, dtype=np.int64)
    if known is not None:
        places = _places(holdings, known.holdings, known.dense)
    columns = Columns(holdings)
    there = columns.there()
    places[~there] = -1
    wanted = {at: columns.text_hash(at) for at in np.flatnonzero(there & (places < 0)).tolist()}
    return KeptVectors(known.dense.taken_over(places) if known else None, wanted)


def _places(holdings: Holdings, before: Holdings, dense: DenseVectors) -> Longs:
    """Return each chunk's row in ``dense``, -1 for none."""
    rows = np.full(before.starts[-1], -1, dtype=np.int64)
    rows[dense.chunks] = np.arange(len(dense))
    old = {
        id(held.segment): rows[start : start + len(held.segment)]
        for held, start in zip(before.parts, before.starts, strict=False)
    }
    now = {id(held.segment) for held in holdings.parts}
    # Of segments that are no more: their chunks lie in one that they were merged into, or are gone.
    moved = {
        held.segment.hashes[at]: int(old[id(held.segment)][at])
        for held in before.parts
        if id(held.segment) not in now
        for at in np.flatnonzero(old[id(held.segment)] >= 0).tolist()
    }
    found = [
        old[id(held.segment)] if id(held.segment) in old else _by_hash(held, moved)
        for held in holdings.parts
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _by_hash(held: Held, rows: Mapping[str, int]) -> Longs:
    if not rows:
        return np.full(len(held.segment), -1, dtype=np.int64)
    return np.array([rows.get(one, -1) for one in held.segment.hashes], dtype=np.int64)
