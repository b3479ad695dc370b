"""Tests of benchmarks.bm25_bench: engines that agree, rows and goals by hand, a peer that lacks."""

import json

import pytest

from benchmarks import bm25_bench
from benchmarks.bm25_bench import OURS, REFERENCE, in_child, main, one_engine, row
from benchmarks.report import Report


def told(engine: str, ms: list[float], **more: object) -> dict[str, object]:
    return {"engine": engine, "build_s": 1.5, "peak_rss_mib": 100.4, "ms": ms, **more}


def test_ours_and_the_reference_give_the_same_scores_and_ours_changes():
    found, reference = one_engine(OURS, 300), one_engine(REFERENCE, 300)
    assert found["scores"] == reference["scores"] != []
    assert len(found["ms"]) == len(found["changed_ms"]) == 50
    assert len(reference["ms"]) == 12
    assert found["add_s"] > 0
    assert found["disk_mib"] > 0.1


def test_a_row_by_hand():
    found = row(1000, told(OURS, [1.0, 2.0, 3.0]), told(REFERENCE, [100.0, 300.0]))
    assert found == {
        "part": "1,000 chunks",
        "engine": OURS,
        "build s": 1.5,
        "peak MiB": 100,
        "p50 ms": 2.0,
        "p95 ms": 2.9,
        "mean ms": 2.0,
        "times rank_bm25": 100.0,
    }
    assert row(1000, told(OURS, [1.0]), None)["times rank_bm25"] is None


def test_goals_and_missing_peers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bm25_bench, "installed", lambda name: name in (OURS, REFERENCE))

    def measured(name: str, size: int) -> dict[str, object]:
        if name == REFERENCE:
            return told(name, [1000.0], scores=["a", "b"])
        return told(name, [4.0], scores=["a", "c"], changed_ms=[10.0], add_s=0.2)

    monkeypatch.setattr(bm25_bench, "in_child", measured)
    report = Report("recall speed")
    bm25_bench.measure(report, full=True)
    assert report.notes == ["Not installed, and so not beside ours: bm25s, tantivy."]
    assert [r["part"] for r in report.rows] == [
        *["20,000 chunks"] * 3,
        *["100,000 chunks"] * 3,
        *["1,000,000 chunks"] * 2,
    ]
    goals = {goal.name: goal for goal in report.goals}
    assert goals["20,000 chunks: times rank_bm25, frozen"].met
    assert not goals["20,000 chunks: times rank_bm25, just changed"].met
    assert goals["20,000 chunks: scores equal to rank_bm25's"].measured == "1 of 2 questions"
    assert goals["100,000 chunks: p95 in ms"].met
    assert goals["1,000,000 chunks: peak memory in MiB"].met
    assert goals["1,000,000 chunks: a document added in seconds"].measured == 0.2


def test_an_engine_in_a_process_of_its_own():
    found = in_child(OURS, 200)
    assert found["engine"] == OURS
    assert found["peak_rss_mib"] is None or found["peak_rss_mib"] > 20


def test_one_engine_prints_one_object(capsys: pytest.CaptureFixture[str]):
    main(["--one", OURS, "--chunks", "200"])
    assert json.loads(capsys.readouterr().out)["engine"] == OURS
