"""The field ``long`` of /api/predict: which part counted, refusals, and no change of the shape."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.rerank.scripted import CharacterTokenizer, ScriptedScorer
from workbench.api.routes import create_api
from workbench.domain.rankings import RerankerInfo
from workbench.rerank.engine import Engine
from workbench.rerank.qwen3 import LongLimits, Qwen3Reranker
from workbench.settings import Settings

INFO = RerankerInfo("scripted", "scripted", "probability", True)
HEAD = 48 + len("<Instruct>: i\n<Query>: q\n<Document>: ")
TAIL = "a" * 60 + "yyy" + "b" * 60


@pytest.fixture
def client(tmp_path: Path, embedder) -> Iterator[TestClient]:
    from workbench.assembly import build

    model = Qwen3Reranker(
        CharacterTokenizer,
        Engine(ScriptedScorer(lambda text: float(text.partition("Document>: ")[2].count("y")))),
        lambda: INFO,
        max_length=HEAD + 40,
        long=LongLimits(whole=HEAD + 400, window=32),
    )
    settings = Settings(home=tmp_path, document_tokens=600)
    bench = build(settings, reranker=model, embedder=embedder)
    with TestClient(create_api(lambda: bench)) as made:
        yield made
    bench.close()


def predict(client: TestClient, *documents: str, **more: str):
    body = {"query": "q", "documents": list(documents), "instruction": "i", **more}
    return client.post("/predict", json=body)


def test_without_the_field_the_end_is_cut_and_the_shape_is_the_promised_one(client) -> None:
    answer = predict(client, TAIL, "y")
    assert [set(row) for row in answer.json()["result"]] == [{"document", "score"}] * 2
    assert [row["document"] for row in answer.json()["result"]] == ["y", TAIL]
    assert answer.headers["X-Hints"].split(",")[0] == "truncated"
    assert predict(client, TAIL, "y", long="cut").json() == answer.json()


def test_windows_name_the_part(client) -> None:
    answer = predict(client, TAIL, "y", long="windows")
    best, short = answer.json()["result"]
    assert best["document"] == TAIL
    assert set(best["window"]) == {"number", "count", "start", "end"}
    assert "yyy" in TAIL[best["window"]["start"] : best["window"]["end"]]
    assert set(short) == {"document", "score"}
    assert "read_in_parts" in answer.headers["X-Hints"]


def test_whole_reads_everything_up_to_the_models_limit(client) -> None:
    answer = predict(client, TAIL, "y", long="whole")
    assert [set(row) for row in answer.json()["result"]] == [{"document", "score"}] * 2
    assert answer.json()["result"][0]["document"] == TAIL
    assert "truncated" not in answer.headers.get("X-Hints", "")
    refused = predict(client, "z" * 401, long="whole")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "document_beyond_model")


def test_refusals(client) -> None:
    assert predict(client, "z" * 600, long="windows").status_code == 200
    beyond = predict(client, "z" * 601, long="windows")
    assert (beyond.status_code, beyond.json()["error"]["code"]) == (400, "document_tokens_beyond")
    unknown = predict(client, "z", long="half")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, "request_malformed")
