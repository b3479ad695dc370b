"""Makes the README's table of results: ``python -m benchmarks.evaluation_table [--limit N]``.

Every number is what ``python -m workbench evaluate`` says of the same folder; each cell names its
options. The table is printed, and with ``--write`` put between the markers of both READMEs. With
``--intervals`` each number has its 95 % range over questions, and p-MRR on pairs of language
instructions, as ``sensitivity`` says it, stands below.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from workbench.assembly import opened
from workbench.domain.actors import OWNER
from workbench.domain.rankings import RecallMethod
from workbench.evaluation.resampling import Interval
from workbench.services.evaluations import Evaluation, Plan
from workbench.services.folder_comparisons import FolderSensitivity, PairsPlan
from workbench.services.measured_shapes import POINTS, points
from workbench.services.workbench import Workbench
from workbench.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_corpora"
DATA = ROOT / ".." / "shared" / "data"
HOME = Path(tempfile.gettempdir()) / "evaluation-table"
BEGIN, END = "<!-- results: python -m benchmarks.evaluation_table -->", "<!-- end of results -->"
READMES = ("README.md", "README.zh.md")
NDCG = "nDCG@10"
PAIRWISE = "balanced_accuracy"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Way:
    """A column: how candidates are found, and what reorders them."""

    heading: str
    method: RecallMethod
    reranker: str


WAYS = (
    Way("BM25", "bm25", "none"),
    Way("dense", "dense", "none"),
    Way("hybrid", "hybrid", "none"),
    Way("hybrid, then embedding", "hybrid", "embedding"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A row: a folder, what is measured in it, and the pair of languages it is narrowed to."""

    name: str
    folder: Path
    measure: str = NDCG
    pair: str = ""


def cases() -> Iterator[Case]:
    """Yield the sample libraries, then the public collections that are there."""
    for folder in sorted(SAMPLES.iterdir()):
        if (folder / "judgements.jsonl").is_file():
            yield Case(f"sample_corpora/{folder.name}", folder)
    if (DATA / "stard-even").is_dir():
        yield Case("stard-even", DATA / "stard-even")
    if (DATA / "xquad-zh-en").is_dir():
        for pair in ("zh->zh", "en->en", "zh->en", "en->zh"):
            measure = "RR@10" if pair[:2] == pair[-2:] else "R@10"
            yield Case(f"xquad-zh-en {pair}", DATA / "xquad-zh-en", measure, pair)


class Measurer:
    """Evaluates each folder once a way; cases of one folder share the result."""

    def __init__(self, bench: Workbench, limit: int | None, *, intervals: bool = False) -> None:
        self.intervals = intervals
        self._bench = bench
        self._limit = limit
        self._found: dict[tuple[Path, Way], Evaluation] = {}

    def value(self, case: Case, way: Way) -> tuple[str, int]:
        """Return the case's measure under one way, and of how many questions."""
        found = self._evaluated(case, way)
        part = found.by[case.pair] if case.pair else found
        held = _named(part.intervals, case.measure) if self.intervals else None
        return cell(_named(part.measures, case.measure), held), part.n_queries

    def _evaluated(self, case: Case, way: Way) -> Evaluation:
        key = (case.folder, way)
        if key not in self._found:
            plan = Plan(
                method=way.method,
                reranker=way.reranker,
                measures=f"{NDCG} RR@10 R@10",
                by_language=bool(case.pair),
                limit=self._limit if case.pair else None,
            )
            self._found[key] = self._bench.evaluate.folder(OWNER, case.folder, plan)
        return self._found[key]

    def clauses(self, reranker: str) -> Evaluation:
        """Return how well a reranker tells yes from no on the contract clauses."""
        plan = replace(Plan(), reranker=reranker)
        return self._bench.evaluate.folder(OWNER, DATA / "clauses", plan)

    def sensitivity(self, reranker: str) -> FolderSensitivity:
        """Return p-MRR of a reranker on pairs of instructions about the language."""
        folder = DATA / "xquad-zh-en"
        return self._bench.folder_pairs.folder(
            OWNER, folder / "language_pairs.jsonl", folder, PairsPlan(reranker, self._limit)
        )


def cell(value: float | None, held: Interval | None, digits: int = 3) -> str:
    """Return a number with its 95 % range, where there is one."""
    if value is None:
        return "–"
    shown = f"{value:.{digits}f}"
    return shown if held is None else f"{shown} [{held[0]:.{digits}f}, {held[1]:.{digits}f}]"


def _named(measures: Mapping[str, T], name: str) -> T:
    """Return a measure whose name may also give the level of relevance, as ``RR(rel=2)@10``."""
    kind, cut = name.split("@")
    return next(
        value
        for one, value in measures.items()
        if one.split("(")[0].split("@")[0] == kind and one.endswith(f"@{cut}")
    )


def lines(measurer: Measurer) -> Iterator[str]:
    """Yield the table in Markdown, line by line, as it is measured."""
    heads = ["", "n", "", *(way.heading for way in WAYS)]
    yield "| " + " | ".join(heads) + " |"
    yield "|---|---:|---|" + "---:|" * len(WAYS)
    for case in cases():
        found = [measurer.value(case, way) for way in WAYS]
        cells = [value for value, _ in found]
        yield "| " + " | ".join((case.name, str(found[0][1]), case.measure, *cells)) + " |"
    if (DATA / "clauses").is_dir():
        yield _clauses(measurer)
    if measurer.intervals and (DATA / "xquad-zh-en").is_dir():
        yield _sensitivity(measurer)


def _sensitivity(measurer: Measurer) -> str:
    made = measurer.sensitivity("embedding")
    value = cell(POINTS * made.found.p_mrr, points(made.interval), 1)
    bounds = f"by labels {POINTS * made.found.oracle:.1f}, highest {POINTS * made.found.ideal:.1f}"
    return f"| language instructions | {made.found.n} | p-MRR ({bounds}) | – | – | – | {value} |"


def _clauses(measurer: Measurer) -> str:
    told = []
    for reranker in ("lexical", "embedding"):
        found = measurer.clauses(reranker)
        held = found.intervals[PAIRWISE] if measurer.intervals else None
        told.append(cell(found.measures[PAIRWISE], held))
    count = str(len(found.margins))
    words, similar = told
    return f"| clauses | {count} | balanced accuracy | {words} (lexical) | – | – | {similar} |"


def write(table: Sequence[str], begin: str = BEGIN, end: str = END) -> None:
    """Put the table between the markers of both READMEs."""
    for name in READMES:
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        before, rest = text.split(begin)
        _, after = rest.split(end)
        filled = "\n".join((begin, "", *table, "", end))
        path.write_text(before + filled + after, encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, and with ``--write`` keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, help="questions of xquad-zh-en; default: all")
    parser.add_argument("--write", action="store_true", help="put it into the READMEs")
    parser.add_argument("--intervals", action="store_true", help="with 95 %% ranges and p-MRR")
    args = parser.parse_args(argv)
    made = []
    # The reranker is named in every plan; what the environment prefers must not stand in.
    os.environ.pop("WORKBENCH_RERANKER", None)
    with opened(Settings(home=HOME)) as bench:
        for line in lines(Measurer(bench, args.limit, intervals=args.intervals)):
            print(line, flush=True)
            made.append(line)
    if args.write:
        write(made)


if __name__ == "__main__":
    main()
