"""The command line: ``python -m workbench VERB …``, one verb a line."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from locale import getlocale
from os import environ
from pathlib import Path

from workbench.assembly import opened
from workbench.cli.ask import rerank, search
from workbench.cli.console import Console
from workbench.cli.documents import ingest, outline, slices
from workbench.cli.evaluate import evaluate
from workbench.cli.machine import doctor, fetch
from workbench.cli.operate import logs, serve, status, stop
from workbench.cli.parser import build_parser
from workbench.domain.errors import WorkbenchError
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
}
WORK: dict[str, Callable[[Workbench, Namespace, Console], int]] = {
    "outline": outline,
    "slice": slices,
    "ingest": ingest,
    "search": search,
    "rerank": rerank,
    "evaluate": evaluate,
    "doctor": doctor,
    "model": fetch,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit status; without a verb, start and open the browser."""
    args = build_parser().parse_args(argv)
    if args.verb is None:
        args = build_parser().parse_args([*(sys.argv[1:] if argv is None else argv), "serve"])
        args.browser = True
    console = Console(language_of_terminal(args.lang), args.json)
    try:
        settings = Settings.from_environment()
        if args.home:
            settings = replace(settings, home=Path(args.home).expanduser().absolute())
        if args.verb in OPERATE:
            return OPERATE[args.verb](settings, args, console)
        with opened(settings) as bench:
            return WORK[args.verb](bench, args, console)
    except WorkbenchError as error:
        console.error(error)
        return 1
    except KeyboardInterrupt:
        return 130


def language_of_terminal(wanted: str | None) -> Tongue:
    """Return the language that was asked for, else that of the environment."""
    spoken = wanted or environ.get("WORKBENCH_LANG") or environ.get("LC_ALL") or environ.get("LANG")
    if not spoken or spoken.startswith(("C", "POSIX")):
        spoken = getlocale()[0] or "en"
    return tongue("zh" if spoken.lower().startswith(("zh", "chinese")) else "en")


if __name__ == "__main__":
    sys.exit(main())
