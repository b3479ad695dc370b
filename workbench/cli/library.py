"""samples and questions: libraries that come with the product, and question sets with labels."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.domain.errors import WorkbenchError
from workbench.domain.experiments import Json
from workbench.domain.jobs import Job
from workbench.services.label_import import Imported
from workbench.services.samples import Loaded, Sample
from workbench.services.workbench import Workbench
from workbench.words.say import say_error

POLL_SECONDS = 0.2


def samples(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """List the sample libraries, load or remove those named (loading takes all by default)."""
    if args.act == "list":
        return _list(bench, console)
    known = [one.sample_id for one in bench.samples.list(OWNER)]
    failed = 0
    for name in args.names or known:
        if args.act == "remove":
            bench.samples.remove(OWNER, name)
        else:
            loaded = bench.samples.load(OWNER, name, console.language)
            failed += _await(bench, loaded, console)
    if console.as_json:
        console.value({"samples": [_sample_json(one) for one in bench.samples.list(OWNER)]})
    return 1 if failed else 0


def _list(bench: Workbench, console: Console) -> int:
    found = bench.samples.list(OWNER)
    if console.as_json:
        console.value({"samples": [_sample_json(one) for one in found]})
        return 0
    for one in found:
        state = one.corpus.name if one.corpus else "–"
        console.line(f"{one.sample_id}  {one.name[console.language]}  {state}")
    return 0


def _sample_json(one: Sample) -> dict[str, Json]:
    return {
        "id": one.sample_id,
        "name": dict(one.name),
        "documents": list(one.documents),
        "corpus": one.corpus.name if one.corpus else None,
    }


def _await(bench: Workbench, loaded: Loaded, console: Console) -> int:
    """Wait until the library's jobs have ended, and return how many of them failed."""
    waiting: Sequence[Job] = loaded.jobs
    shown = console.progress(loaded.corpus.name)
    while active := [job for job in waiting if bench.jobs.get(OWNER, job.job_id).active]:
        shown(len(waiting) - len(active), len(waiting))
        time.sleep(POLL_SECONDS)
    shown(len(waiting), len(waiting))
    while bench.jobs.active("embed", loaded.corpus.corpus_id):
        time.sleep(POLL_SECONDS)
    ended = [bench.jobs.get(OWNER, job.job_id) for job in waiting]
    for job in ended:
        if job.state == "failed" and job.outcome:
            console.error(WorkbenchError(job.outcome.code, **job.outcome.params))
        elif job.outcome:
            console.note(job.outcome)
    return sum(job.state != "done" for job in ended)


def questions(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Take a folder of questions with labels in, or list the question sets."""
    if args.act == "list":
        return _list_sets(bench, console)
    if args.act == "export":
        return _export_set(bench, args, console)
    corpus = bench.corpora.by_name(OWNER, args.corpus)
    folder = Path(args.folder)
    name = args.name or folder.resolve().name
    if folder.is_file():
        return _import_file(bench, folder, args.name or folder.stem, corpus.corpus_id, console)
    found = bench.questions.take_in(OWNER, folder, corpus.corpus_id, name, args.judge)
    for label in found.lost:
        console.hint(
            console.say(
                "cli.label_lost",
                line=label.line,
                document=label.document,
                section=label.section,
                quote=label.quote,
            )
        )
    if console.as_json:
        console.value(_imported_json(found))
    else:
        console.line(
            console.say(
                "notice.labels_lost" if found.lost else "notice.labels_taken_in",
                name=name,
                queries=found.queries,
                labels=found.labels + found.known,
                lost=len(found.lost),
            )
        )
    return 1 if found.lost else 0


def _export_set(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    found = bench.label_export.by_name(OWNER, args.set)
    data = bench.review.table(OWNER, found, gaps=args.gaps)
    Path(args.file).write_bytes(data)
    count = sum(1 for entry in found.queries if not (args.gaps and entry.answerable))
    if console.as_json:
        console.value({"query_set": found.query_set_id, "file": args.file, "queries": count})
    else:
        console.line(console.say("cli.questions_written", count=count, path=args.file))
    return 0


def _import_file(bench: Workbench, path: Path, name: str, corpus_id: str, console: Console) -> int:
    """Add the questions of a file to the set of that name, which is made where there is none."""
    read = bench.question_sets.read(OWNER, path.name, path.read_bytes())
    known = [
        one
        for one in bench.question_sets.all(OWNER)
        if (one.name, one.corpus_id) == (name, corpus_id)
    ]
    query_set = known[0] if known else bench.question_sets.create(OWNER, name, corpus_id)
    found = bench.question_sets.add(OWNER, query_set, read.questions)
    for one in found.refused:
        reason = say_error(one.error, console.language)
        console.hint(console.say("cli.labels_line", line=one.line, reason=reason))
    counts = {"fresh": found.fresh, "known": found.known, "refused": len(found.refused)}
    if console.as_json:
        version = found.query_set.version
        console.value({"query_set": query_set.query_set_id, "version": version, **counts})
    else:
        console.line(console.say("cli.questions_added", name=name, **counts))
    return 1 if found.refused else 0


def _imported_json(found: Imported) -> dict[str, Json]:
    return {
        "query_set": found.query_set.query_set_id,
        "name": found.query_set.name,
        "version": found.query_set.version,
        "queries": found.queries,
        "instructions": found.instructions,
        "labels_added": found.labels,
        "labels_known": found.known,
        "lost": [dict(asdict(label)) for label in found.lost],
    }


def _list_sets(bench: Workbench, console: Console) -> int:
    rows: list[Json] = [
        {
            "query_set": one.query_set.query_set_id,
            "name": one.query_set.name,
            "version": one.query_set.version,
            "corpus": one.corpus.name,
            "queries": len(one.query_set.queries),
            "labels": one.labels,
        }
        for one in bench.questions.sets(OWNER)
    ]
    if console.as_json:
        console.value({"sets": rows})
        return 0
    for one in bench.questions.sets(OWNER):
        console.line(
            f"{one.query_set.name}  {one.corpus.name}  {len(one.query_set.queries)}  {one.labels}"
        )
    return 0
