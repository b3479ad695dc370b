"""Measures ways to score Qwen3-Reranker's prompts: ``python -m benchmarks.rerank_bench [--full]``.

Random weights of the true layer shape; on a processor two of the 28 layers and a vocabulary cut to
the same share, so that output matrix and body keep their ratio. Every way runs in a process of its
own on the same prompts. ``--full`` needs a CUDA card and takes the true 0.6B shape. At the end
stands how far a score moves with its company, as ``benchmarks.noise`` measures it.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import noise
from benchmarks.report import Cell, Goal, Report, add_options, progress
from benchmarks.rerank_ways import SCORES, Memory, write_models
from tests.reference_scorer import YES
from workbench.models.device import Placement, place
from workbench.models.speed import measured_gflops

LAYERS, VOCABULARY, SUFFIX = 28, 151_669, 9
WAYS = {
    "reference": "reference (model card)",
    "cross_encoder": "CrossEncoder, sequence classification",
    "keep_one": "transformers, logits_to_keep=1",
    "ours": "this workbench",
}
PACKAGES = ("torch", "transformers", "sentence-transformers")
COLUMNS = (
    *("s", "CPU s", "× reference", "pairs/s", "tokens/s", "extra MiB", "of the limit"),
    *("largest ΔP", "needs GiB"),
)
TIMES = {100: 2.7, 300: 3.8}
"""How many times as fast as the reference is wanted, by tokens of the shared prefix."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Pairs that share ``prefix`` tokens, with documents of ``shortest`` to ``longest`` tokens."""

    name: str
    pairs: int
    prefix: int
    shortest: int
    longest: int

    def prompts(self, vocabulary: int) -> list[list[int]]:
        """Return the same prompts at every call, without the ids below 10."""
        draw = np.random.default_rng(1)

        def drawn(tokens: int) -> list[int]:
            return draw.integers(10, vocabulary, tokens).tolist()

        prefix, suffix = drawn(self.prefix), drawn(SUFFIX)
        lengths = draw.integers(self.shortest, self.longest + 1, self.pairs)
        return [[*prefix, *drawn(int(n)), *suffix] for n in lengths]


USUAL = [Workload(f"20 × 80-600, prefix {p}", 20, p, 80, 600) for p in (100, 300)]
LARGE = [
    Workload("100 × 300, prefix 100", 100, 100, 300, 300),
    Workload("4 × 8K, prefix 100", 4, 100, 8000, 8000),
    Workload("1 × 32K, prefix 100", 1, 100, 32_000, 32_000),
]


def run_one(
    way: str, folder: Path, work: Workload, vocabulary: int, where: Placement
) -> dict[str, Any]:
    """Return what one way costs and answers, measured in this process."""
    prompts = work.prompts(vocabulary)
    score = SCORES[way](folder, where)
    score([p[:64] for p in prompts[:2]])
    gflops = measured_gflops(where)
    try:
        with Memory(where.device) as memory:
            started, busy = time.perf_counter(), time.process_time()
            odds = score(prompts)
            seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    except torch.OutOfMemoryError as error:
        tried = re.search(r"Tried to allocate ([\d.]+) GiB", str(error))
        needs = torch.cuda.max_memory_allocated() / 2**30 + float(tried[1] if tried else 0)
        return {"needs": needs}
    gflops = max(gflops, measured_gflops(where))
    extra = memory.extra / 2**20
    return {"odds": odds, "seconds": seconds, "cpu": cpu, "extra": extra, "gflops": gflops}


def needed_gflop(work: Workload, layers: int, vocabulary: int) -> float:
    """Return the arithmetic that nobody can save: each different token once, no output matrix."""
    lengths = [len(p) for p in work.prompts(vocabulary)]
    shared = work.prefix if len(lengths) > 1 else 0
    tokens = shared + sum(n - shared for n in lengths)
    seen = shared * (shared + 1) / 2
    seen += sum((n * (n + 1) - shared * (shared + 1)) / 2 for n in lengths)
    weights = 2 * 1024 * 2048 + 2 * 1024 * 1024 + 3 * 1024 * 3072
    return layers * (2 * tokens * weights + 4 * 2048 * seen) / 1e9


