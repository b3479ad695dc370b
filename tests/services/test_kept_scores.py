"""Kept scores in the house: their room, their size at the doctor, and what is never kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.doubles import CountingReranker, HashEmbedder
from workbench.api.dialects import create_dialects
from workbench.assembly import build
from workbench.cli.machine import report_json
from workbench.domain.actors import OWNER
from workbench.domain.rankings import Cost, Scores
from workbench.services.shapes import answer_json
from workbench.services.workbench import Workbench
from workbench.settings import MIB, Settings
from workbench.store.scores import ScoreStore
from workbench.ui.score_lines import cost_line


class Remembering(CountingReranker):
    """Says that every number is from earlier, and has a double that computes."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = CountingReranker()

    def without_cache(self) -> CountingReranker:
        return self.plain

    def score(self, query: str, documents: Any, instruction: str, **more: Any) -> Scores:
        found = super().score(query, documents, instruction, **more)
        return replace(found, cost=Cost(cached=len(documents)))


@pytest.fixture
def reranker() -> Remembering:
    return Remembering()


def test_how_many_were_from_earlier_is_told_everywhere(filled: Workbench) -> None:
    corpus = [filled.corpora.list(OWNER)[0].corpus_id]
    answer = filled.search.ask(OWNER, corpus, "违约金 password")
    assert answer.cost.cached == answer.recalled > 0
    cost: Any = answer_json(answer)["cost"]
    assert cost["cached"] == answer.recalled
    told = cost_line(answer.cost, answer.reranker, "zh").replace("\\", "")
    assert f"其中 {answer.recalled} 段用了已算好的分数" in told
    assert "已算好的" not in cost_line(Cost(pairs=1), answer.reranker, "zh")
    arms = [("A", ""), ("B", "x")]
    compared = filled.compare.run(OWNER, corpus, "违约金 password", arms)
    assert compared.cost.cached == sum(len(arm.ranking.rows) for arm in compared.arms) > 0
    lines = [json.loads(line) for line in filled.log.tail()]
    cached = {line["event"]: line["cached"] for line in lines if "cached" in line}
    assert cached["search"] == answer.recalled and cached["compare"] == compared.cost.cached
    with TestClient(create_dialects(lambda: filled)) as client:
        asked = {"query": "q", "documents": ["a", "b"]}
        assert client.post("/v1/rerank", json=asked).headers["X-Cached-Count"] == "2"


def test_the_doctor_and_the_warming_compute(bench: Workbench, reranker: Remembering) -> None:
    report = bench.doctor.examine(OWNER)
    assert report.self_test is not None and len(reranker.plain.asked) == 6
    bench.models.warm()
    assert len(reranker.plain.asked) == 7
    assert reranker.asked == []


def test_the_doctor_tells_the_size(bench: Workbench) -> None:
    assert bench.doctor.examine(OWNER).score_cache_bytes == 0
    ScoreStore(bench.settings.home, MIB).put({b"k" * 32: 1.0})
    report = bench.doctor.examine(OWNER)
    assert report.score_cache_bytes is not None and report.score_cache_bytes > 0
    assert report_json(report)["score_cache_bytes"] == report.score_cache_bytes


@pytest.fixture
def without(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Workbench]:
    settings = Settings.from_environment({"WORKBENCH_SCORE_CACHE_MB": "0"})
    settings = replace(settings, home=tmp_path / "off")
    made = build(settings, reranker=CountingReranker(), embedder=embedder)
    yield made
    made.close()


def test_none_are_kept_where_the_limit_is_nought(without: Workbench) -> None:
    report = without.doctor.examine(OWNER)
    assert report.score_cache_bytes is None
    assert report_json(report)["score_cache_bytes"] is None
    assert not (without.settings.home / "scores.db").exists()


def test_the_room_is_given_in_mebibytes() -> None:
    assert Settings.from_environment({}).score_cache_bytes == 256 * MIB
    given = Settings.from_environment({"WORKBENCH_SCORE_CACHE_MB": "3"})
    assert given.score_cache_bytes == 3 * MIB
