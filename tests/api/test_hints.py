"""What there is to tell about an answer reaches a caller of the API, and changes no shape."""

import pytest
from fastapi.testclient import TestClient

from tests.doubles import CountingReranker
from workbench.api.routes import create_api
from workbench.services.workbench import Workbench


@pytest.mark.parametrize("pasted", ["<Instruct>: i", "< INSTRUCT >\u3000：i", "\ufeff<instruct>:i"])
def test_predict_takes_a_pasted_prefix_off_and_says_so_in_a_header(
    bench: Workbench, reranker: CountingReranker, pasted: str
) -> None:
    with TestClient(create_api(lambda: bench)) as client:
        body = {"query": "ab", "documents": ["x", "ab"], "instruction": pasted}
        answer = client.post("/predict", json=body)
        assert list(answer.json()) == ["result"]
        assert answer.headers["X-Hints"] == "prefix_stripped"
        assert reranker.asked[-1][2] == "i"
        plain = client.post("/predict", json=body | {"instruction": "i"})
        assert "X-Hints" not in plain.headers
        assert plain.json() == answer.json()


def test_predict_names_every_hint(bench: Workbench) -> None:
    body = {"query": "zz", "documents": ["a", "b"], "instruction": "<Instruct>: i"}
    with TestClient(create_api(lambda: bench)) as client:
        answer = client.post("/predict", json=body)
    assert answer.headers["X-Hints"] == "prefix_stripped,too_broad,ties"


def test_search_carries_it_among_its_hints(filled: Workbench, reranker: CountingReranker) -> None:
    body = {"query": "违约金", "corpus": "My files", "instruction": "<instruct>：条款"}
    with TestClient(create_api(lambda: filled)) as client:
        answer = client.post("/search", json=body)
    assert "prefix_stripped" in [hint["code"] for hint in answer.json()["hints"]]
    assert reranker.asked[-1][2] == "条款"
