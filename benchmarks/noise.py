"""Measures how far a score moves with its company: ``python -m benchmarks.noise [--full]``.

The same pairs are scored alone, then in calls of every size and order, straight by the model that
the host runs: nothing is kept, nothing equal is shared. Random weights; on a processor two layers
of the true shape, then all 28 at a quarter of the width. What is left in bfloat16 is the noise
floor: a difference between two instructions that is not larger says nothing.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.report import Goal, Report, add_options, progress
from benchmarks.rerank_ways import write_models
from workbench.models.device import Placement, best_device, release_memory
from workbench.models.qwen3 import Answers, Qwen3Body

LAYERS, VOCABULARY, SUFFIX = 28, 151_669, 9
PART = "noise of company"
FORMATS = ("float32", "bfloat16")
BOUND = 1e-4
"""Largest difference in float32, times max(1, |log-odds|)."""

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is scored: pairs, tokens of their documents, and how often they are mixed."""

    pairs: int
    shortest: int
    longest: int
    mixtures: int


@dataclass(frozen=True, slots=True)
class Shape:
    """Layers, the size of the vocabulary, and widths that differ from the true ones."""

    name: str
    layers: int
    vocabulary: int
    widths: Mapping[str, int] = field(default_factory=dict)


SMALL = Amount(pairs=16, shortest=8, longest=80, mixtures=6)
LARGE = Amount(pairs=200, shortest=20, longest=600, mixtures=20)
CUT = VOCABULARY * 2 // LAYERS
QUARTER = {"hidden_size": 256, "intermediate_size": 768, "head_dim": 32}
SHAPES = (
    Shape("2 of 28 layers, true width", 2, CUT),
    Shape("28 layers, a quarter of the width", LAYERS, CUT, QUARTER),
)
TRUE = (Shape("28 layers, true width", LAYERS, VOCABULARY),)


def prompts_of(amount: Amount, vocabulary: int) -> list[Ids]:
    """Return prompts of two questions, each shared by half of the pairs; always the same."""
    draw = np.random.default_rng(5)

    def drawn(tokens: int) -> Ids:
        return draw.integers(10, vocabulary, tokens).astype(np.int32)

    head, suffix = drawn(50), drawn(SUFFIX)
    questions = [np.concatenate([head, drawn(15)]) for _ in range(2)]
    lengths = draw.integers(amount.shortest, amount.longest + 1, amount.pairs)
    return [
        np.concatenate([questions[number % 2], drawn(int(length)), suffix])
        for number, length in enumerate(lengths)
    ]


def mixtures(pairs: int, count: int) -> Iterator[list[list[int]]]:
    """Yield ``count`` ways to divide the positions into calls, in another order each time."""
    draw = np.random.default_rng(6)
    for number in range(count):
        order = draw.permutation(pairs).tolist()
        # From all in one call to a few in each: sizes are what a batch's kernels depend on.
        size = max(pairs // (number + 1), 2)
        yield [order[start : start + size] for start in range(0, pairs, size)]


def differences(
    body: Qwen3Body, amount: Amount, vocabulary: int
) -> tuple[Ids, NDArray[np.float64]]:
    """Return each pair's log-odds alone, and by mixture how far each was from that."""
    prompts = prompts_of(amount, vocabulary)
    alone = np.empty(amount.pairs)
    for at, prompt in enumerate(prompts):
        body.forget()
        alone[at] = body.log_odds([prompt])[0]
    apart = []
    for calls in mixtures(amount.pairs, amount.mixtures):
        found = np.empty(amount.pairs)
        # Each begins as a host does that was just started; within it beginnings are kept as there.
        body.forget()
        for call in calls:
            found[call] = body.log_odds([prompts[at] for at in call])
        apart.append(found - alone)
    return alone, np.abs(np.array(apart))


def measure(
    report: Report, amount: Amount = SMALL, shapes: Sequence[Shape] = SHAPES, device: str = "cpu"
) -> None:
    """Add a row for each shape and number format, and a goal for each format."""
    worst = dict.fromkeys(FORMATS, 0.0)
    for shape in shapes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            write_models(Path(folder), shape.layers, shape.vocabulary, **shape.widths)
            for dtype in FORMATS:
                progress(f"noise of {shape.name} in {dtype} on {device}")
                body = Qwen3Body(Path(folder) / "causal", Placement(device, dtype), Answers())
                found = row_of(*differences(body, amount, shape.vocabulary))
                del body
                release_memory(device)
                named = {"part": PART, "model": shape.name, "format": dtype, "device": device}
                report.rows.append({**named, "mixtures": amount.mixtures, **found})
                key = "relative" if dtype == "float32" else "largest"
                worst[dtype] = max(worst[dtype], found[key])
    report.goals += [
        Goal.at_most(
            "noise in float32, over max(1, size of the log-odds)", BOUND, worst["float32"]
        ),
        Goal("noise floor in bfloat16, log-odds", "told, none set", worst["bfloat16"], None),
    ]


def row_of(alone: NDArray[np.float64], apart: NDArray[np.float64]) -> dict[str, float]:
    """Return how far the pairs were from their numbers alone, beside how large these are."""
    return {
        "pairs": len(alone),
        "largest": float(apart.max()),
        "p99": float(np.quantile(apart, 0.99)),
        "relative": float((apart / np.maximum(1, np.abs(alone))).max()),
        "largest log-odds": float(np.abs(alone).max()),
        "their deviation": float(alone.std()),
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    device = best_device()
    if args.full and not device.startswith("cuda"):
        parser.error("--full needs a CUDA card")
    report = Report("noise", ("torch", "transformers"))
    if args.full:
        measure(report, LARGE, TRUE, device)
    else:
        measure(report, device=device)
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
