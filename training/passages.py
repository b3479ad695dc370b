"""Collects the passages that are learned from and measured on, each with where it comes from."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.settings import Settings

ROOT = Path(__file__).parents[1]
DATA = ROOT / ".." / "shared" / "data"
SPLITS: dict[str, Any] = json.loads((ROOT / "training" / "splits.json").read_text("utf-8"))
LICENCES = Path("/usr/share/common-licenses")
TARGET, LONGEST = 420, 900
"""Characters a passage of English aims at and never exceeds; Chinese has a third of them."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text; ``key`` is ``source/page#number``, and ``twin`` the key of its translation."""

    key: str
    language: str
    heading: str
    text: str
    twin: str = ""
    lines: tuple[str, ...] = ()
    """Lines of the text that stand at the same place in the twin's."""

    @property
    def source(self) -> str:
        """Return the name of what it was taken from."""
        return self.key.split("/", 1)[0]

    @property
    def page(self) -> str:
        """Return the page that it is part of."""
        return self.key.rsplit("#", 1)[0]

    @property
    def read(self) -> str:
        """Return what a reranker is given: the heading, then the text."""
        return f"{self.heading}\n{self.text}" if self.heading else self.text


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def size(text: str) -> int:
    """Return the length of a text as characters of English: three for a Chinese one."""
    return sum(3 if ord(letter) > 0x2E80 else 1 for letter in text)


def parts(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield [start, end) of lines that make a passage, in order, none left out."""
    start = held = 0
    for at, line in enumerate(lines):
        if held and (held + size(line) > LONGEST or held >= TARGET):
            yield start, at
            start, held = at, 0
        held += size(line)
    if held:
        yield start, len(lines)


def manual(data: Path = DATA) -> Iterator[Passage]:
    """Yield the pages of the manual in both languages, in parts that are translations."""
    pages = json.loads((data / SPLITS["manual"]["folder"] / "pages.json").read_text("utf-8"))
    for page, both in pages.items():
        bodies = {side: _lines(both[side]["body"]) for side in ("zh", "en")}
        zh, en = bodies["zh"], bodies["en"]
        parallel = len(zh) == len(en)
        for side in ("zh", "en"):
            ranges = parts(en) if parallel else parts(bodies[side])
            for number, (start, end) in enumerate(ranges):
                lines = tuple(line.strip() for line in bodies[side][start:end])
                text = "\n".join(bodies[side][start:end])[:LONGEST]
                other = "en" if side == "zh" else "zh"
                yield Passage(
                    f"help-{side}/{page}#{number}",
                    side,
                    both[side]["title"],
                    text,
                    f"help-{other}/{page}#{number}" if parallel else "",
                    lines if parallel else (),
                )


def _lines(body: str) -> list[str]:
    ends = ("Help content debug info", "帮助内容调试信息")
    found = []
    for line in body.split("\n"):
        if line.strip().startswith(ends):
            break
        if line.strip():
            found.append(line)
    return found


def statutes(data: Path = DATA) -> Iterator[Passage]:
    """Yield the articles; neither the questions nor their labels are read."""
    name = SPLITS["statutes"]
    for row in rows(data / name / "corpus.jsonl"):
        yield Passage(f"{name}/{row['_id']}#0", "zh", row["title"], row["text"][:400])


def package_pages() -> Iterator[Passage]:
    """Yield the pages with which packages describe themselves on the index."""
    for name in SPLITS["package_pages"]:
        lines = [one for one in str(metadata(name).get_payload()).split("\n") if one.strip()]
        for number, (start, end) in enumerate(parts(lines)):
            text = "\n".join(lines[start:end])[:LONGEST]
            yield Passage(f"package/{name}#{number}", "en", "", text)


def licences() -> Iterator[Passage]:
    """Yield the licences that the system carries, by their paragraphs."""
    for name in SPLITS["licences"]:
        path = LICENCES / name
        if not path.exists():
            continue
        blocks = path.read_text("utf-8", errors="replace").split("\n\n")
        lines = [" ".join(block.split()) for block in blocks if block.strip()]
        for number, (start, end) in enumerate(parts(lines)):
            text = "\n".join(lines[start:end])[:LONGEST]
            yield Passage(f"licence/{name}#{number}", "en", "", text)


def documents(named: Sequence[tuple[str, Path]]) -> Iterator[Passage]:
    """Yield the passages that the product makes of these files, by (source, file)."""
    with tempfile.TemporaryDirectory() as home:
        bench = build(Settings(home=Path(home)))
        try:
            for source in dict.fromkeys(source for source, _ in named):
                corpus = bench.corpora.create(OWNER, source).corpus_id
                for path in (path for name, path in named if name == source):
                    bench.uploads.ingest_now(OWNER, corpus, path.name, path.read_bytes())
                for document in bench.corpora.documents(OWNER, corpus):
                    for number, chunk in enumerate(
                        bench.corpora.chunks(OWNER, document.document_id)
                    ):
                        key = f"{source}/{document.name}#{number}"
                        yield Passage(key, chunk.language, "", chunk.text[:1500])
        finally:
            bench.close()


def library(name: str) -> list[tuple[str, Path]]:
    """Return the documents of a sample library, as ``documents`` takes them."""
    folder = ROOT / "sample_corpora" / name / "documents"
    return [(name, path) for path in sorted(folder.iterdir()) if path.is_file()]


def training(data: Path = DATA) -> list[Passage]:
    """Return everything that may be learned from."""
    files = [pair for name in SPLITS["libraries"]["training"] for pair in library(name)]
    files += [("pdf", data / "pdf" / name) for name in SPLITS["documents"]]
    return [
        *manual(data),
        *statutes(data),
        *package_pages(),
        *licences(),
        *documents(files),
    ]


def test(data: Path = DATA) -> list[Passage]:
    """Return the passages of the libraries that nothing is learned from."""
    return list(documents([pair for name in SPLITS["libraries"]["test"] for pair in library(name)]))
