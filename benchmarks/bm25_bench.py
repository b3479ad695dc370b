"""Times BM25: ``python -m benchmarks.bm25_bench [--full] [--json]``.

Every engine stands in a process of its own and gets the same synthetic chunks and questions, at
20,000 and 100,000 chunks, with ``--full`` at a million. Frozen is a snapshot that has answered 200
other questions; changed is one whose statistics a document has just changed, so that nothing is
kept from earlier questions.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any, TypeAlias

import numpy as np

from benchmarks.bm25_corpus import Synthetic, questions
from benchmarks.bm25_engines import ENGINES, Engine, Ours, RankBM25, folder_for_index, installed
from benchmarks.report import Goal, Report, add_options, progress
from tests.recall.tiny import entry
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.bm25 import PostingsBM25
from workbench.recall.building import index_of
from workbench.recall.holdings import Holdings
from workbench.recall.index_folder import IndexFolder
from workbench.recall.segment import Listed, SegmentBuilder

Measured: TypeAlias = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1]
SIZES = (20_000, 100_000)
LARGEST = 1_000_000
QUESTIONS, WARMING, SLOW_QUESTIONS, LIMIT = 50, 200, 12, 50
ASKED_FROM = 20_000
"""Chunks at the beginning of the corpus that questions are drawn from."""
DOCUMENT_CHUNKS = 20
PACKAGES = ("numpy", "rank-bm25", "bm25s", "tantivy")
OURS, REFERENCE = "this workbench", "rank_bm25"


def milliseconds(ask: Callable[[list[str]], object], asked: Sequence[list[str]]) -> list[float]:
    """Return how long each question takes."""
    spent = []
    for tokens in asked:
        started = time.perf_counter()
        ask(tokens)
        spent.append(1000 * (time.perf_counter() - started))
    return spent


def one_engine(name: str, size: int) -> Measured:
    """Return what building and asking one engine takes in this process."""
    corpus = Synthetic(size)
    first = list(islice(Synthetic(min(size, ASKED_FROM)), ASKED_FROM))
    asked, warming = questions(first, QUESTIONS), questions(first, WARMING, seed=23)
    del first
    spent = [0.0]
    started = time.perf_counter()
    engine = ENGINES[name][1](_timed(corpus, spent))
    built = time.perf_counter() - started - spent[0]
    found: Measured = {"engine": name, "build_s": built, "peak_rss_mib": _peak_mib()}
    if isinstance(engine, RankBM25):
        asked = asked[:SLOW_QUESTIONS]
    else:
        milliseconds(lambda tokens: engine.search(tokens, LIMIT), warming)
    found["ms"] = milliseconds(lambda tokens: engine.search(tokens, LIMIT), asked)
    found["scores"] = _digests(engine, asked[:SLOW_QUESTIONS])
    if isinstance(engine, Ours):
        found |= _after_a_change(engine, asked)
    return found


def _timed(corpus: Synthetic, spent: list[float]) -> Any:
    """Yield the chunks, and add up what making them takes: no engine is to pay for that."""
    started = time.perf_counter()
    for tokens in corpus:
        spent[0] += time.perf_counter() - started
        yield tokens
        started = time.perf_counter()


def _digests(engine: Engine, asked: Sequence[list[str]]) -> list[str]:
    """Return the digest of all scores of each question, where an engine has them in float64."""
    from hashlib import sha256

    of = {Ours: lambda e: e.bm25.scores, RankBM25: lambda e: e.okapi.get_scores}.get(type(engine))
    if of is None:
        return []
    return [sha256(np.asarray(of(engine)(tokens)).tobytes()).hexdigest() for tokens in asked]


def _after_a_change(engine: Ours, asked: Sequence[list[str]]) -> Measured:
    """Return what adding a document on disk takes, and the first questions after it."""
    whole = _as_one_segment(engine)
    with folder_for_index() as path:
        folder = IndexFolder(Path(path) / "index", "synthetic")
        started = time.perf_counter()
        held = folder.store(whole)
        with folder.locked():
            opened = folder.commit(1, Holdings().showing([d.key for d in whole.documents], held))
        saved = time.perf_counter() - started
        index_of(opened.holdings, {}, MixedAnalyzer(), generation=1)
        started = time.perf_counter()
        new = _document("new", [["w1", "w2", "unheard-of"]] * DOCUMENT_CHUNKS)
        with folder.locked():
            wanted = [d.key for d in (*whole.documents, *new.documents)]
            changed = opened.holdings.showing(wanted, folder.store(new))
            opened = folder.commit(2, changed)
        index_of(opened.holdings, {}, MixedAnalyzer(), generation=2)
        added = time.perf_counter() - started
        parts = [part.part for part in opened.holdings.parts]
        bm25 = PostingsBM25(parts, opened.holdings.statistics, opened.holdings.order())
        changed_ms = milliseconds(lambda tokens: bm25.search(tokens, LIMIT), asked)
        size = sum(file.stat().st_size for file in Path(path).rglob("*") if file.is_file())
    return {"add_s": added, "save_s": saved, "changed_ms": changed_ms, "disk_mib": size / 2**20}


def _document(name: str, chunks: Sequence[list[str]]) -> Any:
    builder = SegmentBuilder()
    builder.begin(Listed(name, f"{name}.md", "1", name))
    for at, tokens in enumerate(chunks):
        builder.add(entry(f"{name}{at}", ""), tokens)
    return builder.finish()


def _as_one_segment(engine: Ours) -> Any:
    """Return the postings with columns, in documents of 20 chunks."""
    from dataclasses import replace

    from workbench.recall.strings import Names, Strings

    size = len(engine.part.postings)
    starts = np.append(np.arange(0, size, DOCUMENT_CHUNKS), size).astype(np.int64)
    names = [f"d{at:06d}" for at in range(len(starts) - 1)]
    return replace(
        _document("none", []),
        postings=engine.part.postings,
        documents=tuple(Listed(name, f"{name}.md", "1", name) for name in names),
        starts=starts,
        chunk_ids=Names.of(f"{at:032d}" for at in range(size)),
        hashes=Strings.of(f"{at:064d}" for at in range(size)),
        languages=np.ones(size, dtype=np.uint8),
        kinds=np.zeros(size, dtype=np.uint8),
        kind_names=("text",),
    )


def _peak_mib() -> float | None:
    """Return the most memory that this process had, None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


