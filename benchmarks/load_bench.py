"""Measures many clients at once: ``python -m benchmarks.load_bench [--full] [--json]``.

24 clients send 20 distinct documents each time to ``POST /api/predict`` of a real server, whose
model is a small random Qwen3 with the real tokenizer, and afterwards the stand-in. A second server
differs in one thing: it holds a lock while it reads and scores a request. Both run at once and are
asked in turn, so that a machine that changes its speed does not decide. No two pairs are alike and
no score is kept, but in the table that says so. Every score is compared with that of the document
alone. At last memory does not suffice for one pass, and the model host is killed.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.load_client import (
    LONGER,
    SHORT,
    Checked,
    Request,
    Round,
    check,
    milliseconds,
    run_round,
    told_apart,
    workload,
)
from benchmarks.load_model import ModelCard, Shape, scored_alone, write_checkpoint
from benchmarks.report import Goal, Report, add_options, progress
from benchmarks.served import Calls, Served, serving

TOLERANCE = 1e-4
HALF_TOLERANCE = 5e-3
"""For the stand-in, whose passages a processor may read in bfloat16: company moves a number there,
by up to 1.3e-3 in 60 pairs."""
PACKAGES = ("torch", "transformers", "streamlit", "fastapi", "numpy")
ARMS = {"ours": "this workbench", "lock": "a lock around every request"}
QWEN3, STAND_IN = "Qwen3, small and random", "stand-in (embedding)"

Alone = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is asked: clients, requests of each in a round, documents a request, rounds."""

    clients: int = 24
    each: int = 4
    documents: int = 20
    rounds: int = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """One arm's round: what was answered, whether it was right, what its model host did."""

    round: Round
    checked: Checked
    calls: Calls


def one_round(
    served: Served,
    requests: Sequence[Sequence[Request]],
    alone: Alone,
    between: Mapping[int, Callable[[], None]] | None = None,
    tolerance: float = TOLERANCE,
) -> Measured:
    """Return what one server makes of all requests."""
    before = served.calls()
    done = run_round(served.address, requests, between)
    checked = check(done.answers, alone, tolerance, sum(map(len, requests)))
    for answer in done.answers:
        if answer.failure:
            progress(f"lost: {answer.failure}")
    return Measured(done, checked, served.calls().since(before))


def warm_up(served: Served, documents: int, seed: int) -> None:
    """Ask a few requests of several clients that nothing counts."""
    run_round(served.address, workload(4, 1, documents, seed))


def in_turn(
    servers: Mapping[str, Served],
    rounds: Sequence[tuple[Sequence[Sequence[Request]], Alone]],
    tolerance: float = TOLERANCE,
) -> dict[str, list[Measured]]:
    """Return every round of every server; asked as A B, B A, A B and so on."""
    found: dict[str, list[Measured]] = {arm: [] for arm in servers}
    for number, (requests, alone) in enumerate(rounds):
        order = list(servers) if number % 2 == 0 else list(reversed(servers))
        for arm in order:
            progress(f"round {number + 1} of {len(rounds)}: {ARMS[arm]}")
            found[arm].append(one_round(servers[arm], requests, alone, None, tolerance))
    return found


def arm_row(part: str, arm: str, measured: Sequence[Measured]) -> dict[str, str | float | int]:
    """Return all rounds of one arm as one row."""
    answers = [answer for one in measured for answer in one.round.answers]
    seconds = sum(one.round.seconds for one in measured)
    pairs = sum(one.round.pairs for one in measured)
    calls = sum(one.calls.count for one in measured)
    texts = sum(one.calls.texts for one in measured)
    times = {name: round(value, 1) for name, value in milliseconds(answers).items()}
    return {
        "part": part,
        "arm": ARMS.get(arm, arm),
        "requests": len(answers),
        "requests/s": round(len(answers) / seconds, 2),
        "pairs/s": round(pairs / seconds, 1),
        **times,
        "model calls": calls,
        "texts a call": round(texts / max(calls, 1), 1),
        "texts computed": texts,
        **soundness(measured),
    }


def soundness(measured: Sequence[Measured]) -> dict[str, float | int]:
    """Return what was lost or wrong in these rounds, as columns."""
    return {
        "lost": sum(one.checked.lost for one in measured),
        "wrong": sum(one.checked.wrong for one in measured),
        "unsorted": sum(one.checked.unsorted for one in measured),
        "largest difference": max((one.checked.largest for one in measured), default=0.0),
    }


def ratios(found: Mapping[str, Sequence[Measured]]) -> list[float]:
    """Return by round how many times as fast ours was."""
    return [
        lock.round.seconds / ours.round.seconds
        for ours, lock in zip(found["ours"], found["lock"], strict=True)
    ]


