"""Chunks that may hold what is looked for letter by letter, told from their terms."""

from collections.abc import Sequence

import numpy as np

from workbench.recall.holdings import Held, Holdings
from workbench.recall.lexical import Mask, Places
from workbench.recall.strings import encoded

ENOUGH = 64
"""So few chunks are read rather than narrowed further."""


def chunks_with(
    holdings: Holdings, order: Places | None, terms: Sequence[str], parts: Sequence[str] = ()
) -> list[str]:
    """Return the ids of chunks with all ``terms``, and for each of ``parts`` a term that holds it.

    They stand in reading order, document after document, as ``holdings.order()`` gave it. Without
    terms and parts, these are all chunks. Of ``parts`` the later ones may be passed over once few
    chunks are left.
    """
    found: list[tuple[int, str]] = []
    for held, start in zip(holdings.parts, holdings.starts, strict=False):
        for at in np.flatnonzero(_covered(held, terms, parts)).tolist():
            place = start + at if order is None else int(order[start + at])
            found.append((place, held.segment.chunk_ids.texts[at]))
    return [chunk_id for _, chunk_id in sorted(found)]


def _covered(held: Held, terms: Sequence[str], parts: Sequence[str]) -> Mask:
    postings, gone = held.segment.postings, held.part.gone
    left = np.ones(len(postings), np.bool_) if gone is None else ~gone
    for term in terms:
        left &= _mask(held, [postings.row(term)[0]])
    for part in parts:
        if int(left.sum()) <= ENOUGH:
            break
        left &= _holding(held, part)
    return left


def _holding(held: Held, part: str) -> Mask:
    """Return which chunks have a term with ``part`` in it."""
    postings = held.segment.postings
    texts, wanted = postings.vocabulary.texts, encoded(part)
    blob, places, at = texts.blob.tobytes(), [], 0
    while (at := blob.find(wanted, at)) >= 0:
        places.append(at)
        at += 1
    numbers = np.searchsorted(texts.offsets, places, side="right") - 1
    ends = texts.offsets[numbers + 1]
    inside = numbers[np.asarray(places, dtype=np.int64) + len(wanted) <= ends]
    starts = postings.starts
    return _mask(
        held, [postings.documents[starts[n] : starts[n + 1]] for n in set(inside.tolist())]
    )


def _mask(held: Held, rows: Sequence[np.ndarray]) -> Mask:
    mask = np.zeros(len(held.segment.postings), np.bool_)
    for row in rows:
        mask[row] = True
    return mask