def rows_of(
    work: Workload, runs: dict[str, dict[str, Any]], gflop: float, vocabulary: int, device: str
) -> list[dict[str, Cell]]:
    """Return one workload's runs; tokens are those of the prompts, without padding.

    Ways are compared by the CPU seconds that they take, on a card by the clock.
    """
    tokens = sum(map(len, work.prompts(vocabulary)))
    rate = max((run["gflops"] for run in runs.values() if "odds" in run), default=0.0)
    first = runs["reference"] if "odds" in runs["reference"] else None
    clock = "cpu" if device == "cpu" else "seconds"
    part = f"{work.name}, {tokens:,} tokens, matrices at {rate:.0f} GFLOP/s"
    rows: list[dict[str, Cell]] = []
    for way, run in runs.items():
        row: dict[str, Cell] = {"part": part, "way": WAYS[way], **dict.fromkeys(COLUMNS)}
        rows.append(row)
        if "odds" not in run:
            row["needs GiB"] = round(run["needs"])
            continue
        spent = run["seconds"]
        row["s"], row["CPU s"] = round(spent, 3), round(run["cpu"], 3)
        row["pairs/s"], row["tokens/s"] = round(work.pairs / spent, 2), round(tokens / spent)
        row["extra MiB"], row["of the limit"] = round(run["extra"]), round(gflop / spent / rate, 3)
        if first:
            row["× reference"] = round(first[clock] / run[clock], 2)
            row["largest ΔP"] = furthest(run["odds"], first["odds"])
    return rows


def goals_of(work: Workload, rows: Sequence[dict[str, Cell]]) -> list[Goal]:
    """Return what was to be reached on a usual workload; none on the others."""
    ours = next(row for row in rows if row["way"] == WAYS["ours"])
    times, extra, apart = (ours[key] for key in ("× reference", "extra MiB", "largest ΔP"))
    if work.prefix not in TIMES or work not in USUAL:
        return []
    return [
        Goal.at_least(f"{work.name}: × reference", TIMES[work.prefix], _number(times)),
        Goal.at_most(f"{work.name}: extra MiB", 400, _number(extra)),
        Goal.at_most(f"{work.name}: largest ΔP in float32", 1e-5, _number(apart)),
    ]


def _number(cell: Cell) -> float | None:
    return cell if isinstance(cell, int | float) else None


def furthest(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the largest difference of P(yes)."""
    odds = np.array([ours, theirs], np.float64)
    return float(np.abs(np.diff(1 / (1 + np.exp(-odds)), axis=0)).max())


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--layers", type=int, default=None)
    parser.add_argument("--one", nargs=3, metavar=("WAY", "FOLDER", "WORK"), help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--dtype", help="by default float32 on a processor, as on a card chosen")
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    # Only in float32 can it be seen that two ways compute the same.
    where = place(None, args.dtype or (None if torch.cuda.is_available() else "float32"))
    layers = args.layers or (LAYERS if args.full else 2)
    vocabulary = VOCABULARY * layers // LAYERS
    if vocabulary <= YES:
        parser.error("two layers at least, or yes and no are outside the cut vocabulary")
    if args.one:
        way, folder, work = args.one
        print(
            json.dumps(run_one(way, Path(folder), Workload(**json.loads(work)), vocabulary, where))
        )
        return
    if args.full and not torch.cuda.is_available():
        parser.error("--full needs a CUDA card")
    measured(where, layers, vocabulary, full=args.full).print(as_json=args.json)


def measured(where: Placement, layers: int, vocabulary: int, *, full: bool) -> Report:
    """Return every way on every workload, and the noise."""
    report = Report("rerank", PACKAGES)
    report.notes.append(
        f"{where.device} {where.dtype}, {torch.get_num_threads()} threads; {layers} of {LAYERS} "
        f"layers, vocabulary {vocabulary:,}; random weights: these compare ways, and are no speeds "
        "of the 0.6B model unless all layers are there."
    )
    if not find_spec("sentence_transformers"):
        report.notes.append(
            "sentence-transformers is not installed: the same computation by transformers stands "
            "in for CrossEncoder (pip install -r benchmarks/requirements.txt)."
        )
    with tempfile.TemporaryDirectory() as folder:
        write_models(Path(folder), layers, vocabulary)
        for work in USUAL + (LARGE if full else []):
            runs = {way: in_child(way, folder, work, layers, where) for way in WAYS}
            gflop = needed_gflop(work, layers, vocabulary)
            rows = rows_of(work, runs, gflop, vocabulary, where.device)
            report.rows += rows
            report.goals += goals_of(work, rows) if where.device == "cpu" else []
    if full:
        noise.measure(report, noise.LARGE, noise.TRUE, where.device)
    else:
        noise.measure(report, device=where.device)
    return report


def in_child(
    way: str, folder: str, work: Workload, layers: int, where: Placement
) -> dict[str, Any]:
    """Return what ``run_one`` measures in a process of its own."""
    told = {name: getattr(work, name) for name in Workload.__slots__}
    command = [sys.executable, "-m", "benchmarks.rerank_bench", "--layers", str(layers)]
    command += ["--dtype", where.dtype, "--threads", str(torch.get_num_threads())]
    progress(f"{work.name}: {WAYS[way]}")
    done = subprocess.run(
        [*command, "--one", way, folder, json.dumps(told)],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
