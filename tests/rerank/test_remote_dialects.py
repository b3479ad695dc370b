"""Each dialect's bodies, and how its replies are read whatever their order."""

from typing import Any

import pytest

from tests.rerank.remote_server import reply_of
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.rerank.remote_dialects import (
    DIALECTS,
    Question,
    dialect_of,
    model_told,
    total_tokens,
)

ASKED = Question("capital?", ("b", "a", "c"), "be strict", "m")
SCORES = {"b": 0.25, "a": 0.75, "c": 0.5}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_sorted_reply_is_put_back_in_the_order_of_the_question(name: str) -> None:
    dialect = dialect_of(name)
    reply = reply_of(name, dialect.body(ASKED), lambda q, d, i: SCORES[d])
    assert dialect.scores(reply, ASKED) == [0.25, 0.75, 0.5]


@pytest.mark.parametrize("name", DIALECTS)
def test_no_document_takes_no_score(name: str) -> None:
    dialect, asked = dialect_of(name), Question("q", ())
    assert dialect.scores(reply_of(name, dialect.body(asked), lambda q, d, i: 0.0), asked) == []


def test_bodies() -> None:
    bodies = {name: dialect.body(ASKED) for name, dialect in DIALECTS.items()}
    three = ["b", "a", "c"]
    common = {"model": "m", "query": "capital?", "documents": three, "top_n": 3}
    assert bodies == {
        "jina": {**common, "return_documents": False, "instruction": "be strict"},
        "cohere": common,
        "sglang": {**common, "return_documents": False, "instruct": "be strict"},
        "vllm": {
            "model": "m",
            "text_1": "capital?",
            "text_2": three,
            "chat_template_kwargs": {"instruction": "be strict"},
        },
        "tei": {
            "query": "capital?",
            "texts": three,
            "raw_scores": False,
            "return_text": False,
            "truncate": False,
        },
        "predict": {"query": "capital?", "documents": three, "instruction": "be strict"},
    }
    assert {name for name, one in DIALECTS.items() if not one.instructs} == {"cohere", "tei"}


def test_what_is_empty_is_not_sent() -> None:
    body = dialect_of("jina").body(Question("q", ("d",)))
    assert body == {"query": "q", "documents": ["d"], "top_n": 1, "return_documents": False}
    assert "chat_template_kwargs" not in dialect_of("vllm").body(Question("q", ("d",)))


def rows(*pairs: tuple[Any, Any]) -> dict[str, Any]:
    return {"results": [{"index": i, "relevance_score": s} for i, s in pairs]}


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (rows((0, 0.1), (1, 0.2)), "scores_missing"),
        (rows((0, 0.1), (1, 0.2), (1, 0.3)), "remote_index_wrong"),
        (rows((0, 0.1), (1, 0.2), (3, 0.3)), "remote_index_wrong"),
        (rows((0, 0.1), (1, 0.2), (-1, 0.3)), "remote_index_wrong"),
        (rows((0, 0.1), (1, 0.2), (True, 0.3)), "remote_not_understood"),
        (rows((0, 0.1), (1, 0.2), ("2", 0.3)), "remote_not_understood"),
        (rows((0, 0.1), (1, 0.2), (2, "0.3")), "remote_not_understood"),
        (rows((0, 0.1), (1, 0.2), (2, None)), "remote_not_understood"),
        (rows((0, 0.1), (1, 0.2), (2, 10**400)), "remote_not_understood"),
        ({"results": [1, 2, 3]}, "remote_not_understood"),
        ({"data": []}, "remote_not_understood"),
        ("text", "remote_not_understood"),
        (None, "remote_not_understood"),
    ],
)
def test_what_cannot_be_read_is_an_error(reply: object, code: str) -> None:
    with pytest.raises(Unavailable) as caught:
        dialect_of("jina").scores(reply, ASKED)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("texts", "code"),
    [(("a", "b"), "scores_missing"), (("a", "b", "x"), "remote_not_understood")],
)
def test_a_reply_of_predict_holds_each_document_once(texts: tuple[str, ...], code: str) -> None:
    reply = {"result": [{"document": text, "score": 1.0} for text in texts]}
    with pytest.raises(Unavailable) as caught:
        dialect_of("predict").scores(reply, ASKED)
    assert caught.value.code == code


def test_usage_and_model() -> None:
    assert total_tokens({"usage": {"total_tokens": 7}}) == 7
    for reply in ([], {}, {"usage": 3}, {"usage": {"total_tokens": -1}}, {"usage": {}}):
        assert total_tokens(reply) is None
    assert model_told({"model": "x" * 300}) == "x" * 200
    assert model_told({"model": "a\nb"}) is None and model_told([]) is None


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        dialect_of("klingon")
    assert caught.value.code == "remote_dialect_unknown"
