"""Other rerankers' clients against the running server: shapes, errors, limits, and Cohere's own."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.doubles import CountingReranker
from workbench.api.dialects import PATHS, create_dialects
from workbench.api.limits import BodyLimit
from workbench.domain.errors import Busy, DeadlineExceeded, Unavailable
from workbench.rerank.remote import RemoteReranker
from workbench.rerank.remote_dialects import dialect_of
from workbench.rerank.remote_transport import Endpoint, HttpPost
from workbench.services.workbench import Workbench

DOCUMENTS = ["x", "ab", "a"]
"""Margins for "ab": 0, 1, 0.5; so the order is 1, 2, 0 with scores 1/2, 1/3, 0."""


@pytest.fixture
def address(bench: Workbench) -> Iterator[str]:
    dialects = create_dialects(lambda: bench)
    routes = [Route(path, dialects, methods=["POST"]) for path in PATHS]
    page = Route("/rerank", lambda request: PlainTextResponse("the page"), methods=["GET"])
    app = BodyLimit(Starlette(routes=[*routes, page]), "/api", 10_000, PATHS)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


Post = Callable[..., httpx.Response]


@pytest.fixture
def post(address: str) -> Iterator[Post]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield lambda path, body, **kwargs: client.post(path, json=body, **kwargs)


def test_v1_rerank_has_the_shape_of_jina(post: Post) -> None:
    body = {"model": "any", "query": "ab", "documents": ["x", {"text": "ab"}, "a"], "top_n": 2}
    response = post("/v1/rerank", body)
    told = response.json()
    assert response.status_code == 200
    assert set(told) == {"id", "object", "model", "usage", "results"}
    assert told["results"] == [
        {"index": 1, "document": {"text": "ab"}, "relevance_score": 0.5},
        {"index": 2, "document": {"text": "a"}, "relevance_score": pytest.approx(1 / 3)},
    ]
    assert told["usage"] == {"prompt_tokens": 4, "total_tokens": 4}
    assert (told["model"], response.headers["X-Score-Kind"]) == ("counting", "probability")


@pytest.mark.parametrize("top_n", [None, 0, 99])
def test_all_documents_come_back_where_none_are_left_out(post: Post, top_n: int | None) -> None:
    body = {"query": "ab", "documents": DOCUMENTS, "top_n": top_n, "return_documents": False}
    results = post("/v1/rerank", body).json()["results"]
    assert [row["index"] for row in results] == [1, 2, 0]
    assert all(set(row) == {"index", "relevance_score"} for row in results)


@pytest.mark.parametrize("name", ["instruction", "instruct"])
@pytest.mark.parametrize("path", PATHS)
def test_the_instruction_arrives_under_both_names(
    post: Post, reranker: CountingReranker, path: str, name: str
) -> None:
    body = {"query": "ab", "text_1": "ab", name: "be strict"}
    assert post(path, body | fields(path)).status_code == 200
    assert reranker.asked[-1] == ("ab", tuple(DOCUMENTS), "be strict")


def fields(path: str) -> dict[str, Any]:
    return {{"/rerank": "texts", "/score": "text_2"}.get(path, "documents"): DOCUMENTS}


def test_v2_rerank_has_the_shape_of_cohere(post: Post) -> None:
    told = post("/v2/rerank", {"model": "m", "query": "ab", "documents": DOCUMENTS}).json()
    assert set(told) == {"id", "results", "meta"}
    assert [set(row) for row in told["results"]] == [{"index", "relevance_score"}] * 3
    assert told["meta"]["api_version"] == {"version": "2"}
    assert told["meta"]["billed_units"] == {"search_units": 1}


def test_rerank_has_the_shape_of_tei(post: Post) -> None:
    body = {"query": "ab", "texts": DOCUMENTS}
    assert [row["index"] for row in post("/rerank", body).json()] == [1, 2, 0]
    assert all(set(row) == {"index", "score"} for row in post("/rerank", body).json())
    told = post("/rerank", body | {"return_text": True, "raw_scores": True}).json()
    # The scripted reranker has no log-odds, so its own number is the raw one.
    assert told[0] == {"index": 1, "text": "ab", "score": 1.0}


def test_score_has_the_shape_of_vllm_in_the_order_of_the_request(post: Post) -> None:
    told = post("/score", {"model": "m", "text_1": "ab", "text_2": DOCUMENTS}).json()
    assert set(told) == {"id", "object", "created", "model", "data", "usage"}
    assert told["data"] == [
        {"index": 0, "object": "score", "score": 0.0},
        {"index": 1, "object": "score", "score": 0.5},
        {"index": 2, "object": "score", "score": pytest.approx(1 / 3)},
    ]


def test_score_pairs_queries_with_documents(post: Post, reranker: CountingReranker) -> None:
    body = {"queries": ["ab", "x", "ab"], "documents": DOCUMENTS, "use_activation": False}
    told = post("/score", body).json()
    assert [row["score"] for row in told["data"]] == [0.0, 0.0, 0.5]
    assert [(query, texts) for query, texts, _ in reranker.asked] == [
        ("ab", ("x", "a")),
        ("x", ("ab",)),
    ]
    assert post("/score", {"text_1": "ab", "text_2": "ab"}).json()["data"][0]["score"] == 0.5
    assert post("/score", {"text_1": "ab", "text_2": []}).json()["data"] == []


def test_no_documents_give_no_results(post: Post) -> None:
    assert post("/v1/rerank", {"query": "ab", "documents": []}).json()["results"] == []
    assert post("/rerank", {"query": "ab", "texts": []}).json() == []


SHAPES: dict[str, set[str]] = {
    "/v1/rerank": {"error", "detail"},
    "/v2/rerank": {"id", "message"},
    "/rerank": {"error", "error_type"},
    "/score": {"error", "detail"},
}


@pytest.mark.parametrize("path", PATHS)
def test_errors_have_the_shape_of_the_dialect_in_both_languages(post: Post, path: str) -> None:
    body = {"query": " ", "text_1": " "} | fields(path)
    told = [post(path, body, headers={"accept-language": tongue}) for tongue in ("zh", "en")]
    assert [one.status_code for one in told] == [400, 400]
    assert [set(one.json()) for one in told] == [SHAPES[path]] * 2
    assert told[0].json() != told[1].json()


@pytest.mark.parametrize("path", PATHS)
def test_a_malformed_body_is_refused_and_not_repeated(post: Post, path: str) -> None:
    response = post(path, {"query": "canary7391", "texts": 5, "documents": 5, "text_2": 5})
    assert response.status_code == (400 if path == "/score" else 422)
    assert set(response.json()) == SHAPES[path]
    assert "canary7391" not in response.text


def test_a_model_with_a_chinese_name_is_answered(post: Post, reranker: CountingReranker) -> None:
    reranker.info = replace(reranker.info, model="重排", host="重.example")
    response = post("/v1/rerank", {"query": "ab", "documents": ["a"]})
    assert (response.status_code, response.json()["model"]) == (200, "重排")
    assert (response.headers["X-Model"], response.headers["X-Sent-To"]) == ("??", "?.example")


def test_negative_top_n_and_uneven_pairs_are_refused(post: Post) -> None:
    body = {"query": "ab", "documents": ["a"], "top_n": -1}
    assert post("/v1/rerank", body).status_code == 422
    uneven = post("/score", {"text_1": ["a", "b"], "text_2": DOCUMENTS})
    assert (uneven.status_code, uneven.json()["error"]["type"]) == (400, "pairs_uneven")


@pytest.mark.parametrize("path", PATHS)
def test_too_many_documents_are_413(post: Post, path: str) -> None:
    body = {"query": "q", "text_1": "q"} | dict.fromkeys(fields(path), ["a"] * 1_001)
    response = post(path, body)
    assert (response.status_code, set(response.json())) == (413, SHAPES[path])
    if path == "/rerank":
        assert response.json()["error_type"] == "Validation"


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Busy("remote_busy", host="h", seconds=9), 429, "Overloaded"),
        (Unavailable("remote_unreachable", host="h"), 503, "Backend"),
        (DeadlineExceeded("deadline_exceeded", done=1, total=2), 504, "Backend"),
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_what_the_reranker_says_has_its_status(
    post: Post,
    reranker: CountingReranker,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    kind: str,
    path: str,
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(reranker, "score", refuse)
    response = post(path, {"query": "q", "text_1": "q"} | fields(path))
    assert (response.status_code, set(response.json())) == (status, SHAPES[path])
    assert response.headers.get("Retry-After") == ("9" if status == 429 else None)
    if path == "/rerank":
        assert response.json()["error_type"] == kind


@pytest.mark.parametrize("path", PATHS)
def test_a_fault_of_the_program_keeps_the_shape(
    post: Post, reranker: CountingReranker, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("canary7391")

    monkeypatch.setattr(reranker, "score", fail)
    response = post(path, {"query": "q", "text_1": "q"} | fields(path))
    assert (response.status_code, set(response.json())) == (500, SHAPES[path])
    assert "canary7391" not in response.text


@pytest.mark.parametrize("path", PATHS)
def test_a_body_over_the_limit_is_answered_in_the_language(address: str, path: str) -> None:
    headers = {"content-type": "application/json", "accept-language": "en;q=0.2, zh;q=0.9"}
    response = httpx.post(
        f"{address}{path}", content=b"x" * 20_000, headers=headers, trust_env=False
    )
    assert response.status_code == 413
    assert "请求超过" in response.json()["message"]


def test_the_page_keeps_its_address(address: str) -> None:
    assert httpx.get(f"{address}/rerank", trust_env=False).text == "the page"
    assert httpx.get(f"{address}/v1/rerank", trust_env=False).status_code == 405


@pytest.mark.parametrize("name", ["jina", "cohere", "tei", "vllm"])
def test_our_own_client_understands_our_server(address: str, name: str) -> None:
    endpoint = Endpoint.of(address)
    remote = RemoteReranker(HttpPost(endpoint), dialect_of(name), endpoint.host, len)
    scores = remote.score("ab", DOCUMENTS, "")
    assert [pair.score for pair in scores.pairs] == [0.0, 0.5, pytest.approx(1 / 3)]
    assert scores.reranker.score_kind == "probability"


def test_coheres_own_client(address: str, reranker: CountingReranker) -> None:
    cohere = pytest.importorskip("cohere", reason="the cohere client is not installed")
    with httpx.Client(trust_env=False) as http:
        _use_coheres(cohere, cohere.ClientV2("none", base_url=address, httpx_client=http), reranker)


def _use_coheres(cohere: Any, client: Any, reranker: CountingReranker) -> None:
    told = client.rerank(model="any", query="ab", documents=DOCUMENTS, top_n=2)
    assert [(row.index, row.relevance_score) for row in told.results] == [
        (1, 0.5),
        (2, pytest.approx(1 / 3)),
    ]
    assert told.meta.billed_units.search_units == 1
    assert reranker.asked[-1] == ("ab", tuple(DOCUMENTS), "")
    with pytest.raises(cohere.core.ApiError) as caught:
        client.rerank(model="any", query=" ", documents=DOCUMENTS)
    assert caught.value.status_code == 400 and caught.value.body["message"]
