"""Values made by hand for the store's tests."""

from collections.abc import Sequence

from workbench.domain.documents import (
    Chunk,
    Edition,
    Join,
    Notice,
    PageSpan,
    Reading,
    Removed,
    Section,
    Span,
)
from workbench.domain.identity import chunk_id, digest, edition_id

START = 1_700_000_000.0  # 2023-11-14T22:13:20Z


class TickingClock:
    """Every look at it is one second later."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def reading(document_id: str, texts: Sequence[str] = ("第一条 甲方付款。",), **changed) -> Reading:
    """A reading of one section a text, with one chunk each."""
    canonical = "\n".join(texts)
    sha256 = changed.get("sha256") or digest("file", canonical)
    edition = Edition(
        edition_id=edition_id(sha256, changed.get("reader", "text@1")),
        sha256=sha256,
        size=len(canonical.encode()),
        kind="text",
        reader=changed.get("reader", "text@1"),
        text=canonical,
        pages=changed.get("pages", ()),
        removed=changed.get("removed", ()),
        joins=changed.get("joins", ()),
        notices=changed.get("notices", ()),
        encoding="utf-8",
    )
    sections = [Section("", None, "合同.txt", None, 0, None, 0, len(canonical), "document")]
    chunks = []
    at = 0
    for number, text in enumerate(texts, 1):
        end = at + len(text)
        key = f"t{number}"
        sections.append(Section(key, "", text[:3], str(number), 1, None, at, end, "number"))
        chunks.append(
            Chunk(
                chunk_id=chunk_id(document_id, key, text, 0),
                ordinal=number - 1,
                section_key=key,
                path=("合同.txt", text[:3]),
                spans=(Span(at, end),),
                text=text,
                prefix="合同.txt › " + text[:3],
                page_start=None,
                page_end=None,
                printed_page=None,
                language="zh",
                kind="article",
                tokens=len(text),
            )
        )
        at = end + 1
    return Reading(edition, "合同.txt", tuple(sections), tuple(chunks))


def rich_reading(document_id: str) -> Reading:
    """A reading that uses every field, with Chinese, emoji and quotes in all of them."""
    text = '第一条\n甲方 👩‍⚖️ says "yes"\n— 1 —'
    sha256 = digest("rich")
    edition = Edition(
        edition_id=edition_id(sha256, "pdf@2"),
        sha256=sha256,
        size=12,
        kind="pdf",
        reader="pdf@2",
        text=text,
        pages=(PageSpan(1, 0, 10, "ⅳ"), PageSpan(2, 10, len(text))),
        removed=(Removed(len(text) - 5, len(text), "page_number"),),
        joins=(Join(3, ""), Join(6, " 🙂")),
        notices=(Notice("needs_ocr", {"pages": "2–3", "count": 2, "share": 0.5, "all": False}),),
        encoding=None,
    )
    sections = (
        Section("", None, "文件.pdf", None, 0, 1, 0, len(text), "document"),
        Section("t1", "", "第一条", "1", 1, 1, 0, len(text), "bookmark"),
    )
    chunk = Chunk(
        chunk_id=chunk_id(document_id, "t1", text, 0),
        ordinal=0,
        section_key="t1",
        path=("文件.pdf", "第一条"),
        spans=(Span(0, 3), Span(4, 20)),
        text=text,
        prefix="文件.pdf › 第一条",
        page_start=1,
        page_end=2,
        printed_page="ⅳ",
        language="mixed",
        kind="clause",
        tokens=17,
        part=2,
        parts=3,
    )
    return Reading(edition, "文件 👩‍⚖️", sections, (chunk,))
