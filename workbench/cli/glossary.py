"""glossary: the Chinese and English terms of a corpus, listed, taken from a file, written out."""

import argparse
import sys
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.domain.documents import Notice
from workbench.domain.errors import NotFound
from workbench.domain.experiments import Json
from workbench.domain.glossaries import GlossaryEntry
from workbench.services.glossaries import Preview
from workbench.services.workbench import Workbench


def glossary(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """List the entries of a corpus's glossary, import a file, or export one."""
    corpus = bench.corpora.by_name(OWNER, args.corpus)
    act = {"list": _list, "import": _import, "export": _export}[args.act]
    return act(bench, corpus.corpus_id, args, console)


def _list(bench: Workbench, corpus_id: str, args: argparse.Namespace, console: Console) -> int:
    entries = bench.glossaries.get(OWNER, corpus_id).entries
    if console.as_json:
        console.value({"corpus": args.corpus, "entries": [_entry_json(one) for one in entries]})
    elif entries:
        console.table([(one.zh, one.en, one.note) for one in entries])
    else:
        console.hint(console.say("cli.glossary_empty"))
    return 0


def _import(bench: Workbench, corpus_id: str, args: argparse.Namespace, console: Console) -> int:
    """Take a file in; the status is 1 where rows had to be left out."""
    path = Path(args.file)
    if not path.is_file():
        raise NotFound("path_missing", path=args.file)
    preview = bench.glossaries.preview(OWNER, corpus_id, path.read_bytes(), keep=args.keep)
    if not args.dry_run:
        bench.glossaries.take_in(OWNER, corpus_id, preview)
    for notice in (*preview.notices, *preview.repeated, *preview.problems):
        console.note(notice)
    if console.as_json:
        console.value(_preview_json(preview, args))
    else:
        console.line(
            console.say(
                "cli.glossary_preview" if args.dry_run else "cli.glossary_taken_in",
                added=len(preview.changes.added),
                changed=len(preview.changes.changed),
                removed=len(preview.changes.removed),
                total=len(preview.entries),
            )
        )
    return 1 if preview.problems else 0


def _export(bench: Workbench, corpus_id: str, args: argparse.Namespace, console: Console) -> int:
    """Write the entries to a file, or to standard output where none is named."""
    data = bench.glossaries.export(OWNER, corpus_id)
    count = bench.glossaries.count(OWNER, [corpus_id])
    if args.file:
        Path(args.file).write_bytes(data)
        if console.as_json:
            console.value({"corpus": args.corpus, "file": args.file, "entries": count})
        else:
            console.hint(console.say("cli.glossary_written", count=count, path=args.file))
    elif console.as_json:
        return _list(bench, corpus_id, args, console)
    else:
        sys.stdout.write(data.decode("utf-8-sig"))
    return 0


def _entry_json(entry: GlossaryEntry) -> dict[str, Json]:
    return {"zh": entry.zh, "en": entry.en, "note": entry.note}


def _preview_json(preview: Preview, args: argparse.Namespace) -> dict[str, Json]:
    changes = preview.changes
    return {
        "corpus": args.corpus,
        "dry_run": args.dry_run,
        "added": [_entry_json(one) for one in changes.added],
        "changed": [
            {"before": _entry_json(before), "after": _entry_json(after)}
            for before, after in changes.changed
        ],
        "removed": [_entry_json(one) for one in changes.removed],
        "entries": len(preview.entries),
        "left_out": [_notice_json(one) for one in preview.problems],
        "repeated": [_notice_json(one) for one in preview.repeated],
    }


def _notice_json(notice: Notice) -> dict[str, Json]:
    return {"code": notice.code, **notice.params}
