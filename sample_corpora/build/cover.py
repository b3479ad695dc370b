"""The pages before the body: cover, document control, contents with dotted leaders."""

from sample_corpora.build.blocks import Block, Item, Paragraph, Run, Runs, SourceError, Table, plain
from sample_corpora.build.flow import BODY, Flow
from sample_corpora.build.page import GREY, HEIGHT, LEFT, MEASURE, Entry, Page, Stroke, Words
from sample_corpora.build.source import NOTICE, Source
from sample_corpora.build.subset import is_wide
from sample_corpora.build.typeset import Faces, set_lines, width_of

_TITLE = 26.0
_NOTICE = 9.5
_CONTENTS_LEVELS = 3
_LABELS = {
    "zh": {
        "contents": "目 录",
        "control": "文件控制",
        "name": "文件名称",
        "state": "文件性质",
        "fiction": f"{NOTICE}：其中的机构、人物、产品与规定均为虚构",
        "pages": "页码说明",
        "counting": "正文自第 1 页起编页，此前各页以罗马数字编页",
        "item": "项目",
        "content": "内容",
    },
    "en": {
        "contents": "Contents",
        "control": "Document control",
        "name": "Document",
        "state": "Status",
        "fiction": f"Fictional sample ({NOTICE}): parties, people, products and rules are invented",
        "pages": "Page numbers",
        "counting": "The body is numbered from page 1; the pages before it carry roman numerals",
        "item": "Item",
        "content": "Content",
    },
}


def fixed_characters() -> set[str]:
    """Return every character that these pages and the page numbers may add to a document's own."""
    labels = "".join("".join(words.values()) for words in _LABELS.values())
    return set(labels) | set("0123456789ivxlc.— •·")


def front_pages(source: Source, faces: Faces, entries: list[Entry]) -> list[Page]:
    """Return cover, contents and, where ``body_page`` asks for it, a control page between them.

    Raises:
        SourceError: These pages cannot end before ``body_page``.
    """
    words = _LABELS["zh" if _is_chinese(source) else "en"]
    contents = _contents(source, faces, entries, words["contents"])
    pages = [_cover(source, faces), *contents]
    missing = (source.body_page or len(pages) + 1) - 1 - len(pages)
    if missing not in (0, 1):
        raise SourceError(
            f"{source.origin}: body_page: {source.body_page} cannot be: the cover and contents "
            f"fill {len(pages)} pages; one page of document control can be added"
        )
    if missing:
        pages.insert(1, _control(source, faces, words))
    return pages


def _is_chinese(source: Source) -> bool:
    return sum(map(is_wide, source.title)) * 3 > len(source.title)


def _cover(source: Source, faces: Faces) -> Page:
    flow = Flow(faces, source.origin)
    flow.y = HEIGHT * 0.70
    flow.pages[0].marks.append(Stroke(LEFT, flow.y + 16, LEFT + 64, flow.y + 16, GREY, 2.5))
    flow.lines((Run(source.title, bold=True),), _TITLE)
    flow.y -= 26
    for block in source.front:
        runs, is_notice = _cover_line(block, source.origin)
        flow.lines(runs, _NOTICE if is_notice else 11.5, colour=GREY)
        flow.y -= 7
    if len(flow.pages) > 1:
        raise SourceError(f"{source.origin}: the lines before the first ## do not fit on the cover")
    return flow.pages[0]


def _cover_line(block: Block, origin: str) -> tuple[Runs, bool]:
    if not isinstance(block, Paragraph | Item):
        raise SourceError(f"{origin}: a cover takes paragraphs and list items before the first ##")
    return block.runs, NOTICE in plain(block.runs) and len(plain(block.runs)) > 30


def _control(source: Source, faces: Faces, words: dict[str, str]) -> Page:
    flow = Flow(faces, source.origin)
    flow.lines((Run(words["control"], bold=True),), 16.0)
    flow.y -= 12

    def cell(key: str) -> Runs:
        return (Run(words[key]),)

    rows = (
        (cell("name"), (Run(source.title),)),
        (cell("state"), cell("fiction")),
        (cell("pages"), cell("counting")),
    )
    flow.add((Table((cell("item"), cell("content")), rows),))
    return flow.pages[0]


def _contents(source: Source, faces: Faces, entries: list[Entry], title: str) -> list[Page]:
    """Return the contents; levels are indented, numbers stand flush right behind dots."""
    flow = Flow(faces, source.origin)
    flow.lines((Run(title, bold=True),), 16.0)
    flow.y -= 12
    for entry in entries:
        if entry.level > _CONTENTS_LEVELS:
            continue
        leading = BODY * 1.75
        if flow.y - leading < 72:
            flow.break_page()
        flow.y -= leading
        flow.pages[-1].marks += _leader(entry, faces, flow.y)
    return flow.pages


def _leader(entry: Entry, faces: Faces, y: float) -> list[Words]:
    """Return title, dots and page number on one line; the number stands flush right."""
    indent = (entry.level - 2) * 16.0
    measure = MEASURE - indent
    (number,) = set_lines((Run(f" {entry.page + 1}"),), faces, BODY, MEASURE)
    title, *rest = set_lines((Run(entry.title, entry.level == 2),), faces, BODY, measure * 0.85)
    if rest:
        raise SourceError(f"a heading is too long for the contents: {entry.title!r}")
    dot = width_of((Run("."),), faces, BODY)
    count = int((measure - title.width - number.width - 5) / dot)
    (dots,) = set_lines((Run("." * count),), faces, BODY, measure)
    right = LEFT + MEASURE - number.width
    return [
        Words(LEFT + indent, y, BODY, title),
        Words(right - dots.width, y, BODY, dots),
        Words(right, y, BODY, number),
    ]
