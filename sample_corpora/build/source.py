"""Reads a source file: its front matter and its blocks."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from sample_corpora.build.blocks import Block, Heading, SourceError, plain, texts
from sample_corpora.build.subset import blocks_of

NOTICE = "虚构示例"
_KEYS = {"file", "bookmarks", "cover", "body_page", "header", "numbers"}
_FRONT = re.compile(r"\A---\n(?P<front>.*?)^---[ ]*\n", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"\s+#\s.*$")
_ENDS = (".pdf", ".docx", ".md")


@dataclass(frozen=True, slots=True)
class Source:
    """A document to build; ``text`` is the Markdown without front matter.

    ``front`` are the blocks between the title and the first ``##``. A Markdown document is not
    parsed: its title and blocks are empty.
    """

    origin: str
    file: str
    text: str
    title: str = ""
    front: tuple[Block, ...] = ()
    body: tuple[Block, ...] = ()
    bookmarks: bool = False
    cover: bool = False
    body_page: int | None = None
    header: str = ""
    numbers: tuple[str, ...] = field(default=())

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Return the headings of the body, in order."""
        return tuple(block for block in self.body if isinstance(block, Heading))


def read_source(path: Path) -> Source:
    """Return the document that ``path`` describes.

    Raises:
        SourceError: Unknown keys, unknown Markdown, or no 虚构示例 before the first section.
    """
    text = path.read_text("utf-8-sig").replace("\r\n", "\n")
    found = _FRONT.match(text)
    if found is None:
        raise SourceError(f"{path.name}:1: front matter between two lines of --- is missing")
    options = _options(found["front"], path.name)
    name = options["file"]
    body = text[found.end() :].lstrip("\n")
    _refuse_unmarked(path.name, name, re.split(r"^## ", body, maxsplit=1, flags=re.MULTILINE)[0])
    if name.endswith(".md"):
        return Source(path.name, name, body)
    first_line = text[: len(text) - len(body)].count("\n") + 1
    title, front, blocks = _parts(blocks_of(body, path.name, first_line), path.name)
    body_page = options.get("body_page")
    return Source(
        origin=path.name,
        file=name,
        text=body,
        title=title,
        front=front,
        body=blocks,
        bookmarks=_yes(options, "bookmarks", path.name),
        cover=_yes(options, "cover", path.name),
        body_page=int(body_page) if body_page else None,
        header=options.get("header", ""),
        numbers=tuple(p.strip() for p in options.get("numbers", "").split("|") if p.strip()),
    )


def _options(front: str, origin: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for at, line in enumerate(front.splitlines(), start=2):
        key, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or key.strip() not in _KEYS:
            raise SourceError(f"{origin}:{at}: unknown key {key.strip()!r}; known: {sorted(_KEYS)}")
        options[key.strip()] = _COMMENT.sub("", value).strip()
    name = options.get("file", "")
    if not name.endswith(_ENDS) or "/" in name:
        raise SourceError(f"{origin}:2: file: must be a name ending in one of {_ENDS}: {name!r}")
    return options


def _yes(options: dict[str, str], key: str, origin: str) -> bool:
    value = options.get(key, "no")
    if value not in ("yes", "no"):
        raise SourceError(f"{origin}: {key}: must be yes or no, not {value!r}")
    return value == "yes"


def _refuse_unmarked(origin: str, name: str, before_sections: str) -> None:
    if NOTICE not in name:
        raise SourceError(f"{origin}: the file name {name!r} does not say {NOTICE}")
    if NOTICE not in before_sections:
        raise SourceError(f"{origin}: the lines before the first ## do not say {NOTICE}")


def _parts(
    blocks: tuple[Block, ...], origin: str
) -> tuple[str, tuple[Block, ...], tuple[Block, ...]]:
    """Return the title, the blocks before the first section, and the rest."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Heading) or first.level != 1:
        raise SourceError(f"{origin}: the first line after the front matter must be # TITLE")
    if any(isinstance(block, Heading) and block.level == 1 for block in blocks[1:]):
        raise SourceError(f"{origin}: a second # TITLE")
    sections = (at for at, block in enumerate(blocks) if isinstance(block, Heading) and at)
    end = next(sections, len(blocks))
    return plain(first.runs), blocks[1:end], blocks[end:]


def characters(source: Source) -> set[str]:
    """Return every character that the document shows, without line breaks."""
    shown = [source.title, source.header]
    for block in (*source.front, *source.body):
        shown += texts(block)
    return set("".join(shown)) - {"\n"}
