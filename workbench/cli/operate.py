"""serve, status, stop and logs: run the workbench and look after it."""

import argparse
import contextlib
import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer

from workbench.cli.console import Console
from workbench.domain.errors import Conflict, InvalidInput, NotFound
from workbench.domain.experiments import Json
from workbench.logbook import Logbook
from workbench.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
STOP_SECONDS = 20.0
NOTE = "server.json"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that noted itself in the home folder; ``alive`` where its process exists."""

    pid: int
    host: str
    port: int
    alive: bool

    @property
    def address(self) -> str:
        """Return where its pages are."""
        return f"http://{self.host}:{self.port}"


def serve(
    settings: Settings,
    args: argparse.Namespace,
    console: Console,
    run: Callable[[Settings], None],
) -> int:
    """Serve pages and API with ``run`` until stopped."""
    chosen = replace(settings, host=args.host or settings.host, port=args.port or settings.port)
    if chosen.host not in LOOPBACK:
        raise InvalidInput("host_not_loopback", host=chosen.host)
    _require_free(chosen)
    running = find_running(chosen.home)
    if running and running.alive:
        raise Conflict("already_serving", address=running.address, pid=running.pid)
    note = chosen.home / NOTE
    chosen.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    note.write_text(json.dumps({"pid": os.getpid(), "host": chosen.host, "port": chosen.port}))
    console.hint(console.say("cli.serving", address=f"http://{chosen.host}:{chosen.port}"))
    if args.browser:
        opening = Timer(3.0, webbrowser.open, [f"http://{chosen.host}:{chosen.port}"])
        opening.daemon = True
        opening.start()
    try:
        run(chosen)
    finally:
        note.unlink(missing_ok=True)
    return 0


def _require_free(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Conflict("port_taken", port=settings.port) from error


def find_running(home: Path) -> Running | None:
    """Return the server that was started on this home, or None where none is noted."""
    note = home / NOTE
    if not note.exists():
        return None
    try:
        found = json.loads(note.read_text())
        pid, host, port = int(found["pid"]), str(found["host"]), int(found["port"])
    except (ValueError, KeyError, TypeError):
        return None
    # In a container a new server may have the number of the one that was killed: its own.
    return Running(pid, host, port, pid != os.getpid() and _alive(pid))


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return _answers_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _answers_on_windows(pid: int) -> bool:
    # os.kill(pid, 0) would end the process there.
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(0x1000, False, pid)
    if not handle:
        return False
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == 259


def status(settings: Settings, args: argparse.Namespace, console: Console) -> int:
    """Say whether a server runs on this home and answers; 1 where it does not."""
    running = find_running(settings.home)
    healthy = bool(running and running.alive and _healthy(running))
    if console.as_json:
        value: dict[str, Json] = {"running": bool(running and running.alive), "healthy": healthy}
        if running:
            value |= {"pid": running.pid, "address": running.address}
        console.value(value)
    elif running and running.alive:
        code = "cli.status_healthy" if healthy else "cli.status_silent"
        console.line(console.say(code, address=running.address, pid=running.pid))
    else:
        console.line(console.say("cli.status_stopped", home=str(settings.home)))
    return 0 if healthy else 1


def _healthy(running: Running) -> bool:
    try:
        with urllib.request.urlopen(f"{running.address}/health", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def stop(settings: Settings, args: argparse.Namespace, console: Console) -> int:
    """Stop the server that runs on this home and wait until it has ended."""
    running = find_running(settings.home)
    if running is None or not running.alive:
        raise NotFound("not_serving", home=str(settings.home))
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _alive(running.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    if _alive(running.pid):
        raise Conflict("still_stopping", pid=running.pid, seconds=int(STOP_SECONDS))
    # The server cannot take its own note away: its runner ends the process on the signal.
    (settings.home / NOTE).unlink(missing_ok=True)
    if console.as_json:
        console.value({"stopped": running.pid})
    else:
        console.line(console.say("cli.stopped", pid=running.pid))
    return 0


def logs(settings: Settings, args: argparse.Namespace, console: Console) -> int:
    """Print the newest lines of the log; with ``-f`` go on until Ctrl-C."""
    log = Logbook(settings.home)
    lines = log.tail(args.lines)
    if console.as_json:
        console.value([json.loads(line) for line in lines])
        return 0
    for line in lines:
        console.line(line)
    if args.follow:
        with contextlib.suppress(KeyboardInterrupt):
            for line in log.follow():
                console.line(line)
    return 0
