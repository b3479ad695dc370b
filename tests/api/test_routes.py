"""The API over HTTP: the article's client, the search shape, and every error in one shape."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi.testclient import TestClient

from workbench.api.limits import BodyLimit, SecurityHeaders
from workbench.api.routes import create_api
from workbench.domain.actors import OWNER
from workbench.domain.glossaries import GlossaryRow
from workbench.services.answers import Request
from workbench.services.shapes import answer_json
from workbench.services.workbench import Workbench


@pytest.fixture
def client(filled: Workbench) -> Iterator[TestClient]:
    with TestClient(create_api(lambda: filled)) as made:
        yield made


def test_predict_has_exactly_the_promised_shape(client: TestClient) -> None:
    body = {"query": "ab", "documents": ["x", "ab", "a"], "instruction": "i"}
    response = client.post("/predict", json=body)
    assert response.status_code == 200
    assert list(response.json()) == ["result"]
    rows = response.json()["result"]
    assert [set(row) for row in rows] == [{"document", "score"}] * 3
    assert [row["document"] for row in rows] == ["ab", "a", "x"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert response.headers["X-Score-Kind"] == "probability"


@pytest.mark.parametrize("name", ["/etc", "../models", "BAAI/bge-reranker-v2-m3", "typo"])
def test_a_request_cannot_name_any_folder_of_the_server(client: TestClient, name: str) -> None:
    asked = {"query": "q", "corpus": "c", "reranker": name}
    answer = client.post("/search", json=asked)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "reranker_unknown"


def test_search_equals_the_service(client: TestClient, filled: Workbench) -> None:
    response = client.post("/search", json={"query": "违约金", "corpus": "My files", "top_k": 2})
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    expected = answer_json(filled.search.ask(OWNER, [corpus], "违约金", None, Request(keep=2)))
    got = response.json()
    got.pop("cost")
    expected.pop("cost")
    assert got == json.loads(json.dumps(expected))


def test_a_search_carries_the_glossary_and_can_do_without(
    client: TestClient, filled: Workbench
) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    filled.glossaries.replace(OWNER, corpus, [GlossaryRow(1, "清除密码", "clear the password")])
    asked = {"query": "怎样清除密码", "corpus": "My files", "recall": "bm25"}
    told = client.post("/search", json=asked).json()
    assert told["glossary"] == [{"zh": "清除密码", "en": "clear the password", "found": "zh"}]
    assert "reset button" in told["results"][0]["text"]
    without = client.post("/search", json={**asked, "glossary": False}).json()
    assert (without["glossary"], without["results"]) == ([], [])


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/predict", {"query": " ", "documents": ["a"]}, 400, "query_empty"),
        ("/predict", {"query": "问" * 200_000, "documents": []}, 400, "query_too_long"),
        ("/predict", {"documents": ["a"]}, 400, "request_malformed"),
        ("/predict", {"query": "q", "documents": "a"}, 400, "request_malformed"),
        ("/search", {"query": "q", "corpus": "没有"}, 404, "corpus_unknown_of"),
        ("/search", {"query": "q", "corpus": "My files", "top_k": 0}, 400, "number_out_of_range"),
        (
            "/search",
            {"query": "q", "corpus": "My files", "reranker": "qwen3"},
            503,
            "weights_missing",
        ),
    ],
)
def test_errors(client: TestClient, path: str, body: object, status: int, code: str) -> None:
    messages = set()
    for language in ("zh-CN", "en"):
        response = client.post(path, json=body, headers={"accept-language": language})
        assert response.status_code == status
        error = response.json()["error"]
        assert (error["code"], set(error)) == (code, {"code", "message", "request_id"})
        messages.add(error["message"])
    assert len(messages) == 2


JSON = {"content-type": "application/json"}


def test_half_a_surrogate_pair_is_answered(client: TestClient) -> None:
    body = b'{"query": "a\\u0000b", "documents": ["x\\ud800", "b"]}'
    response = client.post("/predict", content=body, headers=JSON)
    assert response.status_code == 200, response.text
    assert {row["document"] for row in response.json()["result"]} == {"x\ufffd", "b"}
    search = b'{"query": "x\\ud800", "corpus": "My files"}'
    assert client.post("/search", content=search, headers=JSON).status_code == 200


def test_a_malformed_body_is_not_repeated(client: TestClient) -> None:
    response = client.post(
        "/predict", content=b'{"query": "canary7391", "documents": 5}', headers=JSON
    )
    assert response.status_code == 400
    assert "canary7391" not in response.text


@pytest.fixture
def address(filled: Workbench) -> Iterator[str]:
    app = SecurityHeaders(BodyLimit(create_api(lambda: filled), "/predict", 10_000), ("abc",))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def test_the_articles_client_runs_as_it_is(address: str) -> None:
    # The client of the article, but for the port: it posts JSON and reads the key "result".
    url = f"{address}/predict"
    payload = {
        "query": "电商退货政策",
        "documents": ["七天无理由退货", "今天天气很好"],
        "instruction": "判断文档是否回答了退货问题",
    }
    request = urllib.request.Request(
        url, json.dumps(payload).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        result = json.load(response)
        policy = response.headers["content-security-policy"]
    for item in result["result"]:
        assert isinstance(item["score"], float) and isinstance(item["document"], str)
    assert result["result"][0]["document"] == "七天无理由退货"
    assert "default-src 'self'" in policy and "'sha256-abc'" in policy


def test_a_body_over_the_limit_is_answered_as_it_streams(address: str) -> None:
    request = urllib.request.Request(
        f"{address}/predict", b"x" * 20_000, {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 413
    assert json.load(caught.value)["error"]["code"] == "body_too_large"
    caught.value.close()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("POST", "/nowhere", 404, "path_unknown"), ("GET", "/predict", 405, "method_refused")],
)
def test_address_and_method_are_told_in_the_shape_of_errors(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert set(response.json()["error"]) == {"code", "message", "request_id"}
    assert response.json()["error"]["code"] == code


def test_a_fault_of_the_program_is_told_without_its_words(filled: Workbench) -> None:
    def broken() -> Workbench:
        raise ZeroDivisionError("canary7391")

    with TestClient(create_api(broken), raise_server_exceptions=False) as client:
        response = client.post("/predict", json={"query": "q", "documents": ["a"]})
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
    assert "canary7391" not in response.text
