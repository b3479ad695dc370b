"""A canonical text as it is written line by line, for formats without pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workbench.domain.documents import ChunkKind, FileKind, Notice
from workbench.ingest.lines import Block, Line, Mark, MarkSource, Source, collapsed
from workbench.ingest.lines import without_controls as clean

_LONGEST_HEAD = 200
"""A longer first row says too much to be repeated above every part of its table."""


@dataclass(slots=True)
class Draft:
    """Lines, headings and tables in the order in which a reader meets them."""

    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    at: int = 0

    def write(self, text: str, *, quoted: bool = False) -> None:
        """Add ``text`` as a line, or where it holds line breaks as several; empty ones stay."""
        for part in text.splitlines() or [""]:
            line = clean(part).rstrip()
            blank = bool(self.lines) and not self.lines[-1].text.strip()
            end = self.at + len(line)
            self.lines.append(Line(None, line, self.at, end, after_blank=blank, quoted=quoted))
            self.at = end + 1

    def head(self, title: str, level: int) -> None:
        """Add a heading's line; an empty one is left out."""
        shown = collapsed(clean(title))
        if shown:
            self.marks.append(Mark(shown, level, line=len(self.lines)))
            self.write(shown)

    def name(self, title: str, level: int) -> None:
        """Begin a section whose title stands in no line, as a sheet's does."""
        self.marks.append(Mark(collapsed(clean(title)), level, line=len(self.lines)))

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Add a table as lines, cells joined by bars; its first row is its head."""
        shown = [" | ".join(collapsed(clean(cell)) for cell in row) for row in rows]
        shown = [row for row in shown if row.strip(" |")]
        if shown:
            self._block(shown, None)

    def row(self, lines: Sequence[str], kind: ChunkKind, context: Sequence[str] = ()) -> None:
        """Add a row that is a chunk by itself; its first line is its head, background above it."""
        self._block(lines, kind, context)
        self.write("")

    def source(
        self,
        kind: FileKind,
        reader: str,
        mark_source: MarkSource,
        notices: tuple[Notice, ...] = (),
        encoding: str | None = None,
    ) -> Source:
        """Return what was written."""
        return Source(
            kind=kind,
            reader=reader,
            text="\n".join(line.text for line in self.lines),
            lines=tuple(self.lines),
            marks=tuple(self.marks),
            mark_source=mark_source,
            notices=notices,
            encoding=encoding,
            blocks=tuple(self.blocks),
        )

    def _block(
        self, lines: Sequence[str], kind: ChunkKind | None, context: Sequence[str] = ()
    ) -> None:
        start = self.at
        for line in context:
            self.write(line, quoted=True)
        background = (start, self.at - 1) if context else None
        body, first = self.at, len(self.lines)
        for line in lines:
            self.write(line, quoted=True)
        head = self.lines[first].end
        fits = head - body <= _LONGEST_HEAD
        repeated = (body, head if fits else body)
        self.blocks.append(Block(start, self.at - 1, repeated, kind, background))
