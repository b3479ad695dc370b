"""Tests of workbench.models.answering."""

import numpy as np
import pytest
import torch

from tests.models.tiny_cross import save_gte
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.answering import Answering
from workbench.models.device import Placement
from workbench.models.speed import measured_gflops
from workbench.models.token_ids import pack_ids

ANSWERS = {"yes": 17, "no": 203}


@pytest.fixture
def answering():
    return Answering(threads=1)


def load_reranker(folder, **more) -> dict:
    chosen = {"device": "cpu", "dtype": "float32", **ANSWERS, **more}
    return {"op": "load", "role": "reranker", "kind": "qwen3", "path": str(folder), **chosen}


def load_embedder(path, **more) -> dict:
    return {"op": "load", "role": "embedder", "kind": "e5", "path": str(path), **more}


def asked(op: str, *sequences: list[int]) -> tuple[dict, bytes]:
    lengths, payload = pack_ids(sequences)
    return {"op": op, "lengths": lengths}, payload


def test_hello_says_what_runs(answering):
    header, payload = answering.answer({"op": "hello"}, b"")
    assert header["versions"]["torch"] == torch.__version__
    assert set(header["versions"]) == {"python", "torch", "transformers"}
    assert header["threads"] == 1
    on_card = header["device"] == "cuda"
    assert bool(header["card"]) is on_card
    assert on_card or header["kernel"] is False
    assert (header["device"], payload) == ("cpu" if header["device"] == "cpu" else "cuda", b"")


def test_ping_says_nothing(answering):
    assert answering.answer({"op": "ping"}, b"") == ({}, b"")


def test_an_embedder_is_loaded_and_embeds(answering, e5_path):
    given = load_embedder(e5_path, device="cpu", dtype="float32")
    header, _ = answering.answer(given, b"")
    assert (header["dim"], header["max_positions"], header["dtype"]) == (64, 16, "float32")
    assert header["load_seconds"] > 0
    assert len(header["revision"]) == 16
    header, payload = answering.answer(*asked("embed", [4, 5], [6]))
    vectors = np.frombuffer(payload, "<f4").reshape(2, header["dim"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert answering.answer(*asked("embed")) == ({"dim": 64}, b"")


@pytest.mark.parametrize(
    ("flags", "pays", "dtype"),
    [
        ({"avx512_bf16"}, True, "bfloat16"),
        ({"avx2"}, True, "int8"),
        ({"avx2"}, False, "float32"),
    ],
)
def test_the_processor_decides_in_which_format_passages_are_read(
    answering, e5_path, monkeypatch, flags, pays, dtype
):
    monkeypatch.setattr("workbench.models.device.processor_flags", lambda: frozenset(flags))
    monkeypatch.setattr("workbench.models.answering.eight_bits_pay", lambda: pays)
    header, _ = answering.answer(load_embedder(e5_path, device="cpu"), b"")
    assert header["dtype"] == dtype


def test_questions_are_read_without_eight_bits(answering, e5_path):
    found = {}
    for dtype, exact in (("float32", False), ("int8", True), ("int8", False)):
        answering.answer(load_embedder(e5_path, device="cpu", dtype=dtype), b"")
        header, payload = asked("embed", [4, 5, 6])
        found[dtype, exact] = answering.answer({**header, "exact": exact}, payload)[1]
    assert found["int8", True] == found["float32", False]
    assert found["int8", False] != found["float32", False]


def test_a_reranker_is_loaded_and_scores(answering, untied_checkpoint):
    header, _ = answering.answer(load_reranker(untied_checkpoint, revision="r1"), b"")
    assert (header["device"], header["dtype"], header["revision"]) == ("cpu", "float32", "r1")
    assert header["max_positions"] == 512
    _, payload = answering.answer(*asked("odds", [1, 2, 3], [9]))
    assert np.isfinite(np.frombuffer(payload, "<f8")).tolist() == [True, True]


def test_a_cross_encoder_takes_the_place_of_the_reranker(answering, untied_checkpoint, tmp_path):
    answering.answer(load_reranker(untied_checkpoint), b"")
    header = load_reranker(save_gte(tmp_path), kind="cross_encoder", revision="r2")
    answer, _ = answering.answer(header, b"")
    assert (answer["revision"], answer["attention"], answer["max_positions"]) == (
        "r2",
        "padded",
        128,
    )
    header, payload = answering.answer(*asked("odds", [0, 9, 2], [0, 2]))
    assert (header["failed"], header["computed"]) == ([], 6)
    assert np.isfinite(np.frombuffer(payload, "<f8")).tolist() == [True, True]


def test_nothing_is_answered_before_a_model_is_loaded(answering):
    for op, role in (("embed", "embedder"), ("odds", "reranker")):
        with pytest.raises(Unavailable) as caught:
            answering.answer(*asked(op, [1]))
        assert (caught.value.code, caught.value.params) == ("not_loaded", {"role": role})


def test_a_load_that_fails_leaves_no_model(answering, untied_checkpoint, tmp_path):
    answering.answer(load_reranker(untied_checkpoint), b"")
    with pytest.raises(Unavailable, match="model_incomplete"):
        answering.answer(load_reranker(tmp_path), b"")
    with pytest.raises(Unavailable, match="not_loaded"):
        answering.answer(*asked("odds", [1]))


def test_unknown_operations_and_models_are_refused(answering, tmp_path):
    for header in ({}, {"op": "exec"}, {"op": "__class__"}):
        with pytest.raises(InvalidInput, match="operation_unknown"):
            answering.answer(header, b"")
    with pytest.raises(InvalidInput, match="model_kind_unknown"):
        answering.answer({"op": "load", "role": "embedder", "kind": "gte", "path": "x"}, b"")


def test_lengths_that_do_not_match_are_refused(answering, e5_path):
    answering.answer(load_embedder(e5_path), b"")
    with pytest.raises(InvalidInput, match="ids_do_not_match"):
        answering.answer({"op": "embed", "lengths": [3]}, b"1234")


def test_a_lack_of_memory_anywhere_is_answered_with_the_tokens(answering, monkeypatch):
    def without_memory(header, payload):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setitem(answering._operations, "embed", without_memory)
    with pytest.raises(Unavailable) as caught:
        answering.answer(*asked("embed", [1, 2], [3]))
    assert (caught.value.code, caught.value.params) == ("out_of_memory", {"tokens": 3})


def test_other_failures_stay_what_they_are(answering, monkeypatch):
    def broken(header, payload):
        raise RuntimeError("shapes do not match")

    monkeypatch.setitem(answering._operations, "embed", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        answering.answer(*asked("embed", [1]))


def test_a_rate_is_measured():
    assert measured_gflops(Placement("cpu", "float32"), rounds=1) > 0
