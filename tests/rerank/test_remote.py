"""The remote reranker against a real server in every dialect."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.rerank.remote_server import Served, ignoring, serving, words_shared
from workbench.domain.errors import Unavailable
from workbench.rerank.odds import sigmoid
from workbench.rerank.remote import RemoteReranker, pair_of
from workbench.rerank.remote_dialects import DIALECTS, dialect_of
from workbench.rerank.remote_probe import AGAINST
from workbench.rerank.remote_transport import Endpoint, HttpPost

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUERY = "red green"
DOCUMENTS = ("blue", "red green", "red", "blue")


def reranker_of(served: Served, **given: Any) -> RemoteReranker:
    endpoint = Endpoint.of(served.url)
    dialect = dialect_of(served.dialect)
    return RemoteReranker(HttpPost(endpoint), dialect, endpoint.host, len, now=lambda: NOW, **given)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_scores_come_back_in_the_order_given(dialect: str) -> None:
    with serving(dialect) as served:
        scores = reranker_of(served).score(QUERY, DOCUMENTS, "")
    assert [pair.margin for pair in scores.pairs] == [-3.0, 1.0, -1.0, -3.0]
    info = scores.reranker
    assert (info.name, info.score_kind) == ("remote", "logit")
    assert info.host == served.url.removeprefix("http://")
    assert info.supports_instruction == DIALECTS[dialect].instructs
    sent = served.bodies[-1]
    texts = sent.get("documents") or sent.get("texts") or sent.get("text_2")
    assert texts == ["blue", "red green", "red"]
    assert {path for path, _, _ in served.asked} == {DIALECTS[dialect].path}


@pytest.mark.parametrize("dialect", [d for d in DIALECTS if DIALECTS[d].instructs])
def test_a_server_that_follows_is_told_the_instruction(dialect: str) -> None:
    with serving(dialect) as served:
        scores = reranker_of(served).score(QUERY, DOCUMENTS, AGAINST)
    assert [pair.margin for pair in scores.pairs] == [3.0, -1.0, 1.0, 3.0]
    assert QUERY in (served.bodies[-1].get("query"), served.bodies[-1].get("text_1"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_server_that_ignores_reads_the_instruction_before_the_query(dialect: str) -> None:
    with serving(dialect, ignoring) as served:
        scores = reranker_of(served).score(QUERY, ["red"], "be strict")
    sent = served.bodies[-1]
    assert not scores.reranker.supports_instruction
    assert "be strict red green" in (sent.get("query"), sent.get("text_1"))
    assert not {"instruction", "instruct", "chat_template_kwargs"} & set(sent)


def test_the_probe_is_asked_once_and_its_time_kept() -> None:
    with serving("jina") as served:
        remote = reranker_of(served)
        assert remote.probed is None and not remote.info.supports_instruction
        assert not served.asked
        remote.score(QUERY, ["red"], "")
        remote.score(QUERY, ["red"], "")
    assert len(served.asked) == 4 + 2
    assert remote.probed is not None
    assert (remote.probed.at, remote.probed.follows) == ("2026-03-01T12:00:00Z", True)


def test_a_server_that_ranks_wrong_is_not_used_and_asked_again() -> None:
    with serving("jina", lambda q, d, i: -words_shared(q, d, i)) as served:
        remote = reranker_of(served)
        with pytest.raises(Unavailable) as caught:
            remote.score(QUERY, ["red"], "")
        assert caught.value.code == "remote_ranks_wrong"
        served.score = words_shared
        assert remote.score(QUERY, ["red"], "").pairs[0].margin == -1.0


def probability(query: str, document: str, instruction: str) -> float:
    return sigmoid(words_shared(query, document, instruction))


def test_probabilities_are_told_by_their_range() -> None:
    with serving("jina", probability) as served:
        scores = reranker_of(served).score(QUERY, DOCUMENTS, "")
    pair = scores.pairs[1]
    assert scores.reranker.score_kind == "probability"
    assert (pair.margin, pair.score) == (sigmoid(1.0), sigmoid(1.0))
    assert pair.log_odds == pytest.approx(1.0)


def test_a_number_outside_the_range_shows_that_none_was_a_probability() -> None:
    with serving("cohere", probability) as served:
        remote = reranker_of(served)
        assert remote.score(QUERY, ["red"], "").reranker.score_kind == "probability"
        served.score = words_shared
        scores = remote.score(QUERY, ["red"], "")
        assert scores.reranker.score_kind == "logit"
        served.score = probability
        assert remote.score(QUERY, ["red"], "").reranker.score_kind == "logit"


def test_the_kind_that_a_server_tells_wins() -> None:
    with serving("predict", probability) as served:
        served.headers = {"X-Score-Kind": "similarity"}
        scores = reranker_of(served).score(QUERY, ["red"], "")
    assert scores.reranker.score_kind == "similarity"
    assert not scores.reranker.supports_instruction
    assert (scores.pairs[0].score, scores.pairs[0].log_odds) == (None, None)


def test_one_and_zero_are_ties_without_log_odds() -> None:
    assert pair_of(1.0, "probability", 3).log_odds is None
    assert pair_of(0.0, "probability", 3).margin == 0.0
    assert pair_of(2.0, "logit", 3).score == sigmoid(2.0)
    assert pair_of(-2.0, "similarity", 3).score is None


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_what_is_no_number_is_an_error(broken: float) -> None:
    with serving("jina") as served:
        remote = reranker_of(served)
        remote.check()
        served.score = lambda q, d, i: broken
        with pytest.raises(Unavailable) as caught:
            remote.score(QUERY, DOCUMENTS, "")
    assert caught.value.code == "score_not_finite"


def test_tei_is_asked_for_32_texts_at_a_time() -> None:
    documents = [f"text {n}" for n in range(70)]
    seen: list[tuple[int, int]] = []
    with serving("tei") as served:
        scores = reranker_of(served).score(
            QUERY, documents, "", progress=lambda done, total: seen.append((done, total))
        )
    assert [len(body["texts"]) for body in served.bodies[1:]] == [32, 32, 6]
    assert seen == [(32, 70), (64, 70), (70, 70)]
    assert len(scores.pairs) == 70


def test_no_documents_send_nothing() -> None:
    with serving("jina") as served:
        assert reranker_of(served).score(QUERY, (), "").pairs == ()
    assert not served.asked


def test_tokens_are_those_that_the_server_counted_else_estimated() -> None:
    with serving("jina") as served:
        told = reranker_of(served).score(QUERY, ["red"], "")
    with serving("tei") as served:
        estimated = reranker_of(served).score(QUERY, ["red"], "")
    assert (told.cost.tokens, told.reranker.model) == (17, "served-model")
    assert (estimated.cost.tokens, estimated.reranker.model) == (3, "tei")


def test_half_a_surrogate_pair_is_sent_whole() -> None:
    with serving("predict") as served:
        scores = reranker_of(served).score("q\ud800", ["x\udfff"], "")
    assert len(scores.pairs) == 1
    assert served.bodies[-1] == {"query": "q\ufffd", "documents": ["x\ufffd"]}


def test_the_model_is_asked_for_by_name() -> None:
    with serving("jina") as served:
        scores = reranker_of(served, model="mine").score(QUERY, ["red"], "")
    assert served.bodies[-1]["model"] == "mine" == scores.reranker.model
