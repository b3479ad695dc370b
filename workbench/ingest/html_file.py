"""An HTML page as lines, with the headings that its tags name; nothing is fetched."""

import codecs
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment, Doctype, ProcessingInstruction
from bs4.element import CData, Declaration, NavigableString, PageElement, Tag

from workbench.domain.documents import Notice
from workbench.ingest.draft import Draft
from workbench.ingest.lines import Source, collapsed
from workbench.ingest.text import decode

READER = "html-1"
_NAMES = (".html", ".htm", ".xhtml")
_HEAD = 2048
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BEGINS = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_TAG = re.compile(r"<(?:html|head|body|meta|title|p|div|h[1-6]|table|ul|ol)\b", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I)
_DROPPED = frozenset(
    ("script", "style", "nav", "head", "noscript", "template", "svg", "iframe", "object", "canvas")
)
_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "img", "ins", "kbd", "label", "mark", "math", "q", "rp", "rt", "ruby"),
        *("s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u"),
        *("var", "wbr"),
    )
)
_UNSEEN = (Comment, Doctype, ProcessingInstruction, CData, Declaration)
_HEADING = re.compile(r"h([1-6])$")
_NOT_IN_DATA = ("table", "h1", "h2", "h3", "h4", "h5", "h6")
_LONGEST_CELL = 1000


def looks_like_html(data: bytes, name: str) -> bool:
    """Return whether a file is HTML: it begins as such, or is named so and holds its tags."""
    head = _peek(data)
    return bool(_BEGINS.match(head) or (name.lower().endswith(_NAMES) and _TAG.search(head)))


def read_html(data: bytes) -> Source:
    """Return the page's text without scripts, styles and navigation; tables as lines.

    Raises:
        UnreadableDocument: ``unsupported_kind`` where the bytes are no text in any encoding.
    """
    text, encoding, notices = _decoded(data)
    draft = Draft()
    _Page(draft).read(BeautifulSoup(text, "html.parser"))
    return draft.source("html", READER, "tag", notices, encoding)


def _peek(data: bytes) -> str:
    for bom in _BOMS[1:]:
        if data.startswith(bom):
            return data[:_HEAD].decode("utf-16", "replace")
    return data.removeprefix(codecs.BOM_UTF8)[:_HEAD].decode("ascii", "replace")


def _decoded(data: bytes) -> tuple[str, str, tuple[Notice, ...]]:
    """Return the text, its encoding and notices; the page's own word stands where it is true."""
    named = _CHARSET.search(data[:_HEAD])
    if named and not data.startswith(_BOMS):
        try:
            encoding = codecs.lookup(named[1].decode("ascii")).name
            # GB18030 holds everything that pages in GB2312 and GBK really use.
            encoding = "gb18030" if encoding in ("gb2312", "gbk") else encoding
            return data.decode(encoding), encoding, ()
        except (LookupError, UnicodeDecodeError):
            return decode(data)
    return decode(data)


class _Page:
    """Walks through a page and writes a line wherever a block ends."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._pieces: list[str] = []

    def read(self, root: Tag) -> None:
        """Write what ``root`` holds; a stack of its own, for pages nest deeper than Python may."""
        stack: list[tuple[Iterator[PageElement], bool]] = [(iter(root.children), True)]
        while stack:
            children, block = stack[-1]
            element = next(children, None)
            if element is None:
                stack.pop()
                if block:
                    self._end()
            elif isinstance(element, Tag):
                if not self._leaf(element):
                    inner = element.name in _INLINE
                    if not inner:
                        self._end()
                    stack.append((iter(element.children), not inner))
            elif isinstance(element, NavigableString) and not isinstance(element, _UNSEEN):
                self._pieces.append(str(element))
        self._end()

    def _leaf(self, tag: Tag) -> bool:
        """Return whether ``tag`` was dealt with as a whole."""
        if tag.name in _DROPPED:
            return True
        if tag.name in ("br", "hr"):
            self._end()
            return True
        heading = _HEADING.match(tag.name)
        if heading or tag.name == "pre" or (tag.name == "table" and _is_data(tag)):
            self._end()
            if heading:
                self._draft.head(_text(tag), int(heading[1]))
            elif tag.name == "pre":
                self._preformatted(tag)
            else:
                self._draft.table([_text(cell) for cell in row] for row in _rows(tag))
            return True
        return False

    def _preformatted(self, tag: Tag) -> None:
        for line in "".join(tag.strings).strip("\n").splitlines():
            self._draft.write(line, quoted=True)

    def _end(self) -> None:
        line = collapsed("".join(self._pieces))
        self._pieces.clear()
        if line:
            self._draft.write(line)


def _text(tag: Tag) -> str:
    """Return the text of a heading or a cell, with a space wherever a block or a line ends."""
    pieces: list[str] = []
    for element in tag.descendants:
        if isinstance(element, Tag):
            pieces.append("" if element.name in _INLINE else " ")
        elif isinstance(element, NavigableString) and not isinstance(element, _UNSEEN):
            parent = element.parent
            if parent is None or parent.name not in ("script", "style"):
                pieces.append(str(element))
    return collapsed("".join(pieces))


def _rows(table: Tag) -> Iterator[list[Tag]]:
    for row in table.find_all("tr"):
        yield [cell for cell in row.children if isinstance(cell, Tag) and cell.name in ("td", "th")]


def _is_data(table: Tag) -> bool:
    """Return whether a table holds data; old pages use tables to lay out whole texts."""
    if table.find(_NOT_IN_DATA) is not None:
        return False
    rows = list(_rows(table))
    return any(len(row) > 1 for row in rows) and all(
        len(_text(cell)) <= _LONGEST_CELL for row in rows for cell in row
    )
