"""Servers that a benchmark starts, each in a process of its own on a home and a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load_host import CALLS, FOLDER, PROCESS, TRIGGER

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of a model host that compute, and how many texts they held."""

    count: int
    texts: int
    tokens: int
    seconds: float

    def since(self, before: "Calls") -> "Calls":
        """Return what came after ``before``."""
        return Calls(
            self.count - before.count,
            self.texts - before.texts,
            self.tokens - before.tokens,
            self.seconds - before.seconds,
        )


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: where it listens, and the folder in which its model host writes."""

    address: str
    folder: Path

    def calls(self) -> Calls:
        """Return what the model host has computed so far."""
        file = self.folder / CALLS
        lines = file.read_text(encoding="ascii").splitlines() if file.is_file() else []
        rows = [line.split() for line in lines]
        return Calls(
            len(rows),
            sum(int(row[1]) for row in rows),
            sum(int(row[2]) for row in rows),
            sum(float(row[3]) for row in rows),
        )

    def host(self) -> int:
        """Return the process number of the model host that was started last."""
        return int((self.folder / PROCESS).read_text(encoding="ascii"))

    def kill_host(self) -> None:
        """End the model host as a crash would."""
        os.kill(self.host(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def run_out_of_memory(self) -> None:
        """Let the next pass through the model fail for want of memory."""
        (self.folder / TRIGGER).touch()

    def ran_out_of_memory(self) -> bool:
        """Return whether that has happened, if it was asked for."""
        return not (self.folder / TRIGGER).exists()


@contextmanager
def serving(arm: str, folder: Path, settings: Mapping[str, str]) -> Iterator[Served]:
    """Give the server of one arm, ready to answer, and stop it afterwards.

    Raises:
        TimeoutError: It did not answer in two minutes; its last lines are part of the message.
    """
    folder.mkdir(parents=True)
    port = _free_port()
    # What the caller's own workbench is set to must not reach this one.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WORKBENCH_")}
    environ = {
        **kept,
        **settings,
        "WORKBENCH_HOME": str(folder / "home"),
        "WORKBENCH_PORT": str(port),
        FOLDER: str(folder),
    }
    with (folder / "server.txt").open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load_server", arm],
            cwd=ROOT,
            env=environ,
            stdout=told,
            stderr=told,
        )
    served = Served(f"http://127.0.0.1:{port}", folder)
    try:
        _wait(served, process)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(served: Served, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{served.address}/health", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    lines = (served.folder / "server.txt").read_text(encoding="utf-8", errors="replace")
    raise TimeoutError(f"The server did not start: {lines[-2000:]}")
