"""Tests of workbench.models.weights."""

import json
import os
from pathlib import Path

import pytest

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.weights import (
    Places,
    content_stamp,
    find_weights,
    folder_for,
    is_complete,
    position_limit,
    revision_of,
    shards_in,
)

NAME = "Qwen/Qwen3-Reranker-0.6B"


def model_in(folder: Path, config: str = "{}") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(config)
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture
def places(tmp_path):
    return Places(home=tmp_path / "home", user_home=tmp_path / "user")


def test_every_place_is_named_where_nothing_is_found(places, tmp_path):
    search = find_weights(NAME, places)
    assert search.found is None
    cache = tmp_path / "user" / ".cache"
    assert search.looked_in[:4] == (
        str(tmp_path / "home/models/Qwen/Qwen3-Reranker-0.6B"),
        str(cache / "huggingface/hub/models--Qwen--Qwen3-Reranker-0.6B"),
        str(cache / "modelscope/hub/models/Qwen/Qwen3-Reranker-0___6B"),
        str(cache / "modelscope/hub/models/Qwen/Qwen3-Reranker-0.6B"),
    )
    assert len(search.looked_in) == 10


def test_places_are_searched_in_order(places, tmp_path):
    cache = tmp_path / "user" / ".cache"
    found = []
    for folder in (
        cache / "modelscope/models/Qwen/Qwen3-Reranker-0___6B",
        cache / "modelscope/hub/Qwen/Qwen3-Reranker-0.6B",
        cache / "modelscope/hub/models/Qwen/Qwen3-Reranker-0___6B",
        cache / "huggingface/hub/models--Qwen--Qwen3-Reranker-0.6B/snapshots/abc",
        tmp_path / "home/models/Qwen/Qwen3-Reranker-0.6B",
    ):
        model_in(folder)
        search = find_weights(NAME, places)
        assert search.found.folder == folder
        found.append((search.found.source, len(search.looked_in)))
    # The later ones were found earlier in the order, after fewer places.
    sources = ["modelscope"] * 3 + ["huggingface", "home"]
    assert found == list(zip(sources, [7, 6, 3, 2, 1], strict=True))


def test_the_caches_lie_where_their_owners_say(places, tmp_path):
    home = Places(places.home, places.user_home, hf_home=tmp_path / "hf")
    snapshot = model_in(tmp_path / "hf/hub/models--Qwen--Qwen3-Reranker-0.6B/snapshots/abc")
    assert find_weights(NAME, home).found.folder == snapshot
    hub = Places(places.home, places.user_home, hf_home=tmp_path / "hf", hf_hub_cache=tmp_path)
    assert find_weights(NAME, hub).found is None
    scope = Places(places.home, places.user_home, modelscope_cache=tmp_path / "ms")
    folder = model_in(tmp_path / "ms/models/Qwen/Qwen3-Reranker-0___6B")
    assert find_weights(NAME, scope).found.folder == folder


def test_an_explicit_folder_is_the_only_one_looked_at(places, tmp_path):
    model_in(tmp_path / "home/models/Qwen/Qwen3-Reranker-0.6B")
    given = Places(places.home, places.user_home, explicit=tmp_path / "mine")
    search = find_weights(NAME, given)
    assert (search.found, search.looked_in) == (None, (str(tmp_path / "mine"),))
    model_in(tmp_path / "mine")
    assert find_weights(NAME, given).found.source == "folder"


def test_the_snapshot_that_main_stands_for_comes_first(places, tmp_path):
    repository = tmp_path / "user/.cache/huggingface/hub/models--Qwen--Qwen3-Reranker-0.6B"
    for age, commit in enumerate(("new", "main", "old")):
        folder = model_in(repository / "snapshots" / commit)
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    found = find_weights(NAME, places).found
    assert (found.revision, found.source) == ("new", "huggingface")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("main\n")
    assert find_weights(NAME, places).found.revision == "main"
    (repository / "snapshots" / "main" / "model.safetensors").unlink()
    assert find_weights(NAME, places).found.revision == "new", "incomplete ones are passed over"


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_without_one_of_its_files_is_incomplete(tmp_path, missing):
    assert not is_complete(tmp_path / "nowhere")
    folder = model_in(tmp_path / "m")
    assert is_complete(folder)
    (folder / missing).unlink()
    assert not is_complete(folder)
    (folder / "model.safetensors.part").write_bytes(b"")
    assert not is_complete(folder)


def test_all_shards_must_be_there(tmp_path):
    folder = model_in(tmp_path)
    (folder / "model.safetensors").unlink()
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}))
    (folder / "1.safetensors").write_bytes(b"")
    assert not is_complete(folder)
    (folder / "2.safetensors").write_bytes(b"")
    assert is_complete(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"weight_map": 3}', '{"weight_map": {}}'])
def test_an_index_that_lists_nothing_has_no_shards(tmp_path, content):
    (tmp_path / "index.json").write_text(content)
    assert shards_in(tmp_path / "index.json") == []
    assert shards_in(tmp_path / "missing.json") == []


def test_an_index_cannot_name_files_elsewhere(tmp_path):
    names = {"a": "../../.bashrc", "b": "/etc/passwd", "c": "x/y", "d": "..\\z", "e": "ok"}
    (tmp_path / "index.json").write_text(json.dumps({"weight_map": names}))
    assert shards_in(tmp_path / "index.json") == ["ok"]


def test_the_revision_follows_configuration_and_sizes(tmp_path):
    first = revision_of(model_in(tmp_path / "a"))
    assert first == revision_of(model_in(tmp_path / "b"))
    assert len(first) == 16
    assert revision_of(model_in(tmp_path / "c", config='{"x": 1}')) != first
    longer = model_in(tmp_path / "d")
    (longer / "model.safetensors").write_bytes(b"weights!")
    assert revision_of(longer) != first


def test_two_trainings_of_one_model_have_two_stamps(tmp_path):
    first, second = model_in(tmp_path / "a"), model_in(tmp_path / "b")
    stamps = {content_stamp(first), content_stamp(second), content_stamp(second)}
    assert len(stamps) == 2
    (second / "model.safetensors").write_bytes(b"WEIGHTS")
    stamps.add(content_stamp(second))
    (second / "tokenizer.json").unlink()
    stamps.add(content_stamp(second))
    assert len(stamps) == 4
    assert content_stamp(tmp_path / "nowhere") == str(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["", "Qwen", "../x", "a/../b", "a/b/c", "/a/b", "a\\b", "a/.b"])
def test_a_name_that_is_no_owner_and_model_is_refused(places, name):
    with pytest.raises(InvalidInput, match="model_name_invalid"):
        find_weights(name, places)


def test_the_workbenchs_own_folder():
    assert folder_for(Path("h"), NAME) == Path("h/models/Qwen/Qwen3-Reranker-0.6B")


@pytest.mark.parametrize(
    ("config", "limit"),
    [('{"max_position_embeddings": 40960}', 40960), ("{}", None), ("[]", None)],
)
def test_the_model_says_how_many_positions_it_has(tmp_path: Path, config: str, limit: int | None):
    (tmp_path / "config.json").write_text(config, encoding="utf-8")
    assert position_limit(tmp_path) == limit


def test_a_model_without_a_readable_description_is_refused(tmp_path: Path):
    with pytest.raises(Unavailable) as caught:
        position_limit(tmp_path)
    assert caught.value.code == "weights_missing"
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(Unavailable) as caught:
        position_limit(tmp_path)
    assert caught.value.code == "weights_damaged"
