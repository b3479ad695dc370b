"""compare and sensitivity: what a changed instruction does, with labels."""

import argparse
import re
from pathlib import Path

from workbench.cli.console import Console
from workbench.cli.evaluate import number, watch
from workbench.cli.pass_marks import print_noise, print_pass_marks
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.evaluation.resampling import Interval
from workbench.services.folder_comparisons import (
    PRIMARY,
    ArmsPlan,
    ComparedArm,
    FolderComparison,
    FolderSensitivity,
    PairsPlan,
)
from workbench.services.measured_shapes import (
    POINTS,
    comparison_json,
    points,
    sensitivity_json,
)
from workbench.services.verdicts import Versus, verdict_params
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say

_LIMIT = re.compile(r"(?P<measure>[^:]+):(?P<by>\d*\.?\d+)")


def compare(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Compare instructions on a folder with labels; 1 where one is worse by more than allowed."""
    limit = _limit(args.fail_if_worse) if args.fail_if_worse else None
    plan = ArmsPlan(
        method=args.recall,
        reranker=args.reranker,
        baseline=args.baseline,
        candidates=args.candidates,
        limit=args.limit_queries,
        measures=args.measures if limit is None else f"{args.measures} {limit[0]}",
        complete=args.complete,
        controls=tuple(one.strip() for one in args.controls.split(",") if one.strip()),
        placebos={one: say("control.placebo", one) for one in _languages(console.language)},
    )
    console.sending(bench.models.host_of(args.reranker))
    found = bench.folder_compare.folder(
        OWNER, Path(args.folder), Path(args.instructions), plan, watch(console)
    )
    worse = _worse(found, limit) if limit else []
    if console.as_json:
        console.value({**comparison_json(found), "worse": [arm.instruction.name for arm in worse]})
    else:
        _print(found, console)
    for arm in worse:
        console.hint(_why(arm, limit or ("", 0.0), console))
    return 1 if worse else 0


def _languages(first: Tongue) -> list[Tongue]:
    return sorted(TONGUES, key=first.__ne__)


def _limit(text: str) -> tuple[str, float]:
    """Return the measure and how much worse an arm may be."""
    found = _LIMIT.fullmatch(text.strip())
    if found is None:
        raise InvalidInput("fail_if_worse_unclear", value=text[:40])
    return found["measure"].strip(), float(found["by"])


def _worse(found: FolderComparison, limit: tuple[str, float]) -> list[ComparedArm]:
    """Return the arms whose whole interval lies under minus what is allowed."""
    return [arm for arm in found.arms if (held := _interval(arm, limit[0])) and held[1] < -limit[1]]


def _interval(arm: ComparedArm, measure: str) -> Interval | None:
    compared = {name.lower(): one for name, one in (arm.comparisons or {}).items()}
    # RR@10 stands as RR(rel=2)@10 where the labels are grades.
    bare = {re.sub(r"\(rel=\d+\)", "", name): one for name, one in compared.items()}
    one = compared.get(measure.lower()) or bare.get(measure.lower())
    return one.interval if one else None


def _why(arm: ComparedArm, limit: tuple[str, float], console: Console) -> str:
    low, high = _interval(arm, limit[0]) or (0.0, 0.0)
    return console.say(
        "cli.compare.worse",
        name=arm.instruction.name,
        measure=limit[0],
        low=f"{low:+.4f}",
        high=f"{high:+.4f}",
        limit=f"{-limit[1]:.4f}",
    )


def _print(found: FolderComparison, console: Console) -> None:
    console.line(
        console.say(
            "cli.compared",
            arms=len(found.arms),
            queries=found.arms[0].n_queries,
            candidates=found.candidates,
            recall=found.method,
            reranker=found.reranker.name,
            seconds=round(found.seconds["total"], 1),
        )
    )
    console.line()
    console.table(_rows(found, console))
    console.line()
    for arm in found.arms:
        if arm.verdict is not None and not arm.instruction.control:
            console.line(f"{arm.instruction.name}: {_verdict(arm, found, console)}")
    print_pass_marks(found.arms, console)
    print_noise(found.arms, console)
    console.caution(found.reranker)


def _rows(found: FolderComparison, console: Console) -> list[list[str]]:
    first = found.arms[0]
    names = list(first.measures)
    head = ["", *names, console.say("cli.compare.difference"), "p", "+ / = / −"]
    rows = [head, [console.say("cli.compare.first_stage")]]
    rows[1] += [number(found.first_stage.get(name)) for name in names] + ["", "", ""]
    for arm in found.arms:
        cells = [number(arm.measures.get(name)) for name in names]
        one = (arm.comparisons or {}).get(PRIMARY)
        if one is None:
            cells += ["", "", ""]
        else:
            low, high = one.interval or (float("nan"), float("nan"))
            cells.append(f"{one.difference:+.4f} [{low:+.4f}, {high:+.4f}]")
            cells.append(number(one.p_holm))
            cells.append(f"{one.wins} / {one.ties} / {one.losses}")
        rows.append([arm.instruction.name, *cells])
    return rows


def _verdict(arm: ComparedArm, found: FolderComparison, console: Console) -> str:
    one, said = (arm.comparisons or {}).get(PRIMARY), arm.verdict
    if said is None:
        return ""
    if one is None:
        return console.say(f"verdict.{said.code}")
    versus = Versus(found.baseline, one, arm.reach, said)
    params = verdict_params(arm.instruction.name, found.reranker.name, versus)
    told = console.say(f"verdict.{said.code}", **params)
    return f"{told} {console.say('verdict.tentative', n=one.n)}" if said.tentative else told


def sensitivity(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Measure how far orders follow an instruction that was changed."""
    plan = PairsPlan(args.reranker, args.limit_pairs, args.depth)
    console.sending(bench.models.host_of(args.reranker))
    found = bench.folder_pairs.folder(
        OWNER, Path(args.pairs), Path(args.corpus), plan, watch(console)
    )
    if console.as_json:
        console.value(sensitivity_json(found))
    else:
        _print_sensitivity(found, console)
    return 0


def _print_sensitivity(made: FolderSensitivity, console: Console) -> None:
    found, interval = made.found, points(made.interval)
    spread = "" if interval is None else f" [{interval[0]:+.1f}, {interval[1]:+.1f}]"
    share = "–" if found.share_of_ideal is None else f"{POINTS * found.share_of_ideal:.1f} %"
    gained = "–" if found.gained is None else f"{POINTS * found.gained:+.1f}"
    console.table(
        [
            ["p-MRR", f"{POINTS * found.p_mrr:+.1f}{spread}"],
            [console.say("cli.sensitivity.oracle"), f"{POINTS * found.oracle:+.1f}"],
            [console.say("cli.sensitivity.ideal"), f"{POINTS * found.ideal:+.1f}"],
            [console.say("cli.sensitivity.share"), share],
            [console.say("cli.sensitivity.gained"), gained],
            ["n", str(found.n)],
        ]
    )
    console.line()
    console.line(console.say("cli.sensitivity.read", model=made.reranker.name))
    if not made.reranker.supports_instruction:
        console.line(console.say("verdict.does_not_follow", model=made.reranker.name))
    console.caution(made.reranker)
    if made.lost:
        console.hint(console.say("cli.sensitivity.lost", count=made.lost, n=found.n))
