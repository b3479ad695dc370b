"""Tests of benchmarks.load_client: nothing lost, wrong or mixed up goes unnoticed."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.load_client import (
    Answer,
    Request,
    check,
    milliseconds,
    run_round,
    told_apart,
    workload,
)

FIRST = Request("q", ("a", "b"))
ALONE = {("q", "a"): 0.9, ("q", "b"): 0.4, ("r", "a"): 0.2, ("r", "b"): 0.7}


def checked(*rows, request=FIRST, expected=1):
    return check([Answer(request, 1.0, rows)], ALONE, 1e-4, expected)


def test_what_each_document_scores_alone_is_right():
    found = checked(("a", 0.90005), ("b", 0.4))
    assert found.sound
    assert found.largest == pytest.approx(5e-5)


@pytest.mark.parametrize(
    ("rows", "wrong", "unsorted"),
    [
        ((("a", 0.4), ("b", 0.9)), 2, 1),  # scores of the neighbour
        ((("b", 0.7), ("a", 0.2)), 2, 0),  # the answer to another question
        ((("a", 0.9),), 1, 0),  # a document is missing
        ((("a", 0.9), ("b", 0.4), ("c", 0.1)), 1, 0),  # one that nobody sent
        ((("a", 0.9), ("a", 0.9), ("b", 0.4)), 1, 0),  # one twice
        ((("b", 0.4), ("a", 0.9)), 0, 1),  # worst first
        ((("a", float("nan")), ("b", 0.4)), 1, 0),
    ],
)
def test_a_mixed_up_answer_is_found(rows, wrong, unsorted):
    found = checked(*rows)
    assert (found.wrong, found.unsorted, found.sound) == (wrong, unsorted, False)


def test_a_lost_answer_is_found():
    failed = Answer(FIRST, 1.0, failure="503")
    assert check([failed], ALONE, 1e-4, 1).lost == 1
    # A client that ended without a word leaves no answer at all.
    assert check([], ALONE, 1e-4, 3).lost == 3
    assert not check([failed], ALONE, 1e-4, 1).sound


def test_no_two_documents_of_a_workload_are_alike():
    asked = workload(5, 3, 20, seed=1)
    assert [len(part) for part in asked] == [3] * 5
    documents = [d for part in asked for one in part for d in one.documents]
    assert len(set(documents)) == len(documents) == 300
    assert len({one.query for part in asked for one in part}) == 15
    assert asked == workload(5, 3, 20, seed=1) != workload(5, 3, 20, seed=2)


def test_neighbours_that_score_alike_would_hide_a_mix_up():
    assert told_apart({("q", "a"): 0.1, ("q", "b"): 0.1, ("q", "c"): 0.5}, 1e-4) == 0.5
    assert told_apart({}, 1e-4) == 0.0


def test_times_leave_out_what_was_lost():
    answers = [Answer(FIRST, n / 1000, (("a", 0.9),)) for n in range(1, 102)]
    lost = Answer(FIRST, 99.0, failure="503")
    assert milliseconds([*answers, lost]) == pytest.approx(
        {"p50 ms": 51.0, "p95 ms": 96.0, "p99 ms": 100.0}
    )
    assert set(milliseconds([lost]).values()) == {0.0}


class Echo(BaseHTTPRequestHandler):
    """Scores a document by its length; refuses questions that ask for it."""

    protocol_version = "HTTP/1.1"
    peers: set[tuple[str, int]] = set()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        Echo.peers.add(self.client_address)
        refused = asked["query"] == "refuse"
        rows = [{"document": one, "score": float(len(one))} for one in asked["documents"]]
        body = json.dumps({"result": rows}).encode()
        self.send_response(503 if refused else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Echo.peers.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_client_keeps_its_line_and_every_answer_comes_back(address):
    asked = [[Request(f"{c}.{n}", ("bbb", "a")) for n in range(4)] for c in range(3)]
    happened = []
    done = run_round(address, asked, {5: lambda: happened.append("five")})
    assert [a.request for a in done.answers] == [one for part in asked for one in part]
    assert all(a.rows == (("bbb", 3.0), ("a", 1.0)) for a in done.answers)
    assert (done.pairs, len(Echo.peers), happened) == (24, 3, ["five"])


def test_a_refusal_and_a_server_that_is_gone_are_lost_answers(address):
    done = run_round(address, [[Request("refuse", ("a",)), FIRST]])
    assert [a.failure[:3] for a in done.answers] == ["503", ""]
    gone = run_round("http://127.0.0.1:9", [[FIRST, FIRST]])
    assert [bool(a.failure) for a in gone.answers] == [True, True]
