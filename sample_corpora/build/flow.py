"""Sets blocks one below the other and breaks them into pages."""

from dataclasses import dataclass, field
from itertools import pairwise

from sample_corpora.build.blocks import (
    Block,
    Code,
    Heading,
    Item,
    Paragraph,
    Run,
    Runs,
    SourceError,
    Table,
    plain,
)
from sample_corpora.build.grid import Grid, grid
from sample_corpora.build.page import (
    BOTTOM,
    GREY,
    HEIGHT,
    INK,
    LEFT,
    MEASURE,
    RULE,
    TOP,
    WIDTH,
    Box,
    Colour,
    Entry,
    Page,
    Stroke,
    Words,
)
from sample_corpora.build.typeset import Faces, SetLine, set_lines, width_of

BODY = 10.5
_LEADING = 1.62
_INDENT = 21.0
_CODE = 9.0
_CODE_PAD = 8.0
_CODE_TOGETHER = 4
_HEADINGS = {1: (19.0, 0.0, 14.0), 2: (14.0, 20.0, 7.0), 3: (12.0, 14.0, 5.0), 4: (11.0, 10.0, 4.0)}
_FLOOR = BOTTOM
_CEILING = HEIGHT - TOP


@dataclass(slots=True)
class Flow:
    """The pages set so far; ``y`` is the lower edge of what stands on the last one."""

    faces: Faces
    origin: str
    pages: list[Page] = field(default_factory=lambda: [Page()])
    entries: list[Entry] = field(default_factory=list)
    y: float = _CEILING

    def add(self, blocks: tuple[Block, ...]) -> None:
        """Set ``blocks`` below what stands there; a heading stays with what follows it."""
        for block, following in pairwise((*blocks, None)):
            if block is not None:
                self._add(block, following)

    def space(self, points: float) -> None:
        """Leave room, but not at the top of a page."""
        if self.pages[-1].marks:
            self.y -= points

    def break_page(self) -> None:
        """Begin a new page."""
        self.pages.append(Page())
        self.y = _CEILING

    def lines(
        self,
        runs: Runs,
        size: float = BODY,
        *,
        indent: float = 0.0,
        colour: Colour = INK,
        label: tuple[float, SetLine] | None = None,
    ) -> None:
        """Set a paragraph; a single line of it never stands alone.

        ``label`` is set on its first line, at points from the left margin.
        """
        left = list(set_lines(runs, self.faces, size, MEASURE - indent))
        leading = size * _LEADING
        while left:
            now = _together(len(left), self._fits(leading))
            if not now:
                self.break_page()
            for line in left[:now]:
                self.y -= leading
                baseline = self.y + leading * 0.28
                if label:
                    self.pages[-1].marks.append(Words(LEFT + label[0], baseline, size, label[1]))
                    label = None
                self.pages[-1].marks.append(Words(LEFT + indent, baseline, size, line, colour))
            left = left[now:]

    def _keep(self, room: float) -> None:
        """Begin a new page where ``room`` points are not left on this one."""
        if self.y - room < _FLOOR:
            self.break_page()

    def _fits(self, leading: float) -> int:
        return int((self.y - _FLOOR) / leading + 1e-6)

    def _add(self, block: Block, following: Block | None) -> None:
        match block:
            case Heading():
                self._heading(block, following)
            case Paragraph(runs, depth):
                if all(run.bold for run in runs):
                    # A caption: like a heading it does not stand alone at the foot of a page.
                    self._keep(BODY * _LEADING + 5.5 + self._first_height(following))
                self.lines(runs, indent=depth * _INDENT)
                self.space(5.5)
            case Item():
                self._item(block, following)
            case Code():
                self._code(block)
            case Table():
                self._table(grid(block, self.faces, MEASURE, self.origin))

    def _heading(self, block: Heading, following: Block | None) -> None:
        size, above, below = _HEADINGS[block.level]
        self.space(above)
        self._keep(size * _LEADING + below + self._first_height(following))
        runs = tuple(Run(run.text, True, run.code) for run in block.runs)
        page = len(self.pages) - 1
        self.entries.append(Entry(block.level, plain(block.runs), page, self.y))
        self.lines(runs, size)
        self.y -= below

    def _first_height(self, block: Block | None) -> float:
        """Return the height that must follow a heading on its page."""
        if isinstance(block, Heading):
            size, above, below = _HEADINGS[block.level]
            return above + size * _LEADING + below + 2 * BODY * _LEADING
        if isinstance(block, Table):
            made = grid(block, self.faces, MEASURE, self.origin)
            return made.rows[0].height + (made.rows[1].height if len(made.rows) > 1 else 0)
        return 2 * BODY * _LEADING

    def _item(self, block: Item, following: Block | None) -> None:
        indent = block.depth * _INDENT
        (label,) = set_lines((Run(f"{block.marker} "),), self.faces, BODY, MEASURE)
        hang = max(_INDENT - 4, label.width + 4)
        self.lines(block.runs, indent=indent, label=(indent - hang, label))
        self.space(5.5 if not isinstance(following, Item) else 3.0)

    def _code(self, block: Code) -> None:
        leading = _CODE * 1.5
        self.space(3)
        left = block.text.split("\n")
        while left:
            room = int((self.y - _FLOOR - 2 * _CODE_PAD) / leading)
            if room < min(len(left), _CODE_TOGETHER):
                self.break_page()
                continue
            now, left = left[:room], left[room:]
            self._code_box(now, leading, block.depth * _INDENT)
        self.space(9)

    def _code_box(self, lines: list[str], leading: float, indent: float) -> None:
        height = len(lines) * leading + 2 * _CODE_PAD
        marks = self.pages[-1].marks
        marks.append(Box(LEFT + indent, self.y - height, MEASURE - indent, height))
        room = MEASURE - indent - 2 * _CODE_PAD
        for at, text in enumerate(lines):
            run = (Run(text, code=True),)
            if width_of(run, self.faces, _CODE) > room:
                raise SourceError(f"{self.origin}: a line of code is too wide: {text!r}")
            if text.strip():
                (line,) = set_lines(run, self.faces, _CODE, room)
                y = self.y - _CODE_PAD - (at + 0.74) * leading
                marks.append(Words(LEFT + indent + _CODE_PAD, y, _CODE, line))
        self.y -= height

    def _table(self, made: Grid) -> None:
        self.space(3)
        head, *rows = made.rows
        if self.y - head.height - (rows[0].height if rows else 0) < _FLOOR:
            self.break_page()
        self._row(made, 0)
        for at, row in enumerate(rows, start=1):
            if self.y - row.height < _FLOOR:
                self.break_page()
                self._row(made, 0)
            self._row(made, at)
        self.space(12)

    def _row(self, made: Grid, at: int) -> None:
        marks = self.pages[-1].marks
        marks += made.marks(at, LEFT, self.y)
        self.y -= made.rows[at].height


def _together(lines: int, room: int) -> int:
    """Return how many of a paragraph's lines go on a page with room for ``room``."""
    if lines <= room:
        return lines
    now = room - 1 if lines - room == 1 else room
    return now if now > 1 else 0


def running(faces: Faces, page: Page, header: str, number: str) -> None:
    """Add the running line with its rule and the page number in the foot."""
    if header:
        line = set_lines((Run(header),), faces, 8.5, MEASURE)[0]
        page.marks.insert(0, Words(LEFT, HEIGHT - 46, 8.5, line, GREY))
        page.marks.insert(1, Stroke(LEFT, HEIGHT - 53, WIDTH - LEFT, HEIGHT - 53, RULE))
    if number:
        foot = set_lines((Run(f"— {number} —"),), faces, 9.0, MEASURE)[0]
        page.marks.append(Words((WIDTH - foot.width) / 2, 40, 9.0, foot, GREY))
