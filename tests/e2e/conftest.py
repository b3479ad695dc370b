"""A server on a fresh home, a browser, and a second origin that counts who reaches it."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running workbench."""

    process: "subprocess.Popen[bytes]"
    address: str
    home: Path


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server; a test may give more of its environment as the fixture's parameter."""
    port, home = free_port(), tmp_path / "home"
    environment = os.environ | {"HF_HOME": str(tmp_path / "hf"), "PYTHONPATH": str(ROOT)}
    environment |= getattr(request, "param", {})
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "serve", "--port", str(port), "--home", str(home)],
        cwd=tmp_path,
        env=environment,
        stdout=log,
        stderr=log,
    )
    made = Server(process, f"http://127.0.0.1:{port}", home)
    deadline = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(f"{made.address}/health", timeout=5).close()
            break
        except OSError:
            assert process.poll() is None, (tmp_path / "server.log").read_text()
            assert time.monotonic() < deadline, "the server did not start within 90 seconds"
            time.sleep(0.2)
    yield made
    if process.poll() is None:
        process.terminate()
        process.wait(30)
    log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        launched = started.chromium.launch(
            executable_path=executable, headless=True, args=BROWSER_ARGUMENTS
        )
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any, server: Server) -> Iterator[Callable[[str, str], Any]]:
    """Opens a page of the server in a language, in a context of its own."""
    contexts = []

    def opened(path: str, language: str) -> Any:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900},
            locale="zh-CN" if language == "zh" else "en-US",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{server.address}/{path}")
        page.wait_for_selector(SETTLED)
        return page

    yield opened
    for context in contexts:
        context.close()


@dataclass
class Sink:
    """Another origin; ``paths`` are what it was asked for."""

    address: str
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def sink() -> Iterator[Sink]:
    reached: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield Sink(f"http://127.0.0.1:{listening.server_port}", reached)
    listening.shutdown()
    listening.server_close()
