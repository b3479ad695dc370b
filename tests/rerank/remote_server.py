"""A real HTTP server in a thread that answers in a dialect, or as badly as it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Score = Callable[[str, str, str], float]
"""Query, document and instruction to a number."""


def words_shared(query: str, document: str, instruction: str) -> float:
    """A logit that obeys: shared words raise it, and an instruction against turns it round."""
    shared = len(set(query.lower().rstrip("?").split()) & set(document.lower().rstrip(".").split()))
    strength = 2.0 * shared - 3.0
    return -strength if "nothing to do" in instruction else strength


def ignoring(query: str, document: str, instruction: str) -> float:
    """A logit that is the same under every instruction."""
    return words_shared(query, document, "")


def ranked(scores: list[float]) -> list[tuple[int, float]]:
    """Pairs of index and score, best first, as servers send them."""
    return sorted(enumerate(scores), key=lambda pair: -pair[1])


def reply_of(dialect: str, body: dict[str, Any], score: Score) -> object:
    """What a server of the dialect answers to ``body``."""
    instruction = body.get("instruction") or body.get("instruct") or ""
    if dialect == "vllm":
        instruction = body.get("chat_template_kwargs", {}).get("instruction", "")
        numbers = [score(body["text_1"], text, instruction) for text in body["text_2"]]
        rows = [{"index": i, "object": "score", "score": s} for i, s in enumerate(numbers)]
        usage = {"prompt_tokens": 40, "total_tokens": 40}
        return {"id": "score-1", "object": "list", "model": "m", "data": rows, "usage": usage}
    documents = body.get("documents") or body.get("texts") or []
    numbers = [score(body["query"], text, instruction) for text in documents]
    best = ranked(numbers)
    if dialect == "tei":
        return [{"index": i, "score": s} for i, s in best]
    if dialect == "sglang":
        return [{"score": s, "document": None, "index": i, "meta_info": {}} for i, s in best]
    if dialect == "predict":
        return {"result": [{"document": documents[i], "score": s} for i, s in best]}
    rows = [{"index": i, "relevance_score": s} for i, s in best]
    if dialect == "cohere":
        return {"id": "1", "results": rows, "meta": {"api_version": {"version": "2"}}}
    return {"id": "1", "model": "served-model", "usage": {"total_tokens": 17}, "results": rows}


class Served:
    """What the server was asked, and what it does with the next request."""

    def __init__(self, dialect: str, score: Score) -> None:
        self.dialect = dialect
        self.score = score
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.url = ""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.raw: bytes | None = None
        self.change: Callable[[Any], object] = lambda reply: reply
        self.drip_seconds = 0.0
        self.announced: int | None = None

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _, _, body in self.asked]


@contextmanager
def serving(dialect: str, score: Score = words_shared) -> Iterator[Served]:
    """Give a running server; it is gone afterwards."""
    served = Served(dialect, score)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append((self.path, dict(self.headers), body))
            raw = served.raw
            if raw is None:
                reply = served.change(reply_of(served.dialect, body, served.score))
                raw = json.dumps(reply).encode()
            self.send_response(served.status)
            for name, value in served.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(served.announced or len(raw)))
            self.end_headers()
            try:
                for at in range(0, len(raw), 1 if served.drip_seconds else len(raw) or 1):
                    step = 1 if served.drip_seconds else len(raw)
                    self.wfile.write(raw[at : at + step])
                    self.wfile.flush()
                    time.sleep(served.drip_seconds)
            except OSError:
                return  # the client had enough

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
