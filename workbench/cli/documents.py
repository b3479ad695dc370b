"""outline, slice and ingest: files in, chapter trees and chunks out."""

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.documents import Reading, SlicePolicy
from workbench.domain.errors import Conflict, InvalidInput, NotFound, WorkbenchError
from workbench.domain.experiments import Json
from workbench.domain.text import display_name
from workbench.services.batches import is_hidden
from workbench.services.shapes import chunk_json, section_json
from workbench.services.uploads import KINDS, TABLE_ENDINGS, Upload
from workbench.services.workbench import Workbench
from workbench.words.say import say_error


def outline(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Print the chapter tree of a file."""
    policy = SlicePolicy(ignore_bookmarks=args.ignore_bookmarks)
    sections = [s for s in _read(bench, args, console, policy).sections if s.level > 0]
    if console.as_json:
        console.value([section_json(section) for section in sections])
        return 0
    if not sections:
        console.hint(console.say("cli.outline_empty", file=args.file))
    for section in sections:
        page = f"  p. {section.page}" if section.page else ""
        console.line(f"{'  ' * (section.level - 1)}{section.title}{page}  [{section.source}]")
    return 0


def slices(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Print the chunks of a file."""
    policy = SlicePolicy(mode=args.mode)
    chunks = _read(bench, args, console, policy, _columns(args)).chunks
    if console.as_json:
        console.value([chunk_json(chunk) for chunk in chunks])
        return 0
    console.hint(console.say("cli.slice_ids"))
    for chunk in chunks:
        page = f"p. {chunk.page_start}" if chunk.page_start else ""
        console.line(f"── {' › '.join(chunk.path)}  {page}  ({chunk.tokens} tokens)")
        console.line(chunk.text)
    return 0


def _read(
    bench: Workbench,
    args: argparse.Namespace,
    console: Console,
    policy: SlicePolicy,
    columns: ColumnMap | None = None,
) -> Reading:
    path = Path(args.file)
    progress = console.progress(display_name(path.name))
    reading = bench.slicing.read(
        OWNER, path, policy, password=_password(args), progress=progress, columns=columns
    )
    for notice in reading.edition.notices:
        console.note(notice)
    return reading


def _columns(args: argparse.Namespace) -> ColumnMap | None:
    """Return the columns that were named, for every sheet that has them; None where none was."""
    text, context = tuple(args.text), tuple(args.context)
    if args.question is None and not text and not context:
        return None
    return ColumnMap((SheetColumns(None, args.question, text, context),))


def _password(args: argparse.Namespace) -> str | None:
    """Return the password typed at a prompt; it never stands on the command line."""
    if not args.password:
        return None
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def ingest(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Read files and folders into a corpus; 0 where anything was added or skipped."""
    files, columns = list(_files(args.paths)), _columns(args)
    if not files:
        raise InvalidInput("no_files", kinds=" ".join(KINDS))
    password = _password(args)
    corpus = bench.corpora.obtain(OWNER, args.corpus)
    result: dict[str, list[Json]] = {"added": [], "skipped": [], "failed": []}
    seen: set[str] = set()
    for path in files:
        if display_name(path.name) in seen:
            # Two documents of one name in a corpus would be two editions of one.
            place, row = _failed(path.name, InvalidInput("name_twice", path=str(path)), console)
            result[place].append(row)
            continue
        chosen = columns if path.suffix.lower() in TABLE_ENDINGS else None
        place, row = _ingest_one(bench, corpus.corpus_id, path, password, chosen, console)
        result[place].append(row)
        seen.add(display_name(path.name))
    removed = _sync(bench, corpus.corpus_id, seen) if args.sync else []
    job = None if args.no_vectors else _embed(bench, corpus.corpus_id, console)
    if console.as_json:
        console.value({"corpus": corpus.name, **result, "removed": removed, "vectors": job})
    return 0 if result["added"] or result["skipped"] else 1


def _files(paths: list[str]) -> Iterator[Path]:
    for given in map(Path, paths):
        if given.is_dir():
            found = (p for p in given.rglob("*") if p.suffix.lower() in KINDS and p.is_file())
            yield from sorted(p for p in found if not is_hidden(str(p.relative_to(given))))
        elif given.exists():
            yield given
        else:
            raise NotFound("path_missing", path=os.fspath(given))


def _ingest_one(
    bench: Workbench,
    corpus_id: str,
    path: Path,
    password: str | None,
    columns: ColumnMap | None,
    console: Console,
) -> tuple[str, dict[str, Json]]:
    name = display_name(path.name)
    try:
        upload = bench.uploads.ingest_now(
            OWNER,
            corpus_id,
            path.name,
            path.read_bytes(),
            password=password,
            columns=columns,
            watch=console.progress(name),
        )
    except WorkbenchError as error:
        return _failed(name, error, console)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _failed(name, InvalidInput("path_unreadable", reason=reason), console)
    return _told(name, upload, bench, console)


def _told(
    name: str, upload: Upload, bench: Workbench, console: Console
) -> tuple[str, dict[str, Json]]:
    if upload.skipped:
        console.note(upload.skipped)
        return "skipped", {"file": name, "code": upload.skipped.code}
    job = upload.job
    if job is not None and job.state == "cancelled":
        return _failed(name, Conflict("cancelled"), console)
    if job is None or job.outcome is None:
        return _failed(name, WorkbenchError("job_crashed", type="unknown"), console)
    if job.state != "done" or job.result is None:
        return _failed(name, WorkbenchError(job.outcome.code, **job.outcome.params), console)
    document = bench.corpora.document(OWNER, job.result)
    told = console.say(f"notice.{job.outcome.code}", **job.outcome.params)
    console.hint(told if name in told else f"{name}: {told}")
    row: dict[str, Json] = {
        "file": name,
        "document": document.document_id,
        "chunks": document.chunks,
        "code": job.outcome.code,
    }
    return "added", row


def _failed(name: str, error: WorkbenchError, console: Console) -> tuple[str, dict[str, Json]]:
    message = say_error(error, console.language)
    console.hint(f"{name}: {message}")
    return "failed", {"file": name, "code": error.code, "message": message}


def _sync(bench: Workbench, corpus_id: str, seen: set[str]) -> list[Json]:
    """Take documents whose file is gone out of the corpus; they can be restored."""
    gone = [d for d in bench.corpora.documents(OWNER, corpus_id) if d.name not in seen]
    for document in gone:
        bench.corpora.delete_document(OWNER, document.document_id)
    return [document.name for document in gone]


def _embed(bench: Workbench, corpus_id: str, console: Console) -> str:
    try:
        job = bench.embedding.now(OWNER, corpus_id, console.progress(console.say("cli.embedder")))
    except Conflict as error:
        console.error(error)
        return "elsewhere"
    if job is None:
        console.hint(console.say("notice.dense_unavailable", reason="embedder_missing"))
        return "unavailable"
    return job.state
