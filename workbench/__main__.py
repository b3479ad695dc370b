"""The command line: ``python -m workbench VERB …``, one verb a line."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import TextIOWrapper
from locale import getlocale
from os import environ
from pathlib import Path

from workbench.assembly import opened
from workbench.cli.ask import rerank, search
from workbench.cli.bench import bench
from workbench.cli.compare import compare, sensitivity
from workbench.cli.console import Console
from workbench.cli.documents import ingest, outline, slices
from workbench.cli.evaluate import evaluate
from workbench.cli.experiments import experiment
from workbench.cli.glossary import glossary
from workbench.cli.labels import labels
from workbench.cli.library import questions, samples
from workbench.cli.machine import doctor, fetch
from workbench.cli.operate import logs, serve, status, stop
from workbench.cli.parser import build_parser
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.words.say import Tongue, tongue


def serving(settings: Settings, args: Namespace, console: Console) -> int:
    """Serve until stopped; only this verb brings in Streamlit."""
    from workbench.server import run

    return serve(settings, args, console, run)


OPERATE: dict[str, Callable[[Settings, Namespace, Console], int]] = {
    "serve": serving,
    "status": status,
    "stop": stop,
    "logs": logs,
    "bench": bench,
}
WORK: dict[str, Callable[[Workbench, Namespace, Console], int]] = {
    "outline": outline,
    "slice": slices,
    "ingest": ingest,
    "search": search,
    "rerank": rerank,
    "evaluate": evaluate,
    "compare": compare,
    "sensitivity": sensitivity,
    "samples": samples,
    "questions": questions,
    "labels": labels,
    "experiment": experiment,
    "glossary": glossary,
    "doctor": doctor,
    "model": fetch,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit status; without a verb, start and open the browser."""
    args = build_parser().parse_args(argv)
    if args.verb is None:
        args = build_parser().parse_args([*(sys.argv[1:] if argv is None else argv), "serve"])
        args.browser = True
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A pipe on Windows speaks a code page that has no Chinese.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    console = Console(language_of_terminal(args.lang), args.json)
    try:
        return run(args, console)
    except WorkbenchError as error:
        console.error(error)
    except BrokenPipeError:
        return 1  # the reader of our output has gone; there is nobody to tell
    except OSError as error:
        reason = error.strerror or type(error).__name__
        console.error(InvalidInput("path_unreadable", reason=reason))
    except KeyboardInterrupt:
        return 130
    return 1


def run(args: Namespace, console: Console) -> int:
    """Run one verb on the home that the arguments or the environment name."""
    settings = Settings.from_environment()
    if args.home:
        settings = replace(settings, home=Path(args.home).expanduser().absolute())
    if args.verb in OPERATE:
        return OPERATE[args.verb](settings, args, console)
    with opened(settings) as workbench:
        return WORK[args.verb](workbench, args, console)


def language_of_terminal(wanted: str | None) -> Tongue:
    """Return the language that was asked for, else that of the environment."""
    spoken = wanted or environ.get("WORKBENCH_LANG") or environ.get("LC_ALL") or environ.get("LANG")
    if not spoken or spoken.startswith(("C", "POSIX")):
        spoken = getlocale()[0] or "en"
    return tongue("zh" if spoken.lower().startswith(("zh", "chinese")) else "en")


if __name__ == "__main__":
    sys.exit(main())
