"""Real statutes, manuals and papers; skipped where they are absent."""

import pytest

from tests.ingest.real_files import agreement, real_path, real_reading
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.reading import read_bytes

OUTLINED = ["zh_p3c", "zh_asgo_user", "zh_wchnet"]


def numbers(reading, letter):
    found = [s.key.rsplit("/", 1)[-1] for s in reading.sections if s.number]
    return [key[1:] for key in found if key[0] == letter]


def covered(reading):
    """Return how many kept characters no chunk holds, and how many two chunks hold."""
    seen = [0] * len(reading.edition.text)
    for span in [s for c in reading.chunks for s in c.spans] + list(reading.edition.removed):
        for at in range(span.start, span.end):
            seen[at] += 1
    text = reading.edition.text
    missing = sum(n == 0 and not char.isspace() for n, char in zip(seen, text, strict=True))
    return missing, sum(n > 1 for n in seen)


def test_civil_code():
    reading = real_reading("zh_civilcode")
    assert numbers(reading, "t") == [str(n) for n in range(1, 1261)]
    assert len(numbers(reading, "b")) == 7
    assert sum(len(numbers(reading, letter)) for letter in "fzj") == 129
    articles = [c for c in reading.chunks if c.kind == "article"]
    assert len(articles) == 1260
    remedy = next(c for c in articles if c.text.startswith("第一百七十九条"))
    assert (remedy.section_key, remedy.page_start, remedy.printed_page) == ("b1/z8/t179", 38, "38")
    assert remedy.path[1:] == ("第一编 总则", "第八章 民事责任", "第一百七十九条")
    assert "（十一）赔礼道歉。" in remedy.text
    breach = next(c for c in articles if c.section_key.endswith("/t584"))
    assert breach.section_key == "b3/f1/z8/t584"
    assert covered(reading) == (0, 0)


def test_constitution():
    reading = real_reading("zh_constitution")
    assert numbers(reading, "t") == [str(n) for n in range(1, 139)]
    assert numbers(reading, "z") == ["1", "2", "3", "4"]
    assert numbers(reading, "j") == [str(n) for n in range(1, 8)]
    assert "序言" in [s.title for s in reading.sections]
    assert covered(reading) == (0, 0)


@pytest.mark.parametrize("name", ["zh_wchnet", "en_wchnet"])
def test_one_manual_in_two_languages(name):
    reading = real_reading(name)
    assert len(reading.sections) == 54
    section = next(s for s in reading.sections if s.title == "3.13 WCHNET_GetMacAddr")
    assert (section.key, section.level, section.page, section.source) == (
        "n3/n13",
        2,
        8,
        "bookmark",
    )
    assert covered(reading) == (0, 0)


@pytest.mark.slow
def test_gdpr_against_its_own_bookmarks():
    reading = real_reading("en_gdpr_reg")
    assert numbers(reading, "a") == [str(n) for n in range(1, 100)]
    assert numbers(reading, "c") == [str(n) for n in range(1, 12)]
    assert len(numbers(reading, "s")) == 15
    assert not [s for s in reading.sections if s.source == "bookmark"]
    assert covered(reading) == (0, 0)


@pytest.mark.slow
def test_headings_of_chinese_manuals_without_their_bookmarks():
    found = [agreement(name) for name in OUTLINED]
    assert all(each.recall >= 0.95 for each in found)
    total = sum(each.found for each in found)
    assert total / sum(each.bookmarks for each in found) >= 0.95
    assert total / sum(each.predictions for each in found) >= 0.90


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [*OUTLINED, "en_nist80030", "en_llncsdoc", "s_pdflatex-outline", "mineru_demo2"]
)
def test_documents_are_read_whole(name):
    reading = real_reading(name)
    assert reading.chunks
    assert covered(reading) == (0, 0)
    assert all(chunk.tokens <= 640 for chunk in reading.chunks)
    assert len({chunk.chunk_id for chunk in reading.chunks}) == len(reading.chunks)


def test_a_locked_file():
    with pytest.raises(UnreadableDocument, match="locked"):
        read_bytes(real_path("s_libreoffice-writer-password").read_bytes(), "a.pdf", "D")


def test_a_scanned_book():
    reading = real_reading("mineru_small_ocr")
    assert reading.chunks == ()
    assert [(n.code, n.params) for n in reading.edition.notices] == [
        ("needs_ocr", {"pages": 8, "of": 8})
    ]
