"""A client that goes away: what was asked is computed no further, and others are served."""

import http.client
import json
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tests.doubles import CountingReranker
from workbench.api.dialects import create_dialects
from workbench.api.routes import create_api
from workbench.assembly import build
from workbench.settings import Settings

PATIENCE = 20.0


class Slow(CountingReranker):
    """Goes on until somebody ends it."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.ended = threading.Event(), threading.Event()

    def score(self, query, documents, instruction, *, progress=None, **how):
        if query != "slow":
            return super().score(query, documents, instruction, progress=progress, **how)
        self.begun.set()
        until = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < until:
                assert progress is not None
                progress(0, 1)
                time.sleep(0.05)
        finally:
            self.ended.set()
        raise AssertionError("nobody ended it")


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture(params=[("/predict", create_api), ("/v1/rerank", create_dialects)])
def served(request, slow, tmp_path) -> Iterator[tuple[int, str]]:
    path, create = request.param
    bench = build(Settings(home=tmp_path), reranker=slow)
    config = uvicorn.Config(create(lambda: bench), port=0, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1], path
    server.should_exit = True
    thread.join()
    bench.close()


def ask(port: int, path: str, query: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    body = json.dumps({"query": query, "documents": ["d"]})
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    return connection


def test_who_leaves_ends_the_work(served, slow):
    port, path = served
    leaving = ask(port, path, "slow")
    assert slow.begun.wait(PATIENCE)
    leaving.close()
    assert slow.ended.wait(PATIENCE / 2)
    staying = ask(port, path, "quick")
    assert staying.getresponse().status == 200
    staying.close()
