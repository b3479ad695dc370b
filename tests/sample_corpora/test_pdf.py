"""PDFs: the text comes out as written, lines break well, furniture and fonts are in order."""

import io
from collections.abc import Callable

import pypdf
import pypdfium2
import pytest

from sample_corpora.build import font
from sample_corpora.build.blocks import SourceError
from workbench.domain.documents import Reading

Build = Callable[[str], bytes]
needs_font = pytest.mark.skipif(
    not font.is_installed(), reason=f"needs Noto Sans CJK in {font.FOLDER} (fonts-noto-cjk)"
)

HEAD = "---\nfile: 手册(虚构示例).pdf\n{options}---\n# 手册\n\n虚构示例:均为编造。\n\n"
# 一 金 长 见 are also Kangxi radicals, 〇 and 戶 variants: readers love to mix them up.
CLAUSE = (
    "1.1 甲方一次付清金额,见长期协议第 9.2 条“免责事件”——违约金为每日 0.08%,"
    "由 XH-850 的 max_retry_count 决定;乙方应当在收到 the purchase order 之日起三个工作日内"
    "书面确认,逾期未确认的,视为接受。"
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def by_pypdf(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def by_pdfium(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
        return pages
    finally:
        document.close()


@needs_font
def test_two_readers_give_the_characters_of_the_source_in_order(make: Build) -> None:
    body = (
        f"## 第一条 定义\n\n{CLAUSE}\n\n### 1.2 **步骤**\n\n1. 先看 `uptime`\n2. 再看负载\n- 甲\n"
        "  - 乙\n\n| Spindle speed (r/min) | 措施 |\n|---|---|\n| 8000 | 停机 |\n\n"
        "```\ndef f():\n    return 1  # 打印\n```\n\n末段·10 N·m。\n"
    )
    data = make(HEAD.format(options="") + body)
    expected = squeezed(
        "手册虚构示例:均为编造。第一条定义"
        + CLAUSE
        + "1.2步骤1.先看uptime2.再看负载•甲•乙Spindle speed (r/min)措施8000停机"
        + "def f():    return 1  # 打印末段·10 N·m。—1—"
    )
    assert squeezed("".join(by_pypdf(data))) == expected
    assert squeezed("".join(by_pdfium(data))) == expected
    assert "    return 1  # 打印" in by_pypdf(data)[0]


@needs_font
def test_a_second_document_has_all_its_characters(make: Build) -> None:
    # Fonts are global in reportlab: the second document once lost what the first did not hold.
    make(HEAD.format(options="") + "## 甲\n\n甲乙丙\n")
    data = make(HEAD.format(options="") + "## How goods go\n\nThe buyer's GHQ 丁戊己\n")
    assert "How goods go\nThe buyer's GHQ 丁戊己" in by_pypdf(data)[0]


@needs_font
def test_the_same_source_gives_the_same_bytes(make: Build) -> None:
    text = HEAD.format(options="cover: yes\nbookmarks: yes\nheader: 头\n") + f"## 一\n\n{CLAUSE}\n"
    assert make(text) == make(text)


@needs_font
def test_every_font_is_embedded_with_a_glyph_for_every_character(make: Build) -> None:
    data = make(HEAD.format(options="header: 头\n") + f"## 一\n\n{CLAUSE}\n\n```\nx = 1\n```\n")
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        for entry in page["/Resources"]["/Font"].values():
            described = entry.get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in described and "/ToUnicode" in entry.get_object()
            names.add(str(described["/FontName"]).partition("+")[2])
    assert names == {"NotoSansCJKSC-Regular", "NotoSansCJKSC-Bold", "NotoSansMonoCJKSC-Regular"}


@needs_font
def test_a_character_that_the_font_lacks_is_refused(make: Build) -> None:
    with pytest.raises(SourceError, match="no glyph for '\U0001f600' \\(U\\+1F600\\)"):
        make(HEAD.format(options="") + "## 一\n\n好 \U0001f600\n")


@needs_font
@pytest.mark.parametrize(
    ("asked", "before"), [("", 2), ("body_page: 3\n", 2), ("body_page: 4\n", 3)]
)
def test_cover_and_contents_stand_before_printed_page_one(
    make: Build, asked: str, before: int
) -> None:
    body = "".join(f"## 第{n}章 题目\n\n" + f"{CLAUSE}\n\n" * 9 for n in "一二三")
    options = f"cover: yes\nbookmarks: yes\nheader: 云杉 · 手册\n{asked}"
    data = make(HEAD.format(options=options) + body)
    reader = pypdf.PdfReader(io.BytesIO(data))
    pages = by_pypdf(data)
    roman = ["i", "ii", "iii"][:before]
    count = len(pages) - before
    assert list(reader.page_labels) == roman + [str(n + 1) for n in range(count)]
    assert pages[0].splitlines() == ["手册", "虚构示例:均为编造。"]
    assert pages[before].startswith("云杉 · 手册\n第一章 题目\n") and pages[before].endswith(
        "— 1 —"
    )
    contents = pages[before - 1].splitlines()
    assert contents[0] == "目 录"
    for entry, line in zip(reader.outline, contents[1:4], strict=True):
        title, dots, number = line.rsplit(" ", 2)
        page = reader.get_destination_page_number(entry)
        assert title == entry.title and set(dots) == {"."} and len(dots) > 20
        assert page is not None and number == reader.page_labels[page]
        assert entry.title in pages[page]
    assert ("文件控制" in pages[1]) == (before == 3)


@needs_font
@pytest.mark.parametrize("page", [2, 5])
def test_a_body_page_that_cannot_be_is_refused(make: Build, page: int) -> None:
    with pytest.raises(SourceError, match=f"body_page: {page} cannot be"):
        make(HEAD.format(options=f"cover: yes\nbody_page: {page}\n") + "## 一\n\n好\n")


@needs_font
def test_an_outline_has_levels_and_leaves_out_what_would_be_too_much(make: Build) -> None:
    few = "## 一 甲\n\n好\n\n### 1.1 乙\n\n好\n\n## 二 丙\n\n好\n"
    outline = pypdf.PdfReader(
        io.BytesIO(make(HEAD.format(options="bookmarks: yes\n") + few))
    ).outline
    assert [outline[0].title, [e.title for e in outline[1]], outline[2].title] == [
        "一 甲",
        ["1.1 乙"],
        "二 丙",
    ]
    many = "".join(f"## 第{n}章\n\n" + "### 节\n\n好\n\n" * 8 for n in "一二三")
    outline = pypdf.PdfReader(
        io.BytesIO(make(HEAD.format(options="bookmarks: yes\n") + many))
    ).outline
    assert [entry.title for entry in outline] == ["第一章", "第二章", "第三章"]


@needs_font
def test_a_long_table_repeats_its_head(make: Build) -> None:
    rows = "".join(f"| AL-{n} | 说明{n} |\n" for n in range(60))
    data = make(HEAD.format(options="") + f"## 报警\n\n| Code | Meaning |\n|---|---|\n{rows}")
    pages = by_pypdf(data)
    assert len(pages) == 3
    assert all("Code Meaning\nAL-" in page for page in pages)
    assert [line for page in pages for line in page.splitlines() if line.startswith("AL-")] == [
        f"AL-{n} 说明{n}" for n in range(60)
    ]


@needs_font
def test_the_products_reader_finds_sections_pages_and_printed_numbers(
    make: Build, read: Callable[[str, bytes], Reading]
) -> None:
    body = "".join(
        f"## 第{n}条 题目{n}\n\n{at}.1 {CLAUSE[4:]}\n\n" + "甲乙丙丁。\n\n" * 8
        for at, n in enumerate("一二三四五六七八九十", 1)
    )
    data = make(
        HEAD.format(options="cover: yes\nbookmarks: yes\nbody_page: 4\nheader: 头\n") + body
    )
    reading = read("手册(虚构示例).pdf", data)
    titles = [(s.title, s.source) for s in reading.sections if s.level == 1]
    assert titles == [(f"第{n}条 题目{n}", "bookmark") for n in "一二三四五六七八九十"]
    assert {s.page for s in reading.sections if s.level == 1} == {4, 5, 6, 7}
    article = next(c for c in reading.chunks if "第二条 题目二" in c.path)
    assert article.printed_page == "1" and article.page_start == 4
    assert squeezed("2.1 " + CLAUSE[4:]) in squeezed(article.text)
    assert not [c.text for c in reading.chunks if "......" in c.text or "— 1 —" in c.text]
