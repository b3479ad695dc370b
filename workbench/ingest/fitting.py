"""Ranges of a section cut to size: one piece where they fit, else parts of about the target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.domain.documents import ChunkKind, Section, SlicePolicy
from workbench.ingest.passages import Canon, Range


@dataclass(frozen=True, slots=True)
class Piece:
    """The range of one chunk, and the section in which it lies."""

    section: Section
    kind: ChunkKind
    start: int
    end: int
    part: int = 1
    parts: int = 1


def fitted(
    start: int, end: int, section: Section, kind: ChunkKind, canon: Canon, policy: SlicePolicy
) -> Iterator[Piece]:
    """Return the range as one piece, or where it is too long as several of about the target."""
    if canon.weight(start, end) <= policy.maximum * 100:
        yield Piece(section, kind, start, end)
        return
    ranges = _packed(canon.pieces(start, end, policy.maximum * 100), canon, policy)
    ranges = [(a, b) for a, b in ranges if canon.spans(a, b)]
    for part, (a, b) in enumerate(ranges, start=1):
        yield Piece(section, kind, a, b, part, len(ranges))


def _packed(pieces: Sequence[Range], canon: Canon, policy: SlicePolicy) -> list[Range]:
    """Join neighbouring pieces up to the target; a small one may grow up to the maximum."""
    packed: list[Range] = []
    weights: list[int] = []
    for at, (start, end) in enumerate(pieces):
        weight = canon.weight(start, end)
        both = weights[-1] + weight if weights else 0
        small = bool(weights) and weights[-1] < policy.minimum * 100
        tail = at == len(pieces) - 1 and weight < policy.minimum * 100
        limit = policy.maximum if small or tail else policy.target
        if packed and both <= limit * 100:
            packed[-1], weights[-1] = (packed[-1][0], end), both
        else:
            packed.append((start, end))
            weights.append(weight)
    return packed
