"""Tests of workbench.models.requests."""

from pathlib import Path

from workbench.models.requests import ModelLoad, ModelRequest


def test_the_header_holds_what_was_chosen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    short = ModelRequest("embedder", "e5", Path("weights.bin"))
    assert short.header() == {
        "op": "load",
        "role": "embedder",
        "kind": "e5",
        "path": str(tmp_path / "weights.bin"),
    }
    full = ModelRequest("reranker", "qwen3", tmp_path, "cpu", "float32", "r1", 5, 0, 100)
    assert full.header() == {
        "op": "load",
        "role": "reranker",
        "kind": "qwen3",
        "path": str(tmp_path),
        "device": "cpu",
        "dtype": "float32",
        "revision": "r1",
        "yes": 5,
        "no": 0,
        "budget": 100,
    }


def test_a_load_is_what_was_answered():
    answer = {
        "load_seconds": 1.5,
        "device": "cpu",
        "dtype": "float32",
        "parameters": 10,
        "revision": None,
        "max_positions": 512,
    }
    load = ModelLoad.of(ModelRequest("reranker", "qwen3", Path("x")), answer)
    assert load == ModelLoad("reranker", "qwen3", "cpu", "float32", 1.5, 10, None, 512)
