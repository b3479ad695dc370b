"""Tests of benchmarks.load_host: calls are counted, and memory fails once when told to."""

import numpy as np
import pytest

from benchmarks.load_host import CALLS, TRIGGER, arm, watched
from benchmarks.served import Calls, Served
from tests.models.conftest import save_qwen3
from workbench.models.device import Placement
from workbench.models.qwen3 import Answers, Qwen3Body


def test_calls_that_compute_are_counted(tmp_path):
    asked = []

    def answer(header, payload):
        asked.append(header)
        return {}, b""

    answering = watched(answer, tmp_path)
    answering({"op": "ping"}, b"")
    answering({"op": "load", "role": "reranker"}, b"")
    answering({"op": "embed", "lengths": [3, 4]}, b"")
    answering({"op": "embed", "lengths": [5]}, b"")
    assert asked[1]["dtype"] == "float32"
    found = Served("", tmp_path).calls()
    assert (found.count, found.texts, found.tokens) == (2, 3, 12)
    assert found.since(Calls(1, 2, 7, 0.0)).tokens == 5
    assert (tmp_path / CALLS).read_text().count("\n") == 2


def test_a_server_that_computed_nothing_has_no_calls(tmp_path):
    assert Served("", tmp_path).calls() == Calls(0, 0, 0, 0)


def test_one_pass_runs_out_of_memory_and_the_numbers_are_the_same(tmp_path, monkeypatch):
    from transformers import Qwen3Model

    monkeypatch.setattr(Qwen3Model, "forward", Qwen3Model.forward)
    folder = save_qwen3(tmp_path / "model", vocabulary=300)
    body = Qwen3Body(folder, Placement("cpu", "float32"), Answers(yes=7, no=9))
    prompts = [np.array([1, 2, n, n + 1], np.int32) for n in range(10, 16)]
    expected = body.log_odds(prompts)
    arm(tmp_path)
    served = Served("", tmp_path)
    assert served.ran_out_of_memory()
    served.run_out_of_memory()
    assert not served.ran_out_of_memory()
    assert body.log_odds(prompts) == pytest.approx(expected, abs=1e-5)
    assert not (tmp_path / TRIGGER).exists()
