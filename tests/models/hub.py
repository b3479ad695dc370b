"""A hub on this machine, over real HTTP: it can cut connections, refuse, and redirect."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves ``server.files``; what ``server.cut_at`` says ends a body early."""

    def do_GET(self) -> None:
        hub = self.server
        hub.asked.append((self.path, self.headers.get("Range")))
        if hub.statuses:
            self.send_error(hub.statuses.pop(0))
            return
        if self.path in hub.redirects:
            self.send_response(302)
            self.send_header("Location", hub.redirects[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path not in hub.files:
            self.send_error(404)
            return
        self.send_file(hub.files[self.path])

    def send_file(self, data: bytes) -> None:
        hub = self.server
        tag = f'"{hashlib.sha256(data).hexdigest()[:8]}"'
        start = self.wanted_start(data, tag)
        if start is None:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            shown = start + hub.lie
            self.send_header("Content-Range", f"bytes {shown}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("ETag", tag)
        self.end_headers()
        end = hub.cut_at.pop(0) if hub.cut_at else len(data)
        self.wfile.write(data[start:end])
        self.close_connection = True

    def wanted_start(self, data: bytes, tag: str) -> int | None:
        """Return where to begin; None where that lies behind the end."""
        wanted = self.headers.get("Range")
        if not wanted or not self.server.ranges:
            return 0
        if self.headers.get("If-Range", tag) != tag:
            return 0
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        return start if start < len(data) else None

    def log_message(self, *arguments) -> None:
        """Say nothing."""


class Hub(http.server.ThreadingHTTPServer):
    """Files by path, and what is to go wrong."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.statuses: list[int] = []
        self.cut_at: list[int] = []
        self.asked: list[tuple[str, str | None]] = []
        self.ranges = True
        self.lie = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Give a hub that listens, and end it afterwards."""
    hub = Hub()
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        thread.join()
        hub.server_close()
