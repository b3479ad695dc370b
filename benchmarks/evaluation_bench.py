"""Times measures and statistics: ``python -m benchmarks.evaluation_bench [--full] [--json]``.

Invented orders of 1,000 questions with 100 candidates each, under six instructions: the baseline's
order, and five that move every document by chance. Seven of ten candidates are graded. Timed is
what a comparison does with them: measures, their intervals, tests against the baseline, and what
missing grades leave open. With ``--full`` there are 3,000 questions as well.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from benchmarks.report import Goal, Report, Row, add_options, progress
from workbench.evaluation.bounds import reach
from workbench.evaluation.measure_names import parse_measures
from workbench.evaluation.measures import Measured, measured
from workbench.evaluation.providers import available
from workbench.evaluation.statistics import Comparison, compare, mean_interval
from workbench.evaluation.ungraded import bounds, ungraded_at

Orders: TypeAlias = dict[str, list[str]]
Grades: TypeAlias = dict[str, dict[str, int]]
Seconds: TypeAlias = tuple[float, float]
"""By the clock, and of this process alone: they part where others use the machine too."""
T = TypeVar("T")

QUESTIONS, CANDIDATES, ARMS, LARGEST = 1_000, 100, 6, 3_000
LEVEL = 2
MEASURES = parse_measures("nDCG@10 RR@10 P@5 R@20 Success@1 AP@100 Bpref nDCG'@10", LEVEL)
PACKAGES = ("numpy", "scipy", "ir-measures", "pytrec-eval-terrier")
SECONDS, MEBIBYTES = 10, 300
GRADED_SHARE, GRADES, WEIGHTS = 0.7, (0, 1, 2, 3), (80, 10, 6, 4)
MOVE = 12.0
"""Standard deviation in ranks by which an instruction moves a document."""


def invented(questions: int, candidates: int, arms: int) -> tuple[Grades, list[Orders]]:
    """Return grades, and the order of each question under each arm, the baseline first."""
    dice = random.Random(6)
    grades: Grades = {}
    orders: list[Orders] = [{} for _ in range(arms)]
    for number in range(questions):
        query, pool = f"q{number}", [f"q{number}-{at}" for at in range(candidates)]
        drawn = dice.choices(GRADES, WEIGHTS, k=candidates)
        grades[query] = {
            one: grade
            for one, grade in zip(pool, drawn, strict=True)
            if dice.random() < GRADED_SHARE
        }
        strengths = {
            one: at - 8.0 * grade for at, (one, grade) in enumerate(zip(pool, drawn, strict=True))
        }
        orders[0][query] = sorted(pool, key=strengths.__getitem__)
        for arm in orders[1:]:
            moved = {one: strengths[one] + dice.gauss(0, MOVE) for one in pool}
            arm[query] = sorted(pool, key=moved.__getitem__)
    return grades, orders


def compared(found: Sequence[Measured]) -> dict[str, tuple[Comparison, ...]]:
    """Return by measure how every arm stands to the first."""
    return {
        measure.name: compare(
            found[0].per_query[measure.name], [one.per_query[measure.name] for one in found[1:]]
        )
        for measure in MEASURES
    }


def _timed(what: str, work: Callable[[], T], spent: dict[str, Seconds]) -> T:
    started, used = time.perf_counter(), time.process_time()
    result = work()
    spent[what] = (time.perf_counter() - started, time.process_time() - used)
    return result


def steps(grades: Grades, orders: Sequence[Orders]) -> dict[str, Seconds]:
    """Return the seconds of each step over all arms."""
    spent: dict[str, Seconds] = {}
    found = _timed(
        "measures", lambda: [measured(MEASURES, grades, one, level=LEVEL) for one in orders], spent
    )
    _timed(
        "intervals of the means",
        lambda: [mean_interval(one) for arm in found for one in arm.per_query.values()],
        spent,
    )
    _timed("tests, with intervals of the differences", lambda: compared(found), spent)
    _timed(
        "reach of missing grades",
        lambda: [reach(grades, orders[0], one) for one in orders[1:]],
        spent,
    )
    _timed(
        "bounds of nDCG@10 and counts without a grade",
        lambda: [(bounds(MEASURES[0], grades, one), ungraded_at(grades, one)) for one in orders],
        spent,
    )
    return spent


def peak_mib() -> float | None:
    """Return the most memory that this process had, None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


def measure(report: Report, sizes: Sequence[int]) -> None:
    """Add a row a step for each number of questions, smallest first, and the goals."""
    report.notes.append(
        f"{len(MEASURES)} measures of each of {ARMS} arms; the provider is {available().__name__}."
    )
    for size in sorted(sizes):
        progress(f"Evaluation of {size:,} questions")
        grades, orders = invented(size, CANDIDATES, ARMS)
        before = peak_mib()
        spent = steps(grades, orders)
        total, memory = tuple(map(sum, zip(*spent.values(), strict=True))), peak_mib()
        part = f"{size:,} questions × {CANDIDATES} candidates × {ARMS} arms"
        for step, (clock, own) in [*spent.items(), ("all", total)]:
            row: Row = {"part": part, "step": step, "s": round(clock, 2), "CPU s": round(own, 2)}
            report.rows.append(row)
        if before is not None and memory is not None:
            report.notes.append(f"{part}: {before:.0f} MiB before, {memory:.0f} MiB at the most.")
        if size == QUESTIONS:
            whole = None if memory is None else round(memory)
            report.goals += [
                Goal.at_most(f"{part}: seconds", SECONDS, round(total[0], 2)),
                Goal.at_most(f"{part}: peak memory in MiB, all of it", MEBIBYTES, whole),
            ]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    args = parser.parse_args(argv)
    report = Report("evaluation", PACKAGES)
    measure(report, (QUESTIONS, LARGEST) if args.full else (QUESTIONS,))
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
