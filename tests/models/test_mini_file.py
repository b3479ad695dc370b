"""Tests of workbench.models.mini_file."""

import json

import pytest
import torch

from tests.models import tiny_mini
from workbench.domain.errors import Unavailable
from workbench.models import mini_file
from workbench.models.mini_file import load_readers, save_readers
from workbench.models.mini_head import read_head


@pytest.fixture
def folder(tmp_path):
    save_readers(tmp_path, tiny_mini.readers(), tiny_mini.WEIGHTS, "abc", tiny_mini.LAYERS)
    return tmp_path


def test_the_head_says_what_was_written(folder):
    head = read_head(folder)
    assert (head.body, head.layers, head.parts) == ("abc", (1, 2), 1)
    assert dict(head.weights) == tiny_mini.WEIGHTS
    assert dict(head.shapes) == dict.fromkeys(("relevance", "criterion"), tiny_mini.SHAPE)


def test_matrices_come_back_within_half_a_step_of_their_row_and_all_else_exactly(folder):
    found = load_readers(folder, read_head(folder))
    for name, given in tiny_mini.readers().items():
        for key, values in given.state_dict().items():
            kept = found[name].state_dict()[key]
            if values.ndim == 2 and "." in key:
                step = values.abs().amax(1, keepdim=True) / 127
                assert ((kept - values).abs() <= step / 2 + 1e-7).all(), key
            else:
                assert torch.equal(kept, values), key


def test_weights_lie_in_parts_of_bounded_size(tmp_path, monkeypatch):
    monkeypatch.setattr(mini_file, "SHARD_BYTES", 6000)
    save_readers(tmp_path, tiny_mini.readers(), tiny_mini.WEIGHTS, "abc", tiny_mini.LAYERS)
    head = read_head(tmp_path)
    assert head.parts > 1
    assert set(load_readers(tmp_path, head)) == {"relevance", "criterion"}


def test_other_weights_are_another_revision(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    save_readers(other, tiny_mini.readers(6), tiny_mini.WEIGHTS, "abc", tiny_mini.LAYERS)
    assert read_head(folder).revision != read_head(other).revision
    assert read_head(folder).revision == read_head(folder).revision


def test_no_folder_is_named(tmp_path):
    with pytest.raises(Unavailable) as raised:
        read_head(tmp_path / "none")
    assert raised.value.code == "mini_missing"
    assert raised.value.params == {"folder": str(tmp_path / "none")}


@pytest.mark.parametrize(
    "head",
    ["", "[]", "{}", '{"format": 9, "readers": {}, "weights": {}, "layers": [], "parts": 0}'],
)
def test_a_head_of_another_form_is_damage(folder, head):
    (folder / "mini.json").write_text(head, "utf-8")
    with pytest.raises(Unavailable) as raised:
        read_head(folder)
    assert raised.value.code == "weights_damaged"


def test_a_cut_part_is_damage(folder):
    part = folder / "mini-1.safetensors"
    part.write_bytes(part.read_bytes()[:-100])
    with pytest.raises(Unavailable) as raised:
        load_readers(folder, read_head(folder))
    assert raised.value.code == "weights_damaged"


def test_a_missing_tensor_is_damage(folder):
    told = json.loads((folder / "mini.json").read_text("utf-8"))
    told["readers"]["relevance"]["depth"] = 2
    (folder / "mini.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(Unavailable) as raised:
        load_readers(folder, read_head(folder))
    assert raised.value.code == "weights_damaged"
