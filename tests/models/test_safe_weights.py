"""Tests of workbench.models.safe_weights."""

import json
import struct
from pathlib import Path

import pytest

from workbench.domain.errors import Unavailable
from workbench.models.safe_weights import require_model, require_safe_weights


def tensors(file: Path, size: int = 8, **header) -> Path:
    told = {"__metadata__": {}, "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, size]}}
    head = json.dumps(header or told).encode()
    file.write_bytes(struct.pack("<Q", len(head)) + head + b"\0" * size)
    return file


def model_in(folder: Path) -> Path:
    (folder / "config.json").write_text('{"architectures": ["Qwen3ForCausalLM"]}')
    (folder / "tokenizer.json").write_text("{}")
    tensors(folder / "model.safetensors")
    return folder


def refused(folder: Path) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        require_model(folder)
    return caught.value


def test_a_whole_model_is_taken(tmp_path):
    require_model(model_in(tmp_path))
    require_model(tmp_path, "qwen3")
    with pytest.raises(Unavailable, match="architecture_unsupported"):
        require_model(tmp_path, "cross_encoder")


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_what_is_missing_is_named(tmp_path, missing):
    (model_in(tmp_path) / missing).unlink()
    error = refused(tmp_path)
    assert (error.code, error.params["missing"]) == ("model_incomplete", missing)


def test_a_folder_that_is_none_is_named(tmp_path):
    assert refused(tmp_path / "gone").code == "model_folder_missing"


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "x.pth", "last.ckpt", "w.pkl"])
def test_pickled_weights_are_named(tmp_path, name):
    (model_in(tmp_path) / "model.safetensors").rename(tmp_path / name)
    error = refused(tmp_path)
    assert (error.code, error.params["found"]) == ("weights_not_safe", name)


def test_every_part_must_be_there_and_whole(tmp_path):
    (model_in(tmp_path) / "model.safetensors").rename(tmp_path / "1.safetensors")
    index = {"weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    error = refused(tmp_path)
    assert (error.code, error.params["missing"]) == ("model_incomplete", "2.safetensors")
    second = tensors(tmp_path / "2.safetensors")
    require_safe_weights(tmp_path)
    second.write_bytes(second.read_bytes()[:-1])
    error = refused(tmp_path)
    assert error.code == "weights_truncated"
    assert error.params["file"] == str(second)
    assert error.params["expected"] == error.params["found"] + 1


@pytest.mark.parametrize("data", [b"", b"\x01", struct.pack("<Q", 1000) + b"{}"])
def test_a_file_cut_within_its_header_is_told(tmp_path, data):
    (model_in(tmp_path) / "model.safetensors").write_bytes(data)
    error = refused(tmp_path)
    assert error.code == "weights_truncated"
    assert error.params["found"] == len(data) < error.params["expected"]


@pytest.mark.parametrize("head", [b"x", b"[]", b'{"a": 3}', b'{"a": {"data_offsets": []}}'])
def test_a_header_that_is_none_is_told(tmp_path, head):
    (model_in(tmp_path) / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head)
    assert refused(tmp_path).code == "weights_damaged"
