"""Tests of workbench.models.checkpoint: what is refused before and after its tensors are read."""

import json
import shutil

import pytest
import torch

from workbench.domain.errors import Unavailable
from workbench.models.checkpoint import load_qwen3, require_checkpoint, require_finite
from workbench.models.device import Placement


def test_other_architectures_are_refused_with_what_was_found(untied_checkpoint, tmp_path):
    config = json.loads((untied_checkpoint / "config.json").read_text())
    config["architectures"] = ["Qwen3ForSequenceClassification"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(Unavailable) as caught:
        require_checkpoint(tmp_path)
    assert caught.value.code == "architecture_unsupported"
    assert caught.value.params["found"] == "Qwen3ForSequenceClassification"


def test_pickled_weights_are_refused(untied_checkpoint, tmp_path):
    with pytest.raises(Unavailable, match="weights_missing"):
        require_checkpoint(tmp_path)
    shutil.copy(untied_checkpoint / "config.json", tmp_path)
    with pytest.raises(Unavailable, match="weights_missing"):
        require_checkpoint(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x02")
    with pytest.raises(Unavailable) as caught:
        require_checkpoint(tmp_path)
    assert caught.value.code == "weights_not_safe"
    assert caught.value.params["found"] == "pytorch_model.bin"


@pytest.mark.parametrize("data", ["", "[]", "{"])
def test_a_damaged_configuration_is_refused(tmp_path, data):
    (tmp_path / "config.json").write_text(data)
    with pytest.raises(Unavailable, match="weights_damaged"):
        require_checkpoint(tmp_path)


def test_a_loaded_model_is_whole_and_in_the_format_asked_for(untied_checkpoint):
    model = load_qwen3(untied_checkpoint, Placement("cpu", "bfloat16"))
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert not model.training
    require_finite(model, untied_checkpoint)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_the_tensor_that_is_not_finite_is_named(tmp_path, value):
    model = torch.nn.Linear(3, 2)
    require_finite(model, tmp_path)
    with torch.no_grad():
        model.bias[1] = value
    with pytest.raises(Unavailable) as caught:
        require_finite(model, tmp_path)
    assert caught.value.params == {"folder": str(tmp_path), "tensor": "bias"}
