"""Bytes become an edition, its chapter tree and its chunks: the whole way, in this process."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from workbench.domain.columns import TABLES, ColumnMap, columns_text
from workbench.domain.documents import Edition, FileKind, Notice, Reading, Removed, SlicePolicy
from workbench.domain.errors import InvalidInput, UnreadableDocument
from workbench.domain.identity import edition_id
from workbench.domain.ports import ProgressCall
from workbench.domain.text import display_name
from workbench.ingest.blocks import Blocks
from workbench.ingest.clean import heading_signs, private_use, removal, running_lines
from workbench.ingest.contents import contents_lines
from workbench.ingest.csv_file import read_csv
from workbench.ingest.docx_file import read_docx
from workbench.ingest.headings import numbered_headings
from workbench.ingest.html_file import read_html
from workbench.ingest.limits import Limits, require_size
from workbench.ingest.lines import Line, Mark, Source
from workbench.ingest.markdown import plain_title, read_markdown
from workbench.ingest.outline import Entry, entries_of, refined
from workbench.ingest.passages import Canon
from workbench.ingest.pdf import read_pdf
from workbench.ingest.sections import Node, levelled, tree_of
from workbench.ingest.slicing import slice_document
from workbench.ingest.sniff import kind_of
from workbench.ingest.styles import Styles
from workbench.ingest.text import read_text
from workbench.ingest.titles import tidy, with_titles
from workbench.ingest.tokens import counter_named
from workbench.ingest.typefaces import font_headings
from workbench.ingest.wrapping import Layout, joins_of
from workbench.ingest.xlsx_file import read_xlsx


def read_bytes(
    data: bytes,
    name: str,
    document_id: str,
    policy: SlicePolicy | None = None,
    limits: Limits | None = None,
    password: str | None = None,
    progress: ProgressCall | None = None,
    columns: ColumnMap | None = None,
) -> Reading:
    """Return what the bytes of a file hold; ``name`` is only shown, never opened.

    A file without any text, such as a scan, comes back with no chunks and the notice
    ``needs_ocr``. ``progress`` is called page by page. ``columns`` says how a table's columns are
    read; without it they are recognised.

    Raises:
        UnreadableDocument: Empty, damaged, locked, too large, or of a kind not read.
        InvalidInput: ``unknown_counter`` where the policy names a counter that is not bundled;
            ``columns_missing``; ``columns_not_table`` where this is no table.
    """
    policy, limits = policy or SlicePolicy(), limits or Limits()
    counter_named(policy.counter)
    require_size(len(data), limits)
    source = _source(data, name, limits, password, progress, columns)
    return _sliced(source, data, name, document_id, policy, columns)


def title_of(name: str) -> str:
    """Return a document's title: its file's name as shown, without the extension."""
    shown = display_name(name)
    stem, dot, extension = shown.rpartition(".")
    known = dot and 1 <= len(extension) <= 8 and extension.isalnum() and not extension.isdigit()
    return stem.strip() or shown if known else shown


def _source(
    data: bytes,
    name: str,
    limits: Limits,
    password: str | None,
    progress: ProgressCall | None,
    columns: ColumnMap | None,
) -> Source:
    kind = kind_of(data, name)
    if columns and kind not in TABLES:
        raise InvalidInput("columns_not_table", kind=kind)
    if kind == "pdf":
        return read_pdf(data, limits, password, progress)
    source = _without_pages(kind, data, limits, columns)
    if not source.text.strip():
        raise UnreadableDocument("empty_file")
    if progress is not None:
        progress(1, 1)
    return source


def _without_pages(
    kind: FileKind, data: bytes, limits: Limits, columns: ColumnMap | None
) -> Source:
    if kind == "csv":
        return read_csv(data, limits, columns)
    if kind == "xlsx":
        return read_xlsx(data, limits, columns)
    readers = {"docx": read_docx, "html": read_html, "markdown": read_markdown, "text": read_text}
    return readers[kind](data)


def _sliced(
    source: Source,
    data: bytes,
    name: str,
    document_id: str,
    policy: SlicePolicy,
    columns: ColumnMap | None,
) -> Reading:
    blocks = Blocks(source.text, source.blocks)
    kept, removed, found = _cleaned(source, blocks)
    entries = _entries(source, kept, policy)
    nodes = tree_of(entries, kept, title_of(name), len(source.text))
    joins = joins_of(kept, _layout(entries, nodes, kept), source.kind)
    canon = Canon(source.text, removed, joins)
    scanned = any(notice.code == "needs_ocr" for notice in source.notices)
    chunks = (
        [] if scanned else slice_document(nodes, canon, source.pages, document_id, policy, blocks)
    )
    digest = hashlib.sha256(data).hexdigest()
    edition = Edition(
        edition_id=edition_id(digest, source.reader, columns_text(columns)),
        sha256=digest,
        size=len(data),
        kind=source.kind,
        reader=source.reader,
        text=source.text,
        pages=source.pages,
        removed=tuple(removed),
        joins=tuple(joins),
        notices=(*source.notices, *found),
        encoding=source.encoding,
    )
    sections = tuple(node.section for node in nodes)
    return Reading(edition, title_of(name), sections, tuple(chunks))


def _cleaned(source: Source, blocks: Blocks) -> tuple[list[Line], list[Removed], list[Notice]]:
    """Return the lines that stay, what is removed in ascending order, and what to tell of it."""
    length = len(source.text)
    running = {entry.index: entry.reason for entry in running_lines(source.lines)}
    body = [(at, line) for at, line in enumerate(source.lines) if at not in running]
    body = [(at, line) for at, line in body if line.text.strip()]
    is_table = source.kind in TABLES
    listed = set() if is_table else contents_lines([line for _, line in body])
    gone = running | {body[at][0]: "contents" for at in listed}
    gone |= {at: "background" for at, line in body if blocks.is_background(line.start)}
    removed = [removal(source.lines[at], length, reason) for at, reason in gone.items()]
    kept = [line for at, line in enumerate(source.lines) if at not in gone and line.text.strip()]
    removed += private_use(kept)
    if source.kind == "markdown":
        removed += heading_signs(source.lines, (m for m in source.marks if m.line not in gone))
    counts = Counter(gone.values())
    notices: list[Notice] = []
    if running:
        notices.append(Notice("running_lines_removed", {"count": len(running)}))
    if counts["contents"]:
        notices.append(Notice("contents_removed", {"count": counts["contents"]}))
    return kept, sorted(removed, key=lambda entry: entry.start), notices


def _entries(source: Source, kept: Sequence[Line], policy: SlicePolicy) -> list[Entry]:
    """Return the headings: those the file names where they are trusted, else those found."""
    lines = _readable(kept) if source.kind == "markdown" else kept
    styles = Styles.of(lines)
    numbers = numbered_headings(lines, styles, bare=policy.mode == "contract")
    if source.marks and not (policy.ignore_bookmarks and source.kind == "pdf"):
        named = source.mark_source != "bookmark"
        marks = _on_kept_lines(source, kept) if named else source.marks
        entries = entries_of(marks, lines, len(source.pages), source.mark_source)
        if entries is not None:
            return refined(entries, with_titles(numbers, lines, styles))
    fonts = font_headings(lines, styles, {heading.first for heading in numbers})
    headings = sorted([*numbers, *fonts], key=lambda heading: heading.first)
    return levelled(with_titles(headings, lines, styles), lines)


def _readable(kept: Sequence[Line]) -> list[Line]:
    """Return Markdown lines as they are read, so that **第一条** counts as 第一条."""
    return [
        replace(line, text=plain_title(line.text))
        if len(line.text) <= 400 and any(mark in line.text for mark in "*_`")
        else line
        for line in kept
    ]


def _on_kept_lines(source: Source, kept: Sequence[Line]) -> list[Mark]:
    """Return the marks with their lines counted among those that are kept."""
    places = {line.start: at for at, line in enumerate(kept)}
    starts = [(mark, source.lines[mark.line or 0].start) for mark in source.marks]
    return [replace(mark, line=places[start]) for mark, start in starts if start in places]


def _layout(entries: Sequence[Entry], nodes: Sequence[Node], kept: Sequence[Line]) -> Layout:
    titles: set[int] = set()
    inside: set[int] = set()
    for entry in entries:
        if _has_body(entry):
            continue
        titles.update(range(entry.first, entry.last + 1))
        inside.update(range(entry.first, entry.last))
    return Layout(
        starts=frozenset(entry.first for entry in entries),
        titles=frozenset(titles),
        inside=frozenset(inside),
        label_ends=frozenset(node.label_end for node in nodes[1:]),
    )


def _has_body(entry: Entry) -> bool:
    """Return whether the section's text begins in the line of its number, as with 第X条."""
    found = entry.found
    if found is None or entry.source not in ("number", "font") and found.family != "tiao":
        return False
    return found.family == "tiao" or tidy(found.rest) not in entry.title
