"""One running model host: a process that is started, spoken to, and stopped."""

import contextlib
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import IO, BinaryIO, cast

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.models.frames import Header, read_frame, write_frame
from workbench.models.watchdog import FLOOR, Watchdog

ROOT = Path(__file__).resolve().parents[2]
FAILED = "model_host_failed"
"""Code of the error after which the call may be made again on another child."""

_LAST_LINES = 40
_STOP_SECONDS = 2.0


class Child:
    """The process; one thread at a time may call ``exchange``, any thread may call ``stop``."""

    def __init__(
        self, threads: int, command: Sequence[str] = (), *, stall_seconds: float = FLOOR
    ) -> None:
        host = [sys.executable, "-m", "workbench.models.host", "--threads", str(threads)]
        # The working folder is where -m finds the package, wherever this process was started.
        self._process = subprocess.Popen(
            list(command) or host,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._busy = False
        self._stall_seconds = stall_seconds
        self._stalled = False
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._listener = threading.Thread(
            target=_keep_lines, args=(_open(self._process.stderr), self._lines), daemon=True
        )
        self._listener.start()

    @property
    def pid(self) -> int:
        """Return the process's number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    @property
    def stalled(self) -> bool:
        """Return whether it was killed because it gave no more sign of life."""
        return self._stalled

    @property
    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines that it wrote on standard error, at most 40."""
        return tuple(self._lines)

    def exchange(
        self, header: Header, payload: bytes, seconds: float, *, beats: bool = False
    ) -> tuple[Header, bytes]:
        """Return the answer to one frame; after ``seconds`` the process is killed.

        It is killed too when it stops giving signs of life: where ``beats`` says that this call has
        them, from the start, else after its first one.

        Raises:
            DeadlineExceeded: ``answer_too_late``; the process is gone.
            Unavailable: ``model_host_failed`` where it ended, hung, or its answer was broken;
                ``frame_too_large`` where nothing was sent.
        """
        started = time.monotonic()
        watchdog = Watchdog(self._process.kill, seconds, self._stall_seconds, expected=beats)
        self._busy = True
        try:
            with watchdog:
                return self._exchange(header, payload, watchdog)
        except Unavailable as error:
            if error.code != FAILED or watchdog.ended is None:
                raise
            if watchdog.ended == "late":
                passed = round(time.monotonic() - started, 1)
                raise DeadlineExceeded("answer_too_late", seconds=passed) from error
            self._stalled = True
            detail = f"it stopped answering: no sign of life for {watchdog.patience:.0f} s"
            raise Unavailable(FAILED, **{**error.params, "detail": detail}) from error
        finally:
            self._busy = False

    def _exchange(self, header: Header, payload: bytes, watchdog: Watchdog) -> tuple[Header, bytes]:
        try:
            write_frame(_open(self._process.stdin), header, payload)
        except OSError as error:
            raise self._failure() from error
        try:
            answer = read_frame(_open(self._process.stdout))
            while "beat" in answer[0]:
                watchdog.sign(answer[0])
                answer = read_frame(_open(self._process.stdout))
        except (OSError, Unavailable) as error:
            raise self._failure() from error
        return answer

    def _failure(self) -> Unavailable:
        """Return the error with the last line that the process wrote before it ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):  # it may live on with a broken stream
            self._process.wait(_STOP_SECONDS)
        self._listener.join(_STOP_SECONDS)
        detail = self._lines[-1] if self._lines else ""
        return Unavailable(FAILED, attempts=1, status=self._process.poll(), detail=detail[:300])

    def stop(self) -> None:
        """End the process: by closing its input, or by force while it computes."""
        if self._busy:
            self._process.kill()
        _close(self._process.stdin)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(_STOP_SECONDS)

    def release(self) -> None:
        """Close what is left of a stopped process; nobody may be reading from it any more."""
        _close(self._process.stdout)
        _close(self._process.stderr)


def _open(stream: IO[bytes] | None) -> BinaryIO:
    if stream is None:
        raise Unavailable(FAILED, attempts=1, status=None, detail="no pipe")
    return cast("BinaryIO", stream)


def _close(stream: IO[bytes] | None) -> None:
    # What could not be delivered to a dead process is lost with it.
    with contextlib.suppress(OSError):
        _open(stream).close()


def _keep_lines(stream: BinaryIO, lines: deque[str]) -> None:
    for line in stream:
        text = line.decode("utf-8", "replace").strip()
        if text:
            lines.append(text)
