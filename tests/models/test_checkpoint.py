"""Tests of workbench.models.checkpoint: what is refused before and after its tensors are read."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.models.conftest import save_qwen3
from tests.models.tiny_cross import changed, save_gte, save_roberta
from workbench.domain.errors import Unavailable
from workbench.models.checkpoint import (
    load_cross_encoder,
    load_qwen3,
    require_checkpoint,
    require_finite,
)
from workbench.models.cross_encoder import CrossEncoderBody
from workbench.models.device import Placement
from workbench.models.qwen3 import Answers, Qwen3Body

CPU = Placement("cpu", "float32")


@pytest.fixture(scope="module")
def folders(tmp_path_factory, untied_checkpoint):
    return {
        "qwen3": untied_checkpoint,
        "roberta": save_roberta(tmp_path_factory.mktemp("roberta")),
        "gte": save_gte(tmp_path_factory.mktemp("gte")),
    }


def body(name: str, folder):
    if name == "qwen3":
        return Qwen3Body(folder, CPU, Answers(yes=17, no=203))
    return CrossEncoderBody(folder, CPU)


def refused(name: str, folder) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        body(name, folder)
    return caught.value


ALL = pytest.mark.parametrize("name", ["qwen3", "roberta", "gte"])


@pytest.mark.parametrize(
    ("family", "name"), [("qwen3", "roberta"), ("qwen3", "gte"), ("cross_encoder", "qwen3")]
)
def test_other_architectures_are_refused_with_what_was_found(folders, family, name):
    with pytest.raises(Unavailable) as caught:
        require_checkpoint(folders[name], family)
    assert caught.value.code == "architecture_unsupported"
    assert "For" in caught.value.params["found"]
    assert caught.value.params["found"] not in caught.value.params["expected"]


@ALL
def test_pickled_weights_are_refused(folders, name, tmp_path):
    assert refused(name, tmp_path).params["missing"] == "config.json"
    shutil.copy(folders[name] / "config.json", tmp_path)
    assert refused(name, tmp_path).params["missing"] == "model.safetensors"
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x02")
    error = refused(name, tmp_path)
    assert (error.code, error.params["found"]) == ("weights_not_safe", "pytorch_model.bin")


@ALL
@pytest.mark.parametrize("data", ["", "[]", "{"])
def test_a_damaged_configuration_is_refused(name, tmp_path, data):
    (tmp_path / "config.json").write_text(data)
    assert refused(name, tmp_path).code == "weights_damaged"


@ALL
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_no_numbers_are_refused(folders, name, tmp_path, value):
    folder = changed(folders[name], tmp_path / "m")
    tensors = load_file(folder / "model.safetensors")
    last = sorted(tensors)[-1]
    tensors[last].view(-1)[-1] = value
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    error = refused(name, folder)
    assert error.code == "weights_not_finite"
    assert error.params["tensor"]


@ALL
def test_a_cut_file_is_refused_with_both_sizes(folders, name, tmp_path):
    folder = changed(folders[name], tmp_path / "m")
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:-4])
    error = refused(name, folder)
    assert error.code == "weights_truncated"
    assert (error.params["found"], error.params["expected"]) == (len(whole) - 4, len(whole))


@ALL
def test_a_missing_tensor_is_refused(folders, name, tmp_path):
    folder = changed(folders[name], tmp_path / "m")
    tensors = load_file(folder / "model.safetensors")
    gone = next(key for key in sorted(tensors) if "1" in key and "weight" in key)
    del tensors[gone]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    error = refused(name, folder)
    assert error.code == "weights_damaged"
    assert "missing" in error.params["detail"]


@ALL
def test_tensors_of_another_shape_are_refused(folders, name, tmp_path):
    folder = changed(folders[name], tmp_path / "m", intermediate_size=16)
    assert refused(name, folder).code == "weights_damaged"


@pytest.mark.parametrize("labels", [2, 5])
def test_a_classifier_of_several_labels_is_refused(tmp_path, labels):
    error = refused("roberta", save_roberta(tmp_path, labels=labels))
    assert (error.code, error.params["found"]) == ("labels_unsupported", labels)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("position_embedding_type", "absolute"),
        ("layer_norm_type", "rms_norm"),
        ("logn_attention_scale", True),
        ("type_vocab_size", 2),
        ("rope_scaling", {"type": "dynamic", "factor": 2.0}),
    ],
)
def test_an_option_of_gte_that_is_not_known_here_is_refused(folders, tmp_path, option, value):
    error = refused("gte", changed(folders["gte"], tmp_path / "m", **{option: value}))
    assert error.code == "architecture_unsupported"
    assert option in error.params["found"]


def test_no_code_of_the_checkpoint_is_run(folders, tmp_path):
    folder = changed(folders["gte"], tmp_path / "m", auto_map={"AutoConfig": "evil.Config"})
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    load_cross_encoder(folder, CPU)
    assert not (tmp_path / "ran").exists()


def test_a_loaded_model_is_whole_and_in_the_format_asked_for(folders):
    for load, name in ((load_qwen3, "qwen3"), (load_cross_encoder, "gte")):
        model = load(folders[name], Placement("cpu", "bfloat16"))
        assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
        assert not model.training
        require_finite(model, folders[name])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_the_tensor_that_is_not_finite_is_named(tmp_path, value):
    model = torch.nn.Linear(3, 2)
    require_finite(model, tmp_path)
    with torch.no_grad():
        model.bias[1] = value
    with pytest.raises(Unavailable) as caught:
        require_finite(model, tmp_path)
    assert caught.value.params == {"folder": str(tmp_path), "tensor": "bias"}


def test_a_converted_reranker_gives_the_same_log_odds(tmp_path):
    """tomaarsen's conversion: one label, whose weights are the yes row less the no row."""
    import numpy as np
    from transformers import Qwen3Config, Qwen3ForCausalLM, Qwen3ForSequenceClassification

    source = save_qwen3(tmp_path / "causal", tied=False, vocabulary=300)
    causal = Qwen3ForCausalLM.from_pretrained(source)
    config = Qwen3Config.from_pretrained(source, num_labels=1)
    converted = Qwen3ForSequenceClassification(config)
    converted.model.load_state_dict(causal.model.state_dict())
    with torch.no_grad():
        converted.score.weight[0] = causal.lm_head.weight[17] - causal.lm_head.weight[203]
    converted.save_pretrained(tmp_path / "converted")
    told = json.loads((tmp_path / "converted/config.json").read_text())
    assert told["architectures"] == ["Qwen3ForSequenceClassification"]
    prompts = [np.array(ids, np.int32) for ids in ([1, 2, 3], [9], [250] * 20)]
    expected = body("qwen3", source).log_odds(prompts)
    assert body("qwen3", tmp_path / "converted").log_odds(prompts) == pytest.approx(
        expected, abs=1e-5
    )
