"""Tests of workbench.models.fetch."""

import hashlib
import json

import pytest

from tests.models.hub import running_hub
from workbench.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from workbench.models.download import Patience
from workbench.models.fetch import HUGGING_FACE, KNOWN_HASHES, MODELSCOPE, Hub, fetch
from workbench.models.weights import is_complete

NAME = "Qwen/Tiny"
ROOT = f"/{NAME}/resolve/main"
WEIGHTS = b"w" * 5000
FILES = {
    "config.json": b'{"architectures": ["Qwen3ForCausalLM"]}',
    "tokenizer.json": b"{}",
    "tokenizer_config.json": b"{}",
    "model.safetensors": WEIGHTS,
}


@pytest.fixture
def hub():
    with running_hub() as running:
        running.files = {f"{ROOT}/{file}": data for file, data in FILES.items()}
        yield running


def fetched(hub, folder, **how):
    quick = Patience(attempts=2, pause=0)
    return fetch(NAME, folder, Hub("huggingface", hub.address), patience=quick, **how)


def test_all_files_arrive(hub, tmp_path):
    folder = tmp_path / "models" / "tiny"
    seen = []
    found = fetched(hub, folder, progress=lambda done, total: seen.append((done, total)))
    assert found.folder == folder
    assert found.files == tuple(FILES)
    assert found.size == sum(map(len, FILES.values())) == seen[-1][0] == seen[-1][1]
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == FILES
    assert all(done <= total for done, total in seen)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_what_is_there_is_not_fetched_again(hub, tmp_path):
    fetched(hub, tmp_path)
    hub.asked.clear()
    assert fetched(hub, tmp_path).size == sum(map(len, FILES.values()))
    assert [path for path, _ in hub.asked] == [f"{ROOT}/model.safetensors.index.json"]


def test_a_cut_connection_is_gone_on_with(hub, tmp_path):
    hub.cut_at = [len(FILES["config.json"]), 2, 2, 100, 200]
    with pytest.raises(Unavailable, match="fetch_incomplete"):
        fetched(hub, tmp_path)
    assert not is_complete(tmp_path)
    fetched(hub, tmp_path)
    assert (f"{ROOT}/model.safetensors", "bytes=200-") in hub.asked
    assert (tmp_path / "model.safetensors").read_bytes() == WEIGHTS


def test_known_hashes_are_checked(hub, tmp_path):
    good = {(NAME, "model.safetensors"): hashlib.sha256(WEIGHTS).hexdigest()}
    fetched(hub, tmp_path / "good", hashes=good)
    with pytest.raises(Unavailable) as caught:
        fetched(hub, tmp_path / "bad", hashes={(NAME, "model.safetensors"): "0" * 64})
    assert caught.value.params["file"] == "model.safetensors"
    assert not is_complete(tmp_path / "bad")
    (tmp_path / "good" / "model.safetensors").write_bytes(b"rotten")
    fetched(hub, tmp_path / "good", hashes=good)
    assert (tmp_path / "good" / "model.safetensors").read_bytes() == WEIGHTS


def test_shards_are_fetched_as_the_index_lists_them(hub, tmp_path):
    del hub.files[f"{ROOT}/model.safetensors"], hub.files[f"{ROOT}/tokenizer_config.json"]
    index = {"metadata": {"total_size": 30}, "weight_map": {"a": "2.safetensors"}}
    index["weight_map"]["b"] = "1.safetensors"
    hub.files[f"{ROOT}/model.safetensors.index.json"] = json.dumps(index).encode()
    hub.files[f"{ROOT}/1.safetensors"], hub.files[f"{ROOT}/2.safetensors"] = b"1" * 10, b"2" * 20
    totals = []
    found = fetched(hub, tmp_path, progress=lambda done, total: totals.append(total))
    assert found.files[-3:] == (
        "model.safetensors.index.json",
        "1.safetensors",
        "2.safetensors",
    )
    assert totals[-1] == totals[-4] == found.size, "the total is known before the shards come"
    assert is_complete(tmp_path)


@pytest.mark.parametrize("index", [b"[]", b'{"weight_map": {}}'])
def test_an_index_without_shards_is_refused(hub, tmp_path, index):
    hub.files[f"{ROOT}/model.safetensors.index.json"] = index
    with pytest.raises(Unavailable, match="hub_answer_odd"):
        fetched(hub, tmp_path)


def test_a_model_that_is_not_there_is_not_found(hub, tmp_path):
    with pytest.raises(NotFound) as caught:
        fetch("Qwen/Missing", tmp_path, Hub("huggingface", hub.address))
    assert caught.value.params["file"] == "config.json"
    del hub.files[f"{ROOT}/model.safetensors"]
    with pytest.raises(NotFound, match=r"model\.safetensors"):
        fetched(hub, tmp_path)


def test_a_page_instead_of_a_file_is_refused(hub, tmp_path):
    hub.files[f"{ROOT}/config.json"] = b"<html>Please sign in</html>"
    with pytest.raises(Unavailable) as caught:
        fetched(hub, tmp_path)
    assert caught.value.params == {"file": "config.json", "host": hub.address[7:]}
    assert not (tmp_path / "config.json").exists()


def test_it_can_be_cancelled_and_taken_up(hub, tmp_path):
    hub.files[f"{ROOT}/model.safetensors"] = bytes(3 * 1024 * 1024)
    polls = iter([False] * 4 + [True] * 99)
    with pytest.raises(Conflict, match="fetch_cancelled"):
        fetched(hub, tmp_path, cancelled=lambda: next(polls))
    assert fetched(hub, tmp_path).size > 3 * 1024 * 1024
    assert hub.asked[-1] == (f"{ROOT}/model.safetensors", f"bytes={2 * 1024 * 1024}-")


def test_addresses_of_the_hubs():
    assert Hub.of("huggingface").url("a/b", "c") == f"{HUGGING_FACE}/a/b/resolve/main/c"
    mirror = Hub.of("huggingface", "https://mirror.example/")
    assert mirror.url("a/b", "c") == "https://mirror.example/a/b/resolve/main/c"
    assert Hub.of("modelscope", "https://ignored").url("a/b", "c") == (
        f"{MODELSCOPE}/models/a/b/resolve/master/c"
    )
    with pytest.raises(InvalidInput, match="hub_unknown"):
        Hub.of("elsewhere")


def test_modelscope_speaks_its_own_paths(hub, tmp_path):
    hub.files = {f"/models/{NAME}/resolve/master/{f}": data for f, data in FILES.items()}
    found = fetch(NAME, tmp_path, Hub("modelscope", hub.address))
    assert found.files == tuple(FILES)


def test_the_known_hashes_are_hashes():
    assert {file for _, file in KNOWN_HASHES} == {"model.safetensors", "tokenizer.json"}
    for digest in KNOWN_HASHES.values():
        assert len(bytes.fromhex(digest)) == 32