def in_child(name: str, size: int) -> Measured:
    """Return what ``one_engine`` measures in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bm25_bench", "--one", name, "--chunks", str(size)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    found: Measured = json.loads(done.stdout)
    return found


def row(size: int, found: Measured, reference: Measured | None) -> Mapping[str, Any]:
    """Return an engine's numbers as a row."""
    mean = fmean(found["ms"])
    return {
        "part": f"{size:,} chunks",
        "engine": found["engine"],
        "build s": round(found["build_s"], 2),
        "peak MiB": None if found["peak_rss_mib"] is None else round(found["peak_rss_mib"]),
        "p50 ms": round(float(np.percentile(found["ms"], 50)), 3),
        "p95 ms": round(float(np.percentile(found["ms"], 95)), 3),
        "mean ms": round(mean, 3),
        "times rank_bm25": round(_ratio(reference, found["ms"]), 1) if reference else None,
    }


def _ratio(reference: Measured, spent: Sequence[float]) -> float:
    return fmean(reference["ms"]) / fmean(spent)


def measure(report: Report, *, full: bool, sizes: Sequence[int] = SIZES) -> None:
    """Add the rows of every size and the goals."""
    absent = [name for name in ENGINES if not installed(name)]
    if absent:
        report.notes.append(f"Not installed, and so not beside ours: {', '.join(absent)}.")
    measured: dict[tuple[int, str], Measured] = {}
    for size in (*sizes, *((LARGEST,) if full else ())):
        for name in ENGINES:
            # At a million, rank_bm25 takes seconds a question and tens of GiB.
            if name not in absent and not (name == REFERENCE and size == LARGEST):
                progress(f"BM25, {size:,} chunks: {name}")
                measured[size, name] = in_child(name, size)
    for (size, _), found in measured.items():
        reference = measured.get((size, REFERENCE))
        report.rows.append(row(size, found, reference))
        if found["engine"] == OURS:
            changed = {**found, "engine": "this workbench, just changed", "ms": found["changed_ms"]}
            report.rows.append(row(size, changed, reference))
    _goals(report, measured)


def _goals(report: Report, measured: Mapping[tuple[int, str], Measured]) -> None:
    for size in sorted({size for size, _ in measured}):
        ours, reference = measured[size, OURS], measured.get((size, REFERENCE))
        at = f"{size:,} chunks"
        if reference:
            equal = sum(a == b for a, b in zip(ours["scores"], reference["scores"], strict=True))
            frozen, changed = _ratio(reference, ours["ms"]), _ratio(reference, ours["changed_ms"])
            report.goals += [
                Goal.at_least(f"{at}: times rank_bm25, frozen", 200, round(frozen, 1)),
                Goal.at_least(f"{at}: times rank_bm25, just changed", 130, round(changed, 1)),
                Goal(
                    f"{at}: scores equal to rank_bm25's",
                    "to the last bit",
                    f"{equal} of {len(reference['scores'])} questions",
                    ours["scores"] == reference["scores"],
                ),
            ]
        longest = {100_000: 5.0, LARGEST: 60.0}.get(size)
        if longest:
            p95 = float(np.percentile(ours["ms"], 95))
            report.goals.append(Goal.at_most(f"{at}: p95 in ms", longest, round(p95, 2)))
        if size == LARGEST:
            memory = ours["peak_rss_mib"]
            report.goals += [
                Goal.at_most(f"{at}: built in seconds", 120, round(ours["build_s"], 1)),
                Goal.at_most(
                    f"{at}: peak memory in MiB", 4096, None if memory is None else round(memory)
                ),
            ]
    largest = max(size for size, _ in measured)
    report.goals.append(
        Goal.at_most(
            f"{largest:,} chunks: a document added in seconds",
            1.0,
            round(measured[largest, OURS]["add_s"], 3),
        )
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--one", choices=[*ENGINES], help=argparse.SUPPRESS)
    parser.add_argument("--chunks", type=int, help="one size alone, in place of the usual ones")
    args = parser.parse_args(argv)
    if args.one:
        print(json.dumps(one_engine(args.one, args.chunks)))
        return
    report = Report("recall speed", PACKAGES)
    measure(report, full=args.full, sizes=(args.chunks,) if args.chunks else SIZES)
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
