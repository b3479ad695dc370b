"""labels: what judges said of a question set, written to a file, and taken in from one."""

import argparse
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Json
from workbench.domain.judgements import QuerySet
from workbench.services.label_files import Mapped
from workbench.services.workbench import Workbench
from workbench.words.say import say_error


def labels(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Write the labels of a question set to a file, or take some in."""
    found = bench.label_export.by_name(OWNER, args.set)
    act = _export if args.act == "export" else _import
    return act(bench, found, args, console)


def _export(bench: Workbench, found: QuerySet, args: argparse.Namespace, console: Console) -> int:
    count = _written(bench, found.query_set_id, args)
    if console.as_json:
        console.value({"query_set": found.query_set_id, "file": args.file, "labels": count})
    else:
        console.line(console.say("cli.labels_written", count=count, path=args.file))
    return 0


def _written(bench: Workbench, query_set_id: str, args: argparse.Namespace) -> int:
    """Write the file, or for BEIR the folder, and return the number of grades."""
    path = Path(args.file)
    if args.format == "beir":
        files, count = bench.label_export.beir(OWNER, query_set_id)
        path.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (path / name).write_bytes(data)
        return count
    if args.format == "trec":
        text, count = bench.label_export.qrels(OWNER, query_set_id, args.criterion)
        data = text.encode()
    elif args.format == "quepid":
        data, count = bench.label_export.quepid(OWNER, query_set_id, args.criterion)
    else:
        data, count = bench.label_export.table(OWNER, query_set_id)
    path.write_bytes(data)
    return count


def _import(bench: Workbench, found: QuerySet, args: argparse.Namespace, console: Console) -> int:
    criterion = _criterion(bench, found, args.criterion)
    judge = args.judge or OWNER.id
    mapped = bench.label_files.preview(
        OWNER, found, criterion, Path(args.file), judge, one_is_right=args.one_is_right
    )
    if not args.dry_run:
        bench.label_files.keep(OWNER, mapped)
    if console.as_json:
        console.value(_mapped_json(mapped, found, criterion, console, dry=args.dry_run))
    else:
        _tell(mapped, console, dry=args.dry_run, right=args.one_is_right)
    return 1 if mapped.refused else 0


def _criterion(bench: Workbench, found: QuerySet, wanted: str | None) -> str:
    """Return the criterion of that text or id; without one the set's most labelled."""
    known = bench.label_queues.criteria(OWNER, found)
    named = [one for one in known if wanted in (None, one.criterion_id, one.text)]
    if not named:
        told = ", ".join(one.text for one in known) or "–"
        raise InvalidInput("criterion_unknown_here", name=wanted or "–", known=told)
    return named[0].criterion_id


def _tell(mapped: Mapped, console: Console, *, dry: bool, right: bool) -> None:
    for line, error in mapped.refused:
        reason = say_error(error, console.language)
        console.hint(console.say("cli.labels_line", line=line, reason=reason))
    console.line(console.say("cli.labels_mapped", **mapped.counts))
    if mapped.binary and not right:
        console.hint(console.say("cli.labels_binary"))
    if dry:
        console.line(console.say("cli.labels_dry"))


def _mapped_json(
    mapped: Mapped, found: QuerySet, criterion: str, console: Console, *, dry: bool
) -> dict[str, Json]:
    refused: list[Json] = [
        {"line": line, "code": error.code, "message": say_error(error, console.language)}
        for line, error in mapped.refused
    ]
    return {
        "query_set": found.query_set_id,
        "criterion": criterion,
        "format": mapped.format,
        **mapped.counts,
        "refused": refused,
        "binary": mapped.binary,
        "dry_run": dry,
    }
