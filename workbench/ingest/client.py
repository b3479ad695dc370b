"""The parent's side of a reading worker: starts it, listens, and kills it in time."""

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from workbench.domain.columns import ColumnMap, Sheet
from workbench.domain.documents import FileKind, Reading, SlicePolicy
from workbench.domain.errors import Conflict, UnreadableDocument, revive
from workbench.domain.ports import ProgressCall
from workbench.ingest.limits import MIB, Limits
from workbench.ingest.wire import (
    Request,
    reading_from_json,
    request_to_json,
    sheets_from_json,
)

_POLL_SECONDS = 0.2
_WAIT_SECONDS = 5.0
_ROOT = Path(__file__).resolve().parents[2]


class WorkerReader:
    """Reads each file in a process of its own; implements the port ``Reader``.

    ``memory_bytes`` is the worker's address space, ``seconds`` its wall clock. Where the system
    cannot limit memory, the wall clock alone protects.
    """

    def __init__(
        self,
        memory_bytes: int = 2048 * MIB,
        seconds: int = 900,
        file_bytes: int = 100 * MIB,
        page_limit: int = 3000,
    ) -> None:
        self._limits = Limits(file_bytes, page_limit, memory_bytes, seconds)

    def kinds(self) -> tuple[FileKind, ...]:
        """Return the kinds of file that can be read."""
        return ("pdf", "docx", "xlsx", "csv", "html", "markdown", "text")

    def read(
        self,
        path: str,
        name: str,
        document_id: str,
        policy: SlicePolicy,
        *,
        password: str | None = None,
        progress: ProgressCall | None = None,
        cancelled: Callable[[], bool] | None = None,
        columns: ColumnMap | None = None,
    ) -> Reading:
        """Return what was read from the file at ``path``, whose name is ``name``.

        Raises:
            UnreadableDocument: Empty, damaged, locked, too large, of a kind not read, ``too_slow``,
                ``too_hungry`` or ``reader_crashed``.
            InvalidInput: ``columns_missing`` or ``columns_not_table``.
            Conflict: ``cancelled``: the caller no longer wants it.
        """
        absolute = str(Path(path).absolute())
        request = Request(absolute, name, document_id, policy, self._limits, password, columns)
        return reading_from_json(_answer(request, progress, cancelled)["reading"])

    def sheets(self, path: str, name: str, columns: ColumnMap | None = None) -> tuple[Sheet, ...]:
        """Return the columns of the table file at ``path``, sheet by sheet.

        Raises:
            UnreadableDocument: As ``read``.
            InvalidInput: ``columns_not_table``.
        """
        absolute = str(Path(path).absolute())
        request = Request(
            absolute, name, "", SlicePolicy(), self._limits, columns=columns, wanted="sheets"
        )
        return sheets_from_json(_answer(request, None, None)["sheets"])

    def rows(self, path: str, name: str) -> list[list[str]]:
        """Return the rows of the table file at ``path`` as they stand.

        Raises:
            UnreadableDocument: As ``read``, or ``too_many_rows``.
            InvalidInput: ``columns_not_table``.
        """
        absolute = str(Path(path).absolute())
        request = Request(absolute, name, "", SlicePolicy(), self._limits, wanted="rows")
        return [[str(cell) for cell in row] for row in _answer(request, None, None)["rows"]]


def _answer(
    request: Request, progress: ProgressCall | None, cancelled: Callable[[], bool] | None
) -> Mapping[str, Any]:
    """Return the last message of a worker of its own, which is no error."""
    with _worker() as process:
        _ask(process, request)
        message = _listen(process, request.limits, progress, cancelled)
    if "error" in message:
        error = message["error"]
        raise revive(error["kind"], error["code"], error["params"])
    return message


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    """Yield a worker that is certainly gone afterwards.

    ``-m`` puts the working folder on the module path, which finds the package from anywhere.
    """
    process = subprocess.Popen(  # a list, no shell: names and passwords never reach a command line
        [sys.executable, "-m", "workbench.ingest.worker"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        _close(process.stdin)
        _close(process.stdout)


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        try:
            stream.close()
        except BrokenPipeError:
            # The worker died before it read its request; what it was asked is lost with it.
            return


def _ask(process: subprocess.Popen[bytes], request: Request) -> None:
    """Write the request; stdin stays open, for its end tells the worker that the parent died."""
    if process.stdin is None:
        raise UnreadableDocument("reader_crashed", status=None)
    try:
        process.stdin.write(json.dumps(request_to_json(request)).encode("ascii") + b"\n")
        process.stdin.flush()
    except BrokenPipeError as error:
        raise UnreadableDocument("reader_crashed", status=None) from error


def _listen(
    process: subprocess.Popen[bytes],
    limits: Limits,
    progress: ProgressCall | None,
    cancelled: Callable[[], bool] | None,
) -> Mapping[str, Any]:
    """Return the worker's last message, passing its progress on meanwhile."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True).start()
    deadline = time.monotonic() + limits.seconds
    while True:
        if cancelled is not None and cancelled():
            raise Conflict("cancelled")
        left = deadline - time.monotonic()
        if left <= 0:
            raise UnreadableDocument("too_slow", seconds=limits.seconds)
        try:
            line = lines.get(timeout=min(_POLL_SECONDS, left))
        except queue.Empty:
            continue
        if not line.endswith(b"\n"):
            raise _death(process, limits)
        message: Mapping[str, Any] = json.loads(line)
        if "done" not in message:
            return message
        if progress is not None:
            progress(message["done"], message["total"])


def _pump(stdout: IO[bytes] | None, lines: "queue.SimpleQueue[bytes]") -> None:
    """Hand over every line; the empty one at the end says that the worker is gone."""
    for line in stdout or ():
        lines.put(line)
    lines.put(b"")


def _death(process: subprocess.Popen[bytes], limits: Limits) -> UnreadableDocument:
    """Return why a worker ended without an answer, as far as its exit status tells."""
    try:
        status = process.wait(timeout=_WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        status = 0
    if status == -getattr(signal, "SIGXCPU", 0) and status:
        return UnreadableDocument("too_slow", seconds=limits.seconds)
    if status == -getattr(signal, "SIGKILL", 0) and status:
        # Nobody but the system's own out-of-memory killer ends it like this.
        return UnreadableDocument("too_hungry", limit=limits.memory_bytes)
    return UnreadableDocument("reader_crashed", status=status)
