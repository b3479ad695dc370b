"""evaluate: a folder with labels in, measures of recall and reranker out."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from workbench.cli.console import Console, Progress
from workbench.domain.actors import OWNER
from workbench.evaluation.groups import Part
from workbench.services.evaluations import Evaluation, Plan, Watch
from workbench.services.measured_shapes import evaluation_json
from workbench.services.workbench import Workbench


def evaluate(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Measure a way to search on a folder with labels."""
    plan = Plan(
        method=args.recall,
        reranker=args.reranker,
        instruction=args.instruction,
        candidates=args.candidates,
        limit=args.limit_queries,
        by_language=args.by == "language-pair",
        measures=args.measures,
        criterion=args.criterion,
    )
    if args.reranker != "none":
        console.sending(bench.models.host_of(args.reranker))
    found = bench.evaluate.folder(OWNER, Path(args.folder), plan, watch(console))
    for notice in found.notices:
        console.note(notice)
    if console.as_json:
        console.value(evaluation_json(found))
    else:
        _print(found, console)
    return 0


def watch(console: Console) -> Watch:
    """Return a call that shows how far each stage is."""
    lines: dict[str, Progress] = {
        "reading": console.progress(console.say("cli.documents")),
        "embedding": console.progress(console.say("cli.embedder")),
        "questions": console.progress(console.say("cli.questions")),
    }
    return lambda stage, done, total: lines[stage](done, total)


def _print(found: Evaluation, console: Console) -> None:
    reranker = found.reranker.name if found.reranker else "–"
    console.line(
        console.say(
            "cli.evaluated",
            queries=found.n_queries,
            recall=found.method or "–",
            reranker=reranker,
            seconds=round(found.seconds["total"], 1),
        )
    )
    console.line()
    parts: dict[str, Evaluation | Part] = {console.say("cli.all_questions"): found}
    parts |= found.by
    console.table(_table(parts, list(found.measures)))
    console.line()
    rows = [[name, number(share)] for name, share in found.judged.items()]
    if found.method:
        rows.append([console.say("cli.recall_ceiling"), number(found.recall_ceiling)])
        rows.append([console.say("cli.without_relevant"), str(found.n_without_relevant)])
        console.table(rows)
    else:
        console.line(console.say("cli.border_elsewhere"))


def _table(parts: Mapping[str, Evaluation | Part], measures: list[str]) -> list[list[str]]:
    rows = [["", *parts], ["n", *(str(part.n_queries) for part in parts.values())]]
    for name in measures:
        cells = (_with_range(part, name) for part in parts.values())
        rows.append([name, *cells])
    return rows


def _with_range(part: Evaluation | Part, name: str) -> str:
    """Return a measure with its 95 % range over questions."""
    held = part.intervals.get(name)
    value = number(part.measures[name])
    return value if held is None else f"{value} [{held[0]:.3f}, {held[1]:.3f}]"


def number(value: float | None) -> str:
    """Return a measure as people read it; a dash where there is none."""
    return "–" if value is None else f"{value:.4f}"
