"""Measures nearest vectors in a large library: ``python -m benchmarks.dense_scale [--full]``.

Synthetic clustered vectors of 384 numbers, half of them "zh" and half "en". The library's search is
measured beside brute force over the same vectors in the same run: time of a question, share of
brute force's 100 best that it finds on each side, and the largest difference of a score.
"""

import argparse
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.report import Goal, Report, add_options, progress
from workbench.domain.languages import Language
from workbench.recall.dense import DenseVectors
from workbench.recall.lexical import best
from workbench.recall.means import NO_MEANS
from workbench.recall.vectors import Matrix

DIM, DEPTH, CLUSTERS, SPREAD = 384, 100, 2000, 0.7


def vectors(count: int, seed: int, centres: Matrix) -> Matrix:
    """Return unit vectors, each around one of the centres."""
    draw = np.random.default_rng(seed)
    found = centres[draw.integers(0, len(centres), count)]
    found += draw.normal(scale=SPREAD / np.sqrt(DIM), size=found.shape).astype(np.float32)
    unit: Matrix = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def measure(report: Report, count: int, questions: int) -> None:
    """Add one table and the goal."""
    centres = np.random.default_rng(0).normal(size=(CLUSTERS, DIM)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    matrix, asked = vectors(count, 1, centres), vectors(questions, 2, centres)
    languages: list[Language] = ["zh" if at % 2 else "en" for at in range(count)]
    progress(f"{count} vectors")
    started = time.perf_counter()
    dense = DenseVectors([row.tobytes() for row in matrix], languages, DIM, NO_MEANS)
    built = time.perf_counter() - started
    zh = np.arange(count) % 2 == 1
    masks = [zh, ~zh]
    ours, brute, shared, apart = [], [], [], 0.0
    for number, query in enumerate([asked[0], *asked]):
        started = time.perf_counter()
        found = dense.search(query, "zh", masks, DEPTH)
        middle = time.perf_counter()
        scores = dense.scores(query, "zh")
        exact = [best(scores, mask, DEPTH) for mask in masks]
        ended = time.perf_counter()
        if not number:
            continue
        ours.append(middle - started)
        brute.append(ended - middle)
        for one, other in zip(found, exact, strict=True):
            shared.append(len({at for at, _ in one} & {at for at, _ in other}) / DEPTH)
            apart = max(apart, *(abs(score - scores[at]) for at, score in one))
    recall = float(np.mean(shared))
    report.rows.append(
        {
            "part": f"{count} vectors, {questions} questions, {DEPTH} best on each of two sides",
            "built in s": round(built, 1),
            "ours, median ms": round(1000 * float(np.median(ours)), 1),
            "brute force, median ms": round(1000 * float(np.median(brute)), 1),
            "ratio": round(float(np.median(brute)) / float(np.median(ours)), 1),
            "recall": round(recall, 4),
            "least": round(min(shared), 4),
            "score differs by": f"{apart:.1e}",
        }
    )
    report.goals.append(Goal.at_least(f"recall at {count} vectors", 0.98, round(recall, 4)))


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--vectors", type=int, default=250_000)
    parser.add_argument("--questions", type=int, default=50)
    given = parser.parse_args(argv)
    report = Report("dense_scale", ("numpy", "numkong"))
    measure(report, given.vectors, given.questions)
    if given.full:
        measure(report, 1_000_000, given.questions)
    report.print(as_json=given.json)


if __name__ == "__main__":
    main()
