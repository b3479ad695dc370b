"""Tests of workbench.models.references."""

import pytest

from tests.models.test_safe_weights import model_in
from workbench.domain.errors import Unavailable
from workbench.models.references import find_model, is_reference, model_called, wrong_with
from workbench.models.weights import Places, WeightSearch, find_weights

NAME = "BAAI/bge-reranker-v2-m3"


@pytest.fixture
def places(tmp_path):
    return Places(home=tmp_path / "home", user_home=tmp_path / "user")


def home_of(places, name: str = NAME):
    folder = places.home / "models" / name
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("name", "refers"),
    [
        ("qwen3", False),
        ("typo", False),
        (NAME, True),
        ("/models/x", True),
        ("./x", True),
        ("~x", True),
        ("C:\\models\\x", True),
        (".", True),
    ],
)
def test_what_refers_to_a_model(name, refers):
    assert is_reference(name) is refers


def test_what_a_model_is_called():
    assert model_called(NAME) == NAME
    assert model_called("/srv/models/my reranker/") == "my reranker"


def test_a_folder_is_taken_as_it_is(places, tmp_path):
    (tmp_path / "own").mkdir()
    folder = model_in(tmp_path / "own")
    found = find_model(str(folder), places)
    assert (found.folder, found.source, len(found.revision)) == (folder, "folder", 16)


def test_a_name_is_looked_for_where_weights_lie(places):
    folder = model_in(home_of(places))
    assert find_model(NAME, places).folder == folder


def test_the_folder_named_for_qwen3_says_nothing_of_another_model(tmp_path):
    (tmp_path / "qwen3").mkdir()
    explicit = Places(tmp_path / "home", tmp_path / "user", explicit=model_in(tmp_path / "qwen3"))
    with pytest.raises(Unavailable) as caught:
        find_model(NAME, explicit)
    assert caught.value.code == "model_missing"
    assert caught.value.params["name"] == NAME
    assert str(tmp_path / "home/models" / NAME) in caught.value.params["places"]


def test_what_lies_there_and_is_no_model_is_told(places):
    folder = home_of(places)
    with pytest.raises(Unavailable, match="model_missing"):
        find_model(NAME, places)
    (model_in(folder) / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(Unavailable, match="weights_not_safe"):
        find_model(NAME, places)


def test_a_path_that_is_none_is_told(places, tmp_path):
    with pytest.raises(Unavailable, match="model_folder_missing"):
        find_model(str(tmp_path / "gone" / "model"), places)


def test_what_is_wrong_with_the_weights_of_qwen3(places, tmp_path):
    assert wrong_with(find_weights(NAME, places), None) is None
    nothing = WeightSearch(None, ())
    assert wrong_with(nothing, tmp_path / "gone") is None
    (tmp_path / "own").mkdir()
    folder = model_in(tmp_path / "own")
    assert wrong_with(nothing, folder) is None
    (folder / "config.json").write_text('{"architectures": ["BertModel"]}')
    wrong = wrong_with(nothing, folder)
    assert wrong is not None and wrong.code == "architecture_unsupported"
    assert wrong.params["expected"] == "Qwen3ForCausalLM, Qwen3ForSequenceClassification"
