"""The reading worker: one request on stdin, progress and one reading or error on stdout.

    stdin   {"path", "name", "document_id", "policy", "password",                one JSON line
             "limits", "columns", "wanted"}
    stdout  {"done": 3, "total": 27}                                              as pages are read
            {"reading": […]}, {"sheets": […]}, {"rows": […]}                              last line
            or {"error": {"kind", "code", "params"}}

The worker ends when its stdin is closed, so that it never outlives the process that asked.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.domain.errors import UnreadableDocument, WorkbenchError
from workbench.ingest.limits import confine, require_size
from workbench.ingest.reading import read_bytes
from workbench.ingest.table_rows import rows_of
from workbench.ingest.table_sheets import sheets_of
from workbench.ingest.wire import Request, reading_to_json, request_from_json, sheets_to_json

ORPHANED = 3
"""Exit status after stdin was closed before the answer was written."""

Send = Callable[[dict[str, Any]], None]


def main() -> int:
    """Return 0 after one answer was written, whether a reading or an error."""
    # Ctrl-C in a terminal reaches the whole group; the parent decides what becomes of this work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = sys.stdin.buffer.readline()
    if not line.strip():
        return ORPHANED
    threading.Thread(target=_end_with_parent, args=(sys.stdin.fileno(),), daemon=True).start()
    send = _sender()
    request = request_from_json(json.loads(line))
    confine(request.limits)
    send(answer(request, send))
    return 0


def answer(request: Request, send: Send) -> dict[str, Any]:
    """Return the last line: the reading, the sheets or the rows, or the error that ended it."""
    try:
        data = _contents(request)
        if request.wanted == "sheets":
            found = sheets_of(data, request.name, request.limits, request.columns)
            return {"sheets": sheets_to_json(found)}
        if request.wanted == "rows":
            return {"rows": rows_of(data, request.name, request.limits)}
        reading = read_bytes(
            data,
            request.name,
            request.document_id,
            request.policy,
            request.limits,
            request.password,
            progress=lambda done, total: send({"done": done, "total": total}),
            columns=request.columns,
        )
        return {"reading": reading_to_json(reading)}
    except MemoryError:
        limit = request.limits.memory_bytes
        return _error(UnreadableDocument("too_hungry", limit=limit))
    except RecursionError:
        return _error(UnreadableDocument("damaged"))
    except WorkbenchError as error:
        return _error(error)


def _contents(request: Request) -> bytes:
    path = Path(request.path)
    try:
        require_size(path.stat().st_size, request.limits)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument("file_missing", name=request.name) from error


def _error(error: WorkbenchError) -> dict[str, Any]:
    kind = type(error).__name__
    return {"error": {"kind": kind, "code": error.code, "params": error.params}}


def _sender() -> Send:
    """Return a function that writes JSON lines where stdout was; prints of libraries go astray."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr

    def send(message: dict[str, Any]) -> None:
        out.write(json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n")
        out.flush()

    return send


def _end_with_parent(stdin: int) -> None:
    # The bare descriptor: a thread inside sys.stdin holds its lock and aborts a normal exit.
    while os.read(stdin, 1024):
        continue
    os._exit(ORPHANED)


if __name__ == "__main__":
    sys.exit(main())
