"""A busy model over HTTP: when to come back, and what a monitor is told."""

import threading
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from tests.rerank.scripted import INFO, CharacterTokenizer, ScriptedScorer
from workbench.api.routes import create_api
from workbench.assembly import build
from workbench.rerank.batches import BatchLimits
from workbench.rerank.engine import Engine
from workbench.rerank.qwen3 import Qwen3Reranker
from workbench.settings import Settings
from workbench.words.say import say


class Gated(ScriptedScorer):
    """Computes nothing before it is let go on."""

    def __init__(self) -> None:
        super().__init__(lambda text: 1.0)
        self.begun, self.gate = threading.Event(), threading.Event()

    def log_odds(self, prompts, **how):
        self.begun.set()
        assert self.gate.wait(30)
        return super().log_odds(prompts, **how)


def test_a_queue_that_is_too_long_says_when_to_come_back(tmp_path):
    scorer = Gated()
    engine = Engine(scorer, limits=BatchLimits(waiting_tokens=100))
    model = Qwen3Reranker(CharacterTokenizer, engine, lambda: replace(INFO, name="scripted"))
    engine.submit([[(200_001,)]])
    assert scorer.begun.wait(30)
    engine.submit([[(200_002,) * 90]])
    bench = build(Settings(home=tmp_path), reranker=model)
    with TestClient(create_api(lambda: bench)) as client:
        asked = {"query": "q", "documents": ["d"]}
        answer = client.post("/predict", json=asked, headers={"Accept-Language": "en"})
        scorer.gate.set()
        assert client.post("/predict", json=asked).status_code == 200
    engine.close()
    bench.close()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    told = answer.json()["error"]
    assert told["code"] == "engine_busy"
    assert told["message"] == say("error.engine_busy", "en", waiting=1, seconds=1)


def test_nothing_was_asked_of_any_model(bench):
    with TestClient(create_api(lambda: bench)) as client:
        assert client.get("/queue").json() == []


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_sentence_has_both_numbers(tongue):
    told = say("error.engine_busy", tongue, waiting=12, seconds=34)
    assert "12" in told
    assert "34" in told
