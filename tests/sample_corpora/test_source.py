"""Sources: front matter and the Markdown subset become blocks; anything else is refused by line."""

from pathlib import Path

import pytest

from sample_corpora.build.blocks import (
    Code,
    Item,
    Paragraph,
    Run,
    SourceError,
    Table,
    plain,
    texts,
)
from sample_corpora.build.library import build, libraries
from sample_corpora.build.source import Source, characters, read_source
from sample_corpora.build.subset import blocks_of

HEAD = "---\nfile: 甲(虚构示例).pdf\n---\n# 标题\n虚构示例。\n\n"


def source_of(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    return read_source(path)


def test_a_source_is_read_into_title_front_and_body(tmp_path: Path) -> None:
    found = source_of(
        tmp_path,
        "---\nfile: 甲(虚构示例).docx   # why\ncover: yes\nbody_page: 4\nheader: 云 · 协议\n"
        "numbers: 第%1条 | %1.%2\n---\n\n# 协议\n甲方:云杉\n\n虚构示例。\n\n## 定义\n一\n\n"
        "### 细目\n",
    )
    assert (found.file, found.title, found.header) == ("甲(虚构示例).docx", "协议", "云 · 协议")
    assert (found.cover, found.bookmarks, found.body_page) == (True, False, 4)
    assert found.numbers == ("第%1条", "%1.%2")
    assert [texts(block) for block in found.front] == [["甲方:云杉"], ["虚构示例。"]]
    assert [(h.level, plain(h.runs)) for h in found.headings] == [(2, "定义"), (3, "细目")]
    assert characters(found) >= set("协议甲方云杉定义细目一·") and "\n" not in characters(found)


def test_blocks_of_every_kind() -> None:
    text = (
        "一 **粗** `a_b` 二\n\n- 甲\n  - 乙\n- 丙\n\n3. 三\n4. 四\n\n"
        "| A | B |\n|---|---|\n| 1 | x **y** |\n\n```python\nif a:\n\n    b\n```\n"
    )
    assert blocks_of(text, "x.md") == (
        Paragraph((Run("一 "), Run("粗", bold=True), Run(" "), Run("a_b", code=True), Run(" 二"))),
        Item("•", (Run("甲"),), 1, True),
        Item("•", (Run("乙"),), 2, True),
        Item("•", (Run("丙"),), 1, False),
        Item("3.", (Run("三"),), 1, True),
        Item("4.", (Run("四"),), 1, False),
        Table(
            ((Run("A"),), (Run("B"),)),
            (((Run("1"),), (Run("x "), Run("y", bold=True))),),
        ),
        Code("if a:\n\n    b"),
    )


def test_nothing_is_no_block() -> None:
    assert blocks_of("", "x.md") == ()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("甲方\n乙方", "甲方乙方"),
        ("甲方，\n乙方", "甲方，乙方"),
        ("the buyer\nmay", "the buyer may"),
        ("调用\nAPI", "调用 API"),
        ("甲方  \n乙方", "甲方\n乙方"),
    ],
)
def test_a_line_break_inside_a_paragraph_is_no_break(text: str, read: str) -> None:
    (paragraph,) = blocks_of(text, "x.md")
    assert texts(paragraph) == [read]


def test_a_clause_number_begins_no_list() -> None:
    (paragraph,) = blocks_of("9.2 乙方迟延交付的", "x.md")
    assert isinstance(paragraph, Paragraph)


@pytest.mark.parametrize(
    ("markdown", "line", "what"),
    [
        ("> 引文\n", 7, "blockquote"),
        ("[a](http://b)\n", 7, "link"),
        ("好\n\n*斜*\n", 9, "em"),
        ("<b>x</b>\n", 7, "html"),
        ("好\n\n![a](b.png)\n", 9, "image"),
        ("甲\n---\n", 7, "heading"),
        ("##### 五\n", 7, "heading"),
        ("- 甲\n\n  ## 乙\n", 9, "heading"),
        ("- | A |\n  |---|\n  | 1 |\n", 7, "list item"),
        ("甲\n\n---\n", 9, "hr"),
    ],
)
def test_what_is_not_in_the_subset_is_refused_with_its_line(
    tmp_path: Path, markdown: str, line: int, what: str
) -> None:
    with pytest.raises(SourceError, match=rf"^a\.md:{line}: .*{what}"):
        source_of(tmp_path, HEAD + markdown)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# 无头\n", "a.md:1: front matter"),
        ("---\nfile: 甲(虚构示例).pdf\ncolour: red\n---\n# 甲\n虚构示例\n", "a.md:3: unknown key"),
        ("---\nfile: 甲(虚构示例).odt\n---\n# 甲\n虚构示例\n", "must be a name ending in"),
        ("---\nfile: 甲/乙(虚构示例).md\n---\n# 甲\n虚构示例\n", "must be a name"),
        ("---\nfile: 甲.pdf\n---\n# 甲\n虚构示例\n", "the file name '甲.pdf' does not say"),
        (
            "---\nfile: 甲(虚构示例).pdf\n---\n# 甲\n\n## 一\n虚构示例\n",
            "before the first ## do not",
        ),
        (
            "---\nfile: 甲(虚构示例).md\n---\n# 甲\n\n## 一\n虚构示例\n",
            "before the first ## do not",
        ),
        ("---\nfile: 甲(虚构示例).pdf\n---\n虚构示例\n", "must be # TITLE"),
        (HEAD + "# 又一个\n", "a second # TITLE"),
        (
            "---\nfile: 甲(虚构示例).pdf\ncover: on\n---\n# 甲\n虚构示例\n",
            "cover: must be yes or no",
        ),
    ],
)
def test_sources_without_what_they_need_are_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        source_of(tmp_path, text)


def test_markdown_is_the_source_without_its_front_matter(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    (folder / "source").mkdir(parents=True)
    body = "# 帮助\n\n虚构示例 [link](https://x.invalid).\n\n## 一\n\n> 引文\n"
    (folder / "source" / "a.md").write_text("---\nfile: 帮助(虚构示例).md\n---\n\n" + body)
    stale = folder / "documents" / "旧(虚构示例).md"
    stale.parent.mkdir()
    stale.write_text("旧")
    told = [str(line) for line in build(folder)]
    assert (folder / "documents" / "帮助(虚构示例).md").read_text() == body
    assert not stale.exists() and any("removed 旧" in line for line in told)
    assert libraries(tmp_path) == ["one"]


def test_a_refused_source_takes_no_document_away(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.md").write_text("no front matter")
    kept = tmp_path / "documents" / "甲(虚构示例).pdf"
    kept.parent.mkdir()
    kept.write_bytes(b"old")
    (told,) = build(tmp_path)
    assert isinstance(told, SourceError) and kept.read_bytes() == b"old"


def test_two_sources_of_one_document_are_refused(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    for name in ("a.md", "b.md"):
        text = "---\nfile: 帮助(虚构示例).md\n---\n# 甲\n虚构示例\n"
        (tmp_path / "source" / name).write_text(text)
    told = list(build(tmp_path))
    assert [isinstance(line, SourceError) for line in told] == [False, True]
