import hashlib

import pytest

from tests.ingest.pdf_maker import Text, lines, make_pdf, with_bookmarks
from workbench.domain.documents import SlicePolicy
from workbench.domain.errors import UnreadableDocument
from workbench.domain.identity import edition_id
from workbench.ingest.limits import Limits
from workbench.ingest.reading import read_bytes, title_of


def manual_page(title, number):
    body = [f"这一页说明怎样{title}，共有许多步骤，请按顺序操作。"] * 9
    return [Text("产品手册", y=810, size=9), Text(title, y=760, size=18), *lines(body, top=720),
            Text(str(number), x=290, y=30, size=9)]  # fmt: skip


MANUAL = make_pdf([manual_page(t, n) for n, t in enumerate(["安装", "使用", "维护"], start=1)])


def test_an_edition_is_known_by_its_bytes_and_its_reader():
    edition = read_bytes(MANUAL, "手册.pdf", "D").edition
    digest = hashlib.sha256(MANUAL).hexdigest()
    assert edition.sha256 == digest
    assert edition.edition_id == edition_id(digest, "pdf-2")
    assert (edition.size, edition.kind) == (len(MANUAL), "pdf")


def test_sections_pages_and_running_lines_of_a_manual():
    reading = read_bytes(MANUAL, "手册.pdf", "D")
    assert [(s.title, s.page, s.source) for s in reading.sections] == [
        ("手册", 1, "document"),
        ("安装", 1, "font"),
        ("使用", 2, "font"),
        ("维护", 3, "font"),
    ]
    assert all("产品手册" not in chunk.text for chunk in reading.chunks)
    assert [(c.page_start, c.page_end) for c in reading.chunks] == [(1, 1), (2, 2), (3, 3)]
    assert [n.code for n in reading.edition.notices] == ["running_lines_removed"]
    assert reading.edition.notices[0].params == {"count": 6}


def test_bookmarks_can_be_left_out():
    data = with_bookmarks(MANUAL, [("安装", 1, 1), ("使用", 2, 2), ("维护", 3, 1)])
    used = read_bytes(data, "a.pdf", "D").sections
    assert [(s.source, s.level) for s in used[1:]] == [
        ("bookmark", 1),
        ("bookmark", 2),
        ("bookmark", 1),
    ]
    ignored = read_bytes(data, "a.pdf", "D", SlicePolicy(ignore_bookmarks=True)).sections
    assert [(s.source, s.level) for s in ignored[1:]] == [("font", 1)] * 3


def test_a_scan_is_kept_without_chunks():
    reading = read_bytes(make_pdf([[], []], images=[1, 2]), "scan.pdf", "D")
    assert reading.chunks == ()
    assert [(n.code, n.params) for n in reading.edition.notices] == [
        ("needs_ocr", {"pages": 2, "of": 2})
    ]
    assert [s.key for s in reading.sections] == [""]


def test_hyphenated_and_wrapped_lines_read_as_sentences():
    data = make_pdf([lines(["The parties agree on the follow-", "ing terms of the contract between",
                            "the buyer and the seller."])])  # fmt: skip
    chunk = read_bytes(data, "a.pdf", "D").chunks[0]
    assert chunk.text == (
        "The parties agree on the following terms of the contract between the buyer and the seller."
    )
    assert chunk.language == "en"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("民法典.pdf", "民法典"),
        ("../../etc/x.pdf", "x"),
        ("C:\\docs\\a.b.md", "a.b"),
        ("v1.2", "v1.2"),
        ("...", "unnamed"),
        ("a\u202efdp.txt", "afdp"),
        (".pdf", ".pdf"),
    ],
)
def test_titles_come_from_names_as_data(name, title):
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty_file"), (b" \n\n", "empty_file"), (b"PK\x03\x04x", "unsupported_kind")],
)
def test_files_that_hold_nothing_to_read(data, code):
    with pytest.raises(UnreadableDocument) as caught:
        read_bytes(data, "a.txt", "D")
    assert caught.value.code == code


def test_size_and_page_limits():
    with pytest.raises(UnreadableDocument, match="too_large"):
        read_bytes(b"abc", "a.txt", "D", limits=Limits(file_bytes=2))
    with pytest.raises(UnreadableDocument, match="too_many_pages"):
        read_bytes(MANUAL, "a.pdf", "D", limits=Limits(page_limit=2))


def test_markdown_keeps_code_and_refines_its_headings():
    law = "".join(f"**第{n}条**　甲乙。\n\n" for n in range(1, 11))
    text = f"# 第一章 总则\n\n{law}```\n# 第二章 假\n```\n"
    reading = read_bytes(text.encode(), "法.md", "D")
    assert [s.key for s in reading.sections] == ["", "z1", *(f"z1/t{n}" for n in range(1, 11))]
    assert reading.chunks[0].text.startswith("第一章 总则\n\n**第1条**")
    assert "# 第二章 假" in reading.chunks[-1].text


def test_scripts_and_emoji_keep_their_offsets():
    text = "👩\u200d💻 مرحبا e\u0301 𠮷"
    reading = read_bytes(text.encode(), "a.txt", "D")
    assert reading.edition.text == text
    assert reading.chunks[0].text == text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv"])
def test_a_line_of_five_megabytes_is_cut_and_nothing_is_lost(name):
    data = (b"<html><p>" if name == "a.html" else b"") + b"y" * 5_000_000
    reading = read_bytes(data, name, "D")
    assert sum(c.text.count("y") for c in reading.chunks) == 5_000_000
    assert max(c.tokens for c in reading.chunks) <= 640
