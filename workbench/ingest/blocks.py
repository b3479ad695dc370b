"""Tables and their rows: what makes a chunk by itself, and the head that continued parts repeat."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from workbench.domain.documents import ChunkKind
from workbench.ingest.lines import Block

_LONGEST_REPEATED = 400
"""Longer background is read before the first part of a row alone."""


class Blocks:
    """Finds the block of an offset; blocks are ascending and do not overlap."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._blocks = blocks
        self._starts = [block.start for block in blocks]
        self.alone = any(block.alone for block in blocks)

    def cut(self, start: int, end: int) -> Iterator[tuple[int, int, ChunkKind]]:
        """Return adjoining ranges that make up a range: each block that stands alone, the rest."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        for block in self._blocks[low:high]:
            if block.start > start:
                yield start, block.start, "text"
            yield block.start, min(block.end, end), block.alone or "table"
            start = min(block.end, end)
        if start < end:
            yield start, end, "text"

    def head(self, start: int) -> str:
        """Return what is read above a piece that begins at ``start``: background, repeated head."""
        block = self._at(start)
        if block is None:
            return ""
        continued = start >= max(block.head[1], block.head[0] + 1)
        ranges = [block.head] if continued and block.head[1] > block.head[0] else []
        if block.context and not (continued and _length(block.context) > _LONGEST_REPEATED):
            ranges.insert(0, block.context)
        return "\n".join(self._text[a:b] for a, b in ranges)

    def is_background(self, offset: int) -> bool:
        """Return whether what stands at ``offset`` is read before passages and belongs to none."""
        block = self._at(offset)
        return block is not None and block.context is not None and offset < block.context[1]

    def kind(self, start: int, end: int, kind: ChunkKind) -> ChunkKind:
        """Return ``table`` for text that lies within one block, else ``kind``."""
        block = self._at(start)
        inside = block is not None and end <= block.end
        return "table" if inside and kind == "text" else kind

    def _at(self, offset: int) -> Block | None:
        at = bisect_right(self._starts, offset) - 1
        return self._blocks[at] if at >= 0 and offset < self._blocks[at].end else None


def _length(found: tuple[int, int]) -> int:
    return found[1] - found[0]
