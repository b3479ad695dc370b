"""Turns the Markdown subset of the sources into blocks; refuses whatever is not in the subset."""

import unicodedata
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

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
)

_DEEPEST_HEADING = 4


def blocks_of(text: str, origin: str, first_line: int = 1) -> tuple[Block, ...]:
    """Return the blocks of ``text``, whose first line is ``first_line`` of the file ``origin``.

    Raises:
        SourceError: Something that is not in the subset.
    """
    parser = MarkdownIt("commonmark").enable("table")
    return _Subset(origin, first_line).blocks(parser.parse(text))


class _Subset:
    """Walks a syntax tree and says where it meets the unknown."""

    def __init__(self, origin: str, first_line: int) -> None:
        self._origin = origin
        self._first_line = first_line
        self._line = first_line

    def blocks(self, tokens: list[Token]) -> tuple[Block, ...]:
        return tuple(self._children(SyntaxTreeNode(tokens), 0))

    def _children(self, node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
        for child in node.children:
            yield from self._block(child, depth)

    def _block(self, node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
        self._line = self._first_line + (node.map[0] if node.map else 0)
        match node.type:
            case "heading":
                yield self._heading(node, depth)
            case "paragraph":
                yield Paragraph(self._runs(node), depth)
            case "fence":
                yield Code(node.content.rstrip("\n"), depth)
            case "table":
                yield self._table(node, depth)
            case "bullet_list" | "ordered_list":
                yield from self._list(node, depth)
            case other:
                raise self._unknown(other)

    def _heading(self, node: SyntaxTreeNode, depth: int) -> Heading:
        level = int(node.tag[1:])
        if not node.markup.startswith("#") or level > _DEEPEST_HEADING or depth:
            raise self._unknown(f"heading {node.markup!r}")
        return Heading(level, self._runs(node))

    def _table(self, node: SyntaxTreeNode, depth: int) -> Table:
        if depth:
            raise self._unknown("a table in a list")
        rows = [
            tuple(self._runs(cell) for cell in row.children)
            for part in node.children
            for row in part.children
        ]
        return Table(rows[0], tuple(rows[1:]))

    def _list(self, node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
        start = int(node.attrs.get("start", 1))
        for at, item in enumerate(node.children):
            self._line = self._first_line + (item.map[0] if item.map else 0)
            marker = "•" if node.type == "bullet_list" else f"{start + at}{item.markup}"
            if not item.children or item.children[0].type != "paragraph":
                raise self._unknown("a list item that does not begin with text")
            yield Item(marker, self._runs(item.children[0]), depth + 1, at == 0)
            for child in item.children[1:]:
                yield from self._block(child, depth + 1)

    def _runs(self, node: SyntaxTreeNode) -> Runs:
        inline = node.children[0].children if node.children else []
        runs = [run for child in inline for run in self._inline(child, bold=False)]
        return tuple(_joined(runs))

    def _inline(self, node: SyntaxTreeNode, *, bold: bool) -> Iterator[Run]:
        match node.type:
            case "text" | "text_special":
                yield Run(node.content, bold)
            case "code_inline":
                yield Run(node.content, bold, code=True)
            case "softbreak":
                yield Run("\r", bold)
            case "hardbreak":
                yield Run("\n", bold)
            case "strong":
                for child in node.children:
                    yield from self._inline(child, bold=True)
            case other:
                raise self._unknown(other)

    def _unknown(self, what: str) -> SourceError:
        return SourceError(f"{self._origin}:{self._line}: not in the Markdown subset: {what}")


def _joined(runs: list[Run]) -> Iterator[Run]:
    """Return runs with soft breaks read as a space, or as nothing between two wide characters."""
    pieces: list[Run] = []
    for at, run in enumerate(runs):
        if run.text == "\r":
            before = runs[at - 1].text[-1:] if at else ""
            after = runs[at + 1].text[:1] if at + 1 < len(runs) else ""
            run = Run("" if is_wide(before) and is_wide(after) else " ", run.bold)
        if not run.text:
            continue
        last = pieces[-1] if pieces else None
        if last and (last.bold, last.code) == (run.bold, run.code):
            pieces[-1] = Run(last.text + run.text, run.bold, run.code)
        else:
            pieces.append(run)
    return iter(pieces)


def is_wide(character: str) -> bool:
    """Return whether ``character`` fills a square, as Han characters and their punctuation do."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
