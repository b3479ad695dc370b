"""The transport against a real server: statuses, redirects, slowness, size, and the key."""

import threading
import time
from collections.abc import Iterator

import pytest

from tests.rerank.remote_server import Served, serving
from workbench.domain.errors import (
    Busy,
    DeadlineExceeded,
    InvalidInput,
    Unavailable,
    WorkbenchError,
)
from workbench.rerank.remote_transport import Endpoint, HttpPost, retry_seconds

KEY = "sk-canary-7391"
BODY = {"query": "q", "documents": ["d"]}


@pytest.fixture
def served() -> Iterator[Served]:
    with serving("jina") as made:
        yield made


def post_to(served: Served, **limits: float) -> HttpPost:
    made = HttpPost(Endpoint.of(served.url, KEY))
    if "seconds" in limits:
        made = HttpPost(Endpoint.of(served.url, KEY), seconds=limits["seconds"])
    if "reply_bytes" in limits:
        made = HttpPost(Endpoint.of(served.url, KEY), reply_bytes=int(limits["reply_bytes"]))
    return made


def failure(post: HttpPost, deadline: float | None = None) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        post("/v1/rerank", BODY, deadline)
    error = caught.value
    assert error.__suppress_context__ or error.__context__ is None
    assert KEY not in str(error) and KEY not in repr(error.args)
    return error


def test_a_question_is_posted_with_the_key_in_its_header_alone(served: Served) -> None:
    reply = post_to(served)("/v1/rerank", BODY, None)
    path, headers, body = served.asked[0]
    assert (path, body) == ("/v1/rerank", BODY)
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["Accept-Encoding"] == "identity"
    assert isinstance(reply.value, dict) and reply.headers["content-length"]
    assert KEY not in repr(Endpoint.of(served.url, KEY))


def test_no_key_sends_no_header(served: Served) -> None:
    HttpPost(Endpoint.of(served.url))("/v1/rerank", BODY, None)
    assert "Authorization" not in served.asked[0][1]


def test_proxies_of_the_environment_are_not_obeyed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert post_to(served)("/v1/rerank", BODY, None).value


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (301, Unavailable, "remote_redirected"),
        (307, Unavailable, "remote_redirected"),
        (400, Unavailable, "remote_refused"),
        (401, Unavailable, "remote_key_refused"),
        (403, Unavailable, "remote_key_refused"),
        (404, Unavailable, "remote_refused"),
        (413, Unavailable, "remote_refused"),
        (422, Unavailable, "remote_refused"),
        (429, Busy, "remote_busy"),
        (500, Unavailable, "remote_failed"),
        (503, Unavailable, "remote_failed"),
    ],
)
def test_statuses(served: Served, status: int, kind: type[WorkbenchError], code: str) -> None:
    served.status, served.raw = status, b'{"error": "the question was: q"}'
    served.headers = {"Location": f"{served.url}/elsewhere"} if status < 400 else {}
    error = failure(post_to(served))
    assert (type(error), error.code) == (kind, code)
    assert error.params["host"] == served.url.removeprefix("http://")
    assert [path for path, _, _ in served.asked] == ["/v1/rerank"]


def test_retry_after_is_passed_on(served: Served) -> None:
    served.status, served.headers = 429, {"Retry-After": "7"}
    assert failure(post_to(served)).params["seconds"] == 7


def test_retry_after_is_bounded() -> None:
    told = [retry_seconds(one) for one in (None, "0", "30", "999999", "soon", "-1")]
    assert told == [2, 1, 30, 3600, 2, 2]


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b'{"results": [{"index": 0', b"\xff\xfe\x00", b"[" * 200_000]
)
def test_garbage_is_an_error(served: Served, raw: bytes) -> None:
    served.raw = raw
    assert failure(post_to(served)).code == "remote_garbled"


def test_a_reply_that_breaks_off_is_an_error(served: Served) -> None:
    served.raw, served.announced = b'{"results": []}', 400
    assert failure(post_to(served)).code == "remote_garbled"


def test_a_packed_reply_is_not_unpacked(served: Served) -> None:
    served.headers = {"Content-Encoding": "gzip"}
    assert failure(post_to(served)).code == "remote_garbled"


def test_a_huge_reply_is_not_read_to_its_end(served: Served) -> None:
    served.raw = b" " * 3_000_000
    error = failure(post_to(served, reply_bytes=1024 * 1024))
    assert (error.code, error.params["limit"]) == ("remote_too_large", 1.0)


def test_a_server_that_drips_is_left_in_time(served: Served) -> None:
    served.raw, served.drip_seconds = b" " * 200, 0.05
    error = failure(post_to(served, seconds=0.4))
    assert (type(error), error.code) == (DeadlineExceeded, "remote_slow")


def test_the_deadline_is_the_shorter_limit(served: Served) -> None:
    served.raw, served.drip_seconds = b" " * 200, 0.05
    assert failure(post_to(served), time.monotonic() + 0.3).code == "remote_slow"
    served.asked.clear()
    assert failure(post_to(served), time.monotonic() - 1).code == "remote_slow"
    assert not served.asked


def test_nobody_there(served: Served) -> None:
    post = HttpPost(Endpoint.of("http://127.0.0.1:1"))
    assert failure(post).code == "remote_unreachable"


def test_many_threads_post_at_once(served: Served) -> None:
    post, found = post_to(served), []
    threads = [
        threading.Thread(target=lambda: found.append(post("/v1/rerank", BODY, None).value))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host",
        "host:80",
        "//host",
        "http://",
        "http://user:secret@host",
        "http://host/?key=1",
        "http://host/#x",
        "http://host:99999",
        "http://ho\nst",
        "file:///etc/passwd",
    ],
)
def test_an_unsuitable_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Endpoint.of(url)
    assert (caught.value.code, caught.value.params) == ("remote_url_unsuitable", {})


@pytest.mark.parametrize("key", ["a b", "a\nb", "密钥", "a\x00"])
def test_an_unsuitable_key_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Endpoint.of("http://host", key)
    assert (caught.value.code, caught.value.params) == ("remote_key_unsuitable", {})


def test_the_host_is_shown_with_its_port_and_the_path_is_kept() -> None:
    endpoint = Endpoint.of("https://scores.example:8443/base/")
    assert (endpoint.host, endpoint.url) == (
        "scores.example:8443",
        "https://scores.example:8443/base",
    )