def compared(report: Report, part: str, found: Mapping[str, Sequence[Measured]]) -> float:
    """Add a row an arm and return the ratio of all their seconds."""
    for arm, measured in found.items():
        report.rows.append(arm_row(part, arm, measured))
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios(found))
    report.notes.append(f"{part}: by round {each} times as fast as with the lock.")
    spent = {arm: sum(one.round.seconds for one in rounds) for arm, rounds in found.items()}
    return round(spent["lock"] / spent["ours"], 3)


def sound_goal(name: str, measured: Sequence[Measured]) -> Goal:
    """Return the goal that nothing is lost, wrong or out of order."""
    found = soundness(measured)
    count = found["lost"] + found["wrong"] + found["unsorted"]
    return Goal.at_most(f"{name}: answers lost, mixed up or out of order", 0, count)


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests of all clients, and what each of their documents scores alone."""

    requests: Sequence[Sequence[Request]]
    alone: Alone
    longest: int

    @classmethod
    def of(cls, card: ModelCard, amount: Amount, words: tuple[int, int], seed: int) -> "Asked":
        """Return a workload with the model card's scores."""
        requests = workload(amount.clients, amount.each, amount.documents, seed, words)
        flat = [request for part in requests for request in part]
        scores = scored_alone(card, [(one.query, one.documents) for one in flat])
        alone = {
            (request.query, document): score
            for request, found in zip(flat, scores, strict=True)
            for document, score in zip(request.documents, found, strict=True)
        }
        return cls(requests, alone, max(n for one in flat for n in card.tokens(one.documents)))


