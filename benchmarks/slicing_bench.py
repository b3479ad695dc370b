"""Measures reading and slicing: ``python -m benchmarks.slicing_bench [--full] [--json]``.

Every file of the sample libraries, and the real documents of ``../shared/data`` where they are.
PDFs are read beside what people build first: pypdf's text, cut by langchain-text-splitters. Both
work in this process, file by file in turn; neither finds what the other does not look for, so the
peer's chunks have no chapter, no page and no heading.
"""

import argparse
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.report import Goal, Report, add_options, progress
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.reading import read_bytes

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_corpora"
REAL = ROOT / ".." / "shared" / "data" / "pdf"
PACKAGES = ("pypdf", "langchain-text-splitters")
PEER = "pypdf + RecursiveCharacterTextSplitter"
OURS = "this workbench"
CHUNK, OVERLAP = 1000, 200
"""The peer's size and overlap in characters, as in its own tutorial."""


@dataclass(frozen=True, slots=True)
class Done:
    """What one way made of a file: pages (0 where the format has none), chunks, seconds."""

    pages: int
    chunks: int
    seconds: float


Way = Callable[[bytes, str], tuple[int, int]]


def ours(data: bytes, name: str) -> tuple[int, int]:
    """Return pages and chunks of the product's own reading."""
    reading = read_bytes(data, name, "benchmark")
    return len(reading.edition.pages), len(reading.chunks)


def peer() -> Way | None:
    """Return the peer, or None where it is not installed."""
    try:
        from langchain_text_splitters import RecursiveCharacterTextSplitter
    except ImportError:
        return None
    from pypdf import PdfReader

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)

    def read(data: bytes, name: str) -> tuple[int, int]:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
        return len(pages), len(splitter.split_text("\n\n".join(pages)))

    return read


def timed(way: Way, file: Path, repeats: int) -> Done:
    """Return what the way makes of a file, with the median of its seconds."""
    data = file.read_bytes()
    spent = []
    pages = chunks = 0
    for _ in range(repeats):
        started = time.perf_counter()
        pages, chunks = way(data, file.name)
        spent.append(time.perf_counter() - started)
    return Done(pages, chunks, median(spent))


def samples() -> list[Path]:
    """Return the documents of the sample libraries."""
    return sorted(SAMPLES.glob("*/documents/*"))


def real(largest: int) -> list[Path]:
    """Return the real PDFs of at most ``largest`` bytes; none where they are not here."""
    return [file for file in sorted(REAL.glob("*.pdf")) if file.stat().st_size <= largest]


def row(part: str, way: str, done: Sequence[Done]) -> dict[str, str | int | float]:
    """Return all files of one way as a row."""
    seconds = sum(one.seconds for one in done)
    pages = sum(one.pages for one in done)
    return {
        "part": part,
        "way": way,
        "documents": len(done),
        "pages": pages,
        "chunks": sum(one.chunks for one in done),
        "s": round(seconds, 3),
        "documents/s": round(len(done) / seconds, 2),
        "pages/s": round(pages / seconds, 1),
    }


def readable(files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file with why it cannot be read, "" where it can."""
    for file in files:
        try:
            ours(file.read_bytes(), file.name)
        except UnreadableDocument as error:
            yield file, error.code
        else:
            yield file, ""


def beside_peer(report: Report, part: str, files: Sequence[Path], repeats: int) -> list[float]:
    """Add a row a way over the PDFs, and return by file how many times as long the peer takes."""
    other = peer()
    found: dict[str, list[Done]] = {OURS: [], PEER: []}
    for number, file in enumerate(files):
        progress(f"{part}: {number + 1} of {len(files)}")
        ways: list[tuple[str, Way]] = [(OURS, ours), *([(PEER, other)] if other else [])]
        for name, way in ways if number % 2 == 0 else reversed(ways):
            found[name].append(timed(way, file, repeats))
    report.rows.append(row(part, OURS, found[OURS]))
    if not other:
        return []
    report.rows.append(row(part, PEER, found[PEER]))
    return [b.seconds / a.seconds for a, b in zip(found[OURS], found[PEER], strict=True)]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    args = parser.parse_args(argv)
    repeats = 5 if args.full else 2
    report = Report("slicing", PACKAGES)
    if peer() is None:
        report.notes.append(
            f"{PEER} is not installed, so that nothing stands beside ours "
            "(pip install -r benchmarks/requirements.txt)."
        )
    checked = list(readable(samples()))
    progress("sample libraries, all kinds of file")
    can = [file for file, why in checked if not why]
    report.rows.append(row("sample libraries", OURS, [timed(ours, one, repeats) for one in can]))
    by_file = beside_peer(report, "sample PDFs", [f for f in can if f.suffix == ".pdf"], repeats)
    if there := list(readable(real(2**40 if args.full else 2_000_000))):
        can = [file for file, why in there if not why]
        by_file += beside_peer(report, "real PDFs", can, 3 if args.full else 1)
    else:
        report.notes.append("The real documents are not on this machine.")
    refused = [f"{file.name} ({why})" for file, why in [*checked, *there] if why]
    if refused:
        report.notes.append(f"Not read and not counted: {', '.join(refused)}.")
    ratio = round(median(by_file), 2) if by_file else None
    report.goals.append(
        Goal("PDFs: times as fast as the peer, median of files", "told, none set", ratio, None)
    )
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
