"""The documents of every sample library: invented, whole, and what their sources build to."""

import re
import unicodedata
from importlib.metadata import version

import pytest

from sample_corpora.build import font
from sample_corpora.build.library import built, sources
from tests.sample_corpora.library import ROOT, Library
from workbench.domain.languages import language_of

NOTICE = "虚构示例"
ODD = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


def test_every_document_says_that_it_is_invented(library: Library) -> None:
    assert library.documents
    for path in library.documents:
        assert NOTICE in path.name and "/" not in path.name
        reading = library.reading(path.name)
        assert NOTICE in reading.chunks[0].text, path.name
        if language_of(reading.edition.text) == "en":
            assert "fictional sample" in reading.chunks[0].text.casefold(), path.name
        assert all(NOTICE in chunk.prefix for chunk in reading.chunks), path.name


def test_every_document_is_named_by_a_source(library: Library) -> None:
    assert {path.suffix for path in (library.folder / "source").iterdir()} <= {".md", ".csv"}
    assert len(sources(library.folder)) == len(library.documents)


def _pins() -> dict[str, str]:
    lines = "".join(
        (ROOT.parent / name).read_text(encoding="utf-8")
        for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt")
    )
    return dict(re.findall(r"^([\w-]+)==([\w.]+)", lines, re.MULTILINE))


@pytest.mark.slow
@pytest.mark.skipif(not font.is_installed(), reason="needs Noto Sans CJK (fonts-noto-cjk)")
def test_documents_are_what_their_sources_build_to(library: Library) -> None:
    pins = _pins()
    writers = ("reportlab", "fonttools", "python-docx", "lxml", "openpyxl", "markdown-it-py")
    other = [name for name in writers if version(name) != pins[name]]
    if other:
        pytest.skip(f"other versions than pinned write other bytes: {', '.join(other)}")
    for path in sources(library.folder):
        made = built(path)
        assert (library.folder / "documents" / made.file).read_bytes() == made.data, path.name


def test_there_is_enough_to_search(library: Library) -> None:
    chunks = sum(len(reading.chunks) for reading in library.readings().values())
    assert chunks >= 30


def test_texts_hold_no_odd_characters_and_no_path_of_a_machine(library: Library) -> None:
    for path in library.folder.rglob("*"):
        if path.suffix not in (".json", ".jsonl", ".md", ".csv"):
            continue
        text = path.read_text(encoding="utf-8")
        odd = {c for c in text if unicodedata.category(c) in ODD and c != "\n"}
        assert not odd, (path.name, odd)
        assert not re.search(r"/work/|/tmp/v\b", text), path.name
        if path.suffix == ".md":
            # Chinese sentences take Chinese marks; programs do not.
            prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
            assert not re.findall(r".{0,8}[\u4e00-\u9fff][,;?!][\u4e00-\u9fff]", prose), path.name
