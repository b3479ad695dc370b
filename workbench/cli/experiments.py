"""experiment: stored measurements listed, written to a file, and computed again from one."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Experiment, Json
from workbench.services.experiment_again import reproduced
from workbench.services.experiment_files import document_of, read_document
from workbench.services.experiment_pairs import Reproduction, arms_of
from workbench.services.experiment_runs import run_files, zipped
from workbench.services.workbench import Workbench


def experiment(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """List stored experiments, write one to a file, or compute one again from a file."""
    if args.act == "list":
        return _list(bench, console)
    return _export(bench, args, console) if args.act == "export" else _again(bench, args, console)


def _list(bench: Workbench, console: Console) -> int:
    found = bench.experiments.all(OWNER)
    if console.as_json:
        console.value({"experiments": [_row(one) for one in found]})
        return 0
    console.table([_line(one, console) for one in found])
    return 0


def _line(one: Experiment, console: Console) -> list[str]:
    names = ", ".join(str(arm["name"]) for arm in arms_of(one))
    kind = console.say(f"ui.experiments.kind_{one.kind}")
    return [one.experiment_id, one.created_at[:16], one.name, kind, names]


def _row(one: Experiment) -> dict[str, Json]:
    arms: list[Json] = [dict(arm) for arm in arms_of(one)]
    return {
        "id": one.experiment_id,
        "name": one.name,
        "note": one.note,
        "kind": one.kind,
        "created_at": one.created_at,
        "query_set": one.query_set_id,
        "version": one.version,
        "arms": arms,
        "identity": one.manifest.identity,
        "reproduces": one.reproduces,
        "archived": one.archived_at is not None,
    }


def _export(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    one = bench.experiments.get(OWNER, args.id)
    if args.format == "run":
        _write(Path(args.file), run_files(one, bench.experiments.frozen(OWNER, args.id)))
        return _written(one, args, console)
    document = document_of(one, bench.experiments.frozen(OWNER, args.id))
    Path(args.file).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return _written(one, args, console)


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, or into an archive where the path ends like one."""
    if path.suffix.lower() == ".zip":
        path.write_bytes(zipped(files))
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)


def _written(one: Experiment, args: argparse.Namespace, console: Console) -> int:
    if console.as_json:
        console.value({"id": args.id, "file": args.file, "identity": one.manifest.identity})
    else:
        console.line(console.say("cli.experiment_written", name=one.name, path=args.file))
    return 0


def _again(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    before, frozen = read_document(Path(args.file))
    info = before.details["reranker"]
    if not isinstance(info, dict):
        raise InvalidInput("experiment_without_instructions", name=before.name)
    reranker = args.reranker or str(info["name"])
    bench.search.require_reranker(reranker)
    watch = console.progress("experiment")
    found = reproduced(bench.search, OWNER, before, frozen, reranker, watch)
    if console.as_json:
        console.value(_found_json(before, found))
    else:
        _tell(found, console)
    return 0


def _found_json(before: Experiment, found: Reproduction) -> dict[str, Json]:
    means: dict[str, Json] = {
        name: {"before": one, "after": other} for name, (one, other) in found.means.items()
    }
    return {
        "identity": before.manifest.identity,
        "orders": found.orders,
        "same": found.same,
        "first_changed": found.first,
        "largest_margin_difference": found.margin,
        "nDCG@10": means,
        "differs": list(found.differs),
    }


def _tell(found: Reproduction, console: Console) -> None:
    exact = found.same == found.orders and found.margin == 0.0
    if exact:
        console.line(console.say("ui.experiments.exact", orders=found.orders))
    else:
        margin = f"{found.margin:.3g}"
        counts = {"orders": found.orders, "same": found.same, "first": found.first}
        console.line(console.say("ui.experiments.close", **counts, margin=margin))
    if found.differs:
        names = ", ".join(console.say(f"manifest.{name}") for name in found.differs)
        console.line(console.say("ui.experiments.environment", fields=names))
    for name, (before, after) in found.means.items():
        console.line(f"{name}: nDCG@10 {before:.4f} → {after:.4f}")