class Qwen3Load:
    """Everything that is asked of the small Qwen3: turns, faults, and kept scores."""

    def __init__(self, folder: Path, shape: Shape, amount: Amount) -> None:
        self._folder = folder
        self._shape = shape
        self._amount = amount
        self._checkpoint = write_checkpoint(folder / "qwen3", shape)
        self._card = ModelCard(self._checkpoint)
        self._asked = Asked.of(self._card, amount, SHORT, seed=1)

    def settings(self, **more: str) -> dict[str, str]:
        """Return the environment of a server."""
        return {
            "WORKBENCH_RERANKER": "qwen3",
            "WORKBENCH_MODEL": str(self._checkpoint),
            "WORKBENCH_SCORE_CACHE_MB": "0",
            # So thin a model only loses by a second thread, which server and clients can use.
            "WORKBENCH_THREADS": "1",
            **more,
        }

    def measure(self, report: Report) -> None:
        """Add rows and goals."""
        report.notes.append(
            f"Qwen3 of {self._shape}, random weights, float32, one thread. "
            f"{told_apart(self._asked.alone, TOLERANCE):.1%} of neighbours differ by more than the "
            "tolerance, so that a mixed-up answer is noticed."
        )
        settings = self.settings()
        with (
            serving("ours", self._folder / "ours", settings) as ours,
            serving("lock", self._folder / "lock", settings) as lock,
        ):
            for server in (ours, lock):
                warm_up(server, self._amount.documents, seed=2)
            self._turns(report, ours, lock)
            self._longer(report, ours, lock)
            self._faults(report, ours)
        self._kept(report)

    def _turns(self, report: Report, ours: Served, lock: Served) -> None:
        rounds = [(self._asked.requests, self._asked.alone)] * self._amount.rounds
        found = in_turn({"ours": ours, "lock": lock}, rounds)
        ratio = compared(report, f"{QWEN3}, at most {self._asked.longest} tokens", found)
        asked = sum(one.round.pairs for one in found["ours"])
        computed = sum(one.calls.texts for one in found["ours"])
        report.goals += [
            Goal.at_least(f"{QWEN3}: times as fast as with a lock", 1.5, ratio),
            sound_goal(QWEN3, [*found["ours"], *found["lock"]]),
            Goal(
                f"{QWEN3}: pairs computed, none kept or shared",
                f"= {asked}",
                computed,
                computed == asked,
            ),
        ]

    def _longer(self, report: Report, ours: Served, lock: Served) -> None:
        """Tell what is left of it where documents, and with them the arithmetic, are longer."""
        asked = Asked.of(self._card, replace(self._amount, each=1), LONGER, seed=4)
        found = in_turn({"ours": ours, "lock": lock}, [(asked.requests, asked.alone)] * 2)
        part = f"{QWEN3}, at most {asked.longest} tokens"
        ratio = compared(report, part, found)
        report.goals += [
            Goal(f"{part}: times as fast as with a lock", "told, none set", ratio, None),
            sound_goal(part, [*found["ours"], *found["lock"]]),
        ]

    def _faults(self, report: Report, served: Served) -> None:
        total = self._amount.clients * self._amount.each
        first = served.host()
        between = {total // 4: served.run_out_of_memory, total // 2: served.kill_host}
        progress("one pass without memory, then the model host killed")
        found = one_round(served, self._asked.requests, self._asked.alone, between)
        # In a small run all may have been answered before the host is killed: it is asked again.
        again = one_round(served, self._asked.requests, self._asked.alone)
        report.rows.append(
            {
                "part": f"{QWEN3}, with faults",
                "out of memory": int(served.ran_out_of_memory()),
                "hosts killed": 1,
                "hosts started anew": int(served.host() != first),
                "requests": 2 * total,
                "pairs/s": round(found.round.pairs / found.round.seconds, 1),
                **soundness([found, again]),
            }
        )
        happened = served.ran_out_of_memory() and served.host() != first
        survived = happened and found.checked.sound and again.checked.sound
        report.goals.append(
            Goal(
                f"{QWEN3}: one pass without memory and one killed host survived",
                "yes",
                "yes" if survived else "no",
                survived,
            )
        )

    def _kept(self, report: Report) -> None:
        settings = self.settings()
        # The product's own size.
        del settings["WORKBENCH_SCORE_CACHE_MB"]
        with serving("ours", self._folder / "kept", settings) as served:
            warm_up(served, self._amount.documents, seed=2)
            for time in ("asked first", "asked again"):
                progress(f"scores may be kept: {time}")
                found = one_round(served, self._asked.requests, self._asked.alone)
                report.rows.append(arm_row(f"{QWEN3}, scores kept", time, [found]))
                report.goals.append(sound_goal(f"{QWEN3}, scores kept, {time}", [found]))


class StandInLoad:
    """The same turns with the stand-in; its vectors are kept by text, so each round has its own."""

    def __init__(self, folder: Path, amount: Amount) -> None:
        self._folder = folder
        self._amount = amount

    def measure(self, report: Report) -> None:
        """Add rows and goals; a sentence in their place where the embedder is missing."""
        from workbench.models.e5_file import find_e5_weights

        if find_e5_weights() is None:
            report.notes.append(f"{STAND_IN}: its weights are not on this machine, not measured.")
            report.goals.append(
                Goal(f"{STAND_IN}: times as fast as with a lock", "≥ 1", None, None)
            )
            return
        rounds = self._rounds()
        settings = {"WORKBENCH_RERANKER": "embedding"}
        with (
            serving("ours", self._folder / "ours-stand-in", settings) as ours,
            serving("lock", self._folder / "lock-stand-in", settings) as lock,
        ):
            for server in (ours, lock):
                warm_up(server, self._amount.documents, seed=3)
            found = in_turn({"ours": ours, "lock": lock}, rounds, HALF_TOLERANCE)
        noticed = told_apart(rounds[0][1], HALF_TOLERANCE) if rounds else 1.0
        report.notes.append(
            f"{STAND_IN}: {noticed:.1%} of neighbours differ by more than {HALF_TOLERANCE:g}, so "
            "that a mixed-up answer is noticed."
        )
        ratio = compared(report, STAND_IN, found)
        times = milliseconds([a for one in found["ours"] for a in one.round.answers])
        report.goals += [
            Goal.at_least(f"{STAND_IN}: times as fast as with a lock", 1.0, ratio),
            Goal.at_most(
                f"{STAND_IN}: p95 / p50", 2.0, round(times["p95 ms"] / times["p50 ms"], 2)
            ),
            sound_goal(STAND_IN, [*found["ours"], *found["lock"]]),
        ]

    def _rounds(self) -> list[tuple[list[list[Request]], Alone]]:
        from benchmarks.load_stand_in import similarities_alone

        amount = self._amount
        asked = [
            workload(amount.clients, amount.each, amount.documents, seed=100 + number)
            for number in range(amount.rounds)
        ]
        flat = [request for one in asked for part in one for request in part]
        alone = similarities_alone([(one.query, one.documents) for one in flat])
        return [(one, alone) for one in asked]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--layers", type=int, default=Shape().layers)
    parser.add_argument("--hidden", type=int, default=Shape().hidden)
    parser.add_argument("--clients", type=int, default=Amount().clients)
    parser.add_argument("--each", type=int, help="requests of a client in a round")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", choices=("qwen3", "stand-in"))
    args = parser.parse_args(argv)
    many = 3 if args.full else 1
    rounds = args.rounds or 4 * many
    report = Report("load", PACKAGES)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        folder = Path(made)
        if args.only != "stand-in":
            shape = Shape(layers=args.layers, hidden=args.hidden, inner=2 * args.hidden)
            amount = Amount(args.clients, args.each or 4, rounds=rounds)
            Qwen3Load(folder, shape, amount).measure(report)
        if args.only != "qwen3":
            amount = Amount(args.clients, args.each or 2, rounds=args.rounds or 3 * many)
            StandInLoad(folder, amount).measure(report)
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
