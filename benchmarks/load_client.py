"""Many clients at once: what they ask, how long each answer took, and whether it was right."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from urllib.parse import urlsplit

SECONDS = 300.0
WORDS = (
    *("合同", "违约金", "交付", "服务器", "主轴", "退货", "步骤", "逾期", "赔偿", "密码", "客户"),
    *("payment", "invoice", "password", "return", "spindle", "noise", "server", "supplier"),
    *("within", "thirty", "days", "shall", "reset", "the", "of", "不得", "应当", "以书面形式"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A question with documents of which no two are alike, in this request or any other."""

    query: str
    documents: tuple[str, ...]

    @property
    def body(self) -> bytes:
        """Return what is sent."""
        return json.dumps({"query": self.query, "documents": self.documents}).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back to one request: rows as (document, score), or why there are none."""

    request: Request
    seconds: float
    rows: tuple[tuple[str, float], ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """What all clients together were answered, and the seconds from the first to the last."""

    seconds: float
    answers: tuple[Answer, ...]

    @property
    def pairs(self) -> int:
        """Return how many documents were scored."""
        return sum(len(answer.rows) for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Checked:
    """How far answers are from each document's score alone: counts, and the largest difference.

    ``lost`` are requests without an answer, ``wrong`` documents whose score is another one, that
    are missing, or that nobody asked about, ``unsorted`` answers that are not best first.
    """

    lost: int
    wrong: int
    unsorted: int
    largest: float

    @property
    def sound(self) -> bool:
        """Return whether nothing is lost, wrong or out of order."""
        return not (self.lost or self.wrong or self.unsorted)


SHORT, LONGER = (2, 8), (8, 22)
"""Words of a document: a title or a line of a list; a paragraph of at most 60 tokens."""


def workload(
    clients: int, each: int, documents: int, seed: int, words: tuple[int, int] = SHORT
) -> list[list[Request]]:
    """Return ``each`` requests for every client; the same seed gives the same ones."""
    draw = random.Random(seed)

    def text(shortest: int, longest: int) -> str:
        words = draw.choices(WORDS, k=draw.randint(shortest, longest))
        # A number of its own, so that nothing equal can be computed or kept once for two.
        return f"{draw.randrange(10**6):06d} " + " ".join(words)

    return [
        [Request(text(3, 6), tuple(text(*words) for _ in range(documents))) for _ in range(each)]
        for _ in range(clients)
    ]


def run_round(
    address: str,
    requests: Sequence[Sequence[Request]],
    between: Mapping[int, Callable[[], None]] | None = None,
) -> Round:
    """Return what a client for each list of requests is answered, one request after the other.

    ``between`` is called by the number of answers that have come from all of them together.
    """
    answers: list[list[Answer]] = [[] for _ in requests]
    counting = threading.Lock()
    waiting = dict(between or {})
    done = 0

    def count() -> None:
        nonlocal done
        with counting:
            done += 1
            act = waiting.pop(done, None)
        if act:
            act()

    start = threading.Barrier(len(requests) + 1)

    def client(place: int) -> None:
        host = urlsplit(address)
        line = http.client.HTTPConnection(host.hostname or "", host.port, timeout=SECONDS)
        start.wait()
        for request in requests[place]:
            answers[place].append(_ask(line, request))
            count()
        line.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(len(requests))]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    return Round(seconds, tuple(answer for part in answers for answer in part))


def _ask(line: http.client.HTTPConnection, request: Request) -> Answer:
    body, started = request.body, time.perf_counter()
    try:
        line.request("POST", "/api/predict", body, {"Content-Type": "application/json"})
        response = line.getresponse()
        told = response.read()
    except (OSError, http.client.HTTPException) as error:
        line.close()
        spent = time.perf_counter() - started
        return Answer(request, spent, failure=f"{type(error).__name__}: {error}")
    spent = time.perf_counter() - started
    if response.status != 200:
        return Answer(request, spent, failure=f"{response.status}: {told[:200].decode()}")
    rows = json.loads(told)["result"]
    return Answer(request, spent, tuple((row["document"], row["score"]) for row in rows))


def check(
    answers: Sequence[Answer],
    alone: Mapping[tuple[str, str], float],
    tolerance: float,
    expected: int,
) -> Checked:
    """Return how answers compare with ``alone``, the scores by question and document."""
    lost, wrong, unsorted = expected - len(answers), 0, 0
    largest = 0.0
    for answer in answers:
        if answer.failure:
            lost += 1
            continue
        given = dict(answer.rows)
        asked = answer.request.documents
        wrong += len(set(asked) ^ set(given)) + len(answer.rows) - len(given)
        for document in set(asked) & set(given):
            apart = abs(given[document] - alone[answer.request.query, document])
            largest = max(largest, apart)
            wrong += not apart <= tolerance
        scores = [score for _, score in answer.rows]
        unsorted += scores != sorted(scores, reverse=True)
    return Checked(lost, wrong, unsorted, largest)


def told_apart(alone: Mapping[tuple[str, str], float], tolerance: float) -> float:
    """Return the share of questions' documents whose neighbour's score would be noticed.

    1.0 means that an answer in which any two neighbours had changed places would count as wrong.
    """
    scores = list(alone.values())
    pairs = list(zip(scores, scores[1:], strict=False))
    return sum(abs(a - b) > tolerance for a, b in pairs) / max(len(pairs), 1)


def milliseconds(answers: Sequence[Answer]) -> dict[str, float]:
    """Return p50, p95 and p99 of the time that answers took; lost ones are left out."""
    times = [answer.seconds * 1000 for answer in answers if not answer.failure]
    if len(times) < 2:
        return dict.fromkeys(("p50 ms", "p95 ms", "p99 ms"), times[0] if times else 0.0)
    cuts = quantiles(times, n=100, method="inclusive")
    return {"p50 ms": median(times), "p95 ms": cuts[94], "p99 ms": cuts[98]}
