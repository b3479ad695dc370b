"""A Markdown file as lines, with the headings that its syntax names."""

import re
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from workbench.ingest.lines import Line, Mark, Source, collapsed
from workbench.ingest.text import decode, lines_of

READER = "markdown-1"
_QUOTED = ("fence", "code_block", "table_open", "html_block")
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`|~~)(?=\S)([^*`~]{1,200}?)(?<=\S)\1")
_LONG_LINE = 20_000
_FRONT_MATTER = 60
_KEY = re.compile(r"\s*(?:#.*|-{3}|\.{3}|[\w\"'][^:]{0,80}:(?:\s.*)?)$")
_LONGEST = 100


def read_markdown(data: bytes) -> Source:
    """Return the lines of a Markdown file and its headings; ``#`` inside code is none.

    Raises:
        UnreadableDocument: ``unsupported_kind`` where the bytes are no text in any encoding.
    """
    decoded, encoding, notices = decode(data)
    text, lines = lines_of(decoded)
    tokens = _blocks(lines)
    return Source(
        kind="markdown",
        reader=READER,
        text=text,
        lines=_quoted(lines, tokens),
        marks=_headings(tokens),
        mark_source="markdown",
        notices=notices,
        encoding=encoding,
    )


def plain_title(markup: str) -> str:
    """Return a heading's words without links, emphasis and code marks.

    >>> plain_title("**第一章** [总则](#a) `x`")
    '第一章 总则 x'
    """
    text = _LINK.sub(r"\1", markup)
    return collapsed(_EMPHASIS.sub(r"\2", text))


def _blocks(lines: tuple[Line, ...]) -> list[Token]:
    """Return block tokens alone: inline parsing of a hostile line takes quadratic time."""
    parser = MarkdownIt("commonmark").enable("table").disable(["reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    shown = [line.text if len(line.text) <= _LONG_LINE else "…" for line in lines]
    return parser.parse("\n".join(_without_front_matter(shown)))


def _without_front_matter(texts: list[str]) -> list[str]:
    """Blank the YAML head, whose last line CommonMark would take for a heading's underline."""
    # A rule in the first line begins no YAML head: there a key stands right below.
    if len(texts) < 2 or texts[0].strip() != "---" or not _KEY.match(texts[1]):
        return texts
    for at, text in enumerate(texts[1:_FRONT_MATTER], start=1):
        if text.strip() in ("---", "..."):
            return [""] * (at + 1) + texts[at + 1 :]
    return texts


def _headings(tokens: list[Token]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for token, content in zip(tokens, tokens[1:], strict=False):
        # Level 0 leaves out headings inside lists and quotations.
        if token.type == "heading_open" and token.level == 0 and token.map:
            title = plain_title(content.content)
            # A rule drawn under a paragraph underlines it all; only a single short line is meant.
            underlined = token.markup in ("-", "=")
            if title and not (underlined and ("\n" in content.content or len(title) > _LONGEST)):
                marks.append(Mark(title, int(token.tag[1:]), line=token.map[0]))
    return tuple(marks)


def _quoted(lines: tuple[Line, ...], tokens: list[Token]) -> tuple[Line, ...]:
    inside: set[int] = set()
    for token in tokens:
        if token.type in _QUOTED and token.map:
            inside.update(range(*token.map))
    return tuple(
        replace(line, quoted=True) if at in inside else line for at, line in enumerate(lines)
    )
