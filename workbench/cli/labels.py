"""labels export: what judges said of a question set, as a file."""

import argparse
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench


def labels(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Write the labels of a question set to a file, as a table or for TREC's tools."""
    found = bench.label_export.by_name(OWNER, args.set)
    if args.format == "trec":
        text, count = bench.label_export.qrels(OWNER, found.query_set_id, args.criterion)
        data = text.encode()
    else:
        data, count = bench.label_export.table(OWNER, found.query_set_id)
    Path(args.file).write_bytes(data)
    if console.as_json:
        console.value({"query_set": found.query_set_id, "file": args.file, "labels": count})
    else:
        console.line(console.say("cli.labels_written", count=count, path=args.file))
    return 0
