"""Tests of workbench.models.mini_signs."""

import numpy as np
import pytest

from tests.models import tiny_mini
from workbench.domain.errors import Unavailable
from workbench.models.client import ModelHost
from workbench.models.embedder import HostEmbedder
from workbench.models.mini_signs import HostMini
from workbench.models.requests import ModelRequest

PASSAGES = ["ab a", "中 ab ab", "a"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, e5_path):
    return tiny_mini.save(tmp_path_factory.mktemp("mini"), e5_path)


@pytest.fixture
def mini(host, e5_path, folder):
    return HostMini(host, e5_path, folder, device="cpu")


def test_the_head_needs_no_host(e5_path, folder):
    unstarted = ModelHost(threads=1)
    assert HostMini(unstarted, e5_path, folder).head.layers == tiny_mini.LAYERS
    assert not unstarted.stats().alive


def test_vectors_are_the_embedders(mini, host, e5_path):
    embedder = HostEmbedder(host, e5_path, device="cpu")
    found = mini.read("ab", "", PASSAGES)
    expected = np.frombuffer(embedder.embed_passages(PASSAGES).data, "<f4").reshape(3, -1)
    asked = np.frombuffer(embedder.embed_queries(["ab"]).data, "<f4")
    assert found.passages == pytest.approx(expected, abs=5e-3)
    assert found.question == pytest.approx(asked, abs=5e-3)


def test_an_instruction_gives_the_criterion_a_logit(mini):
    bare, told = mini.read("ab", "", PASSAGES), mini.read("ab", "a中", PASSAGES)
    assert bare.criterion.tolist() == [0.0] * 3
    assert (np.abs(told.criterion) > 1e-6).all()
    assert told.relevance == pytest.approx(bare.relevance, abs=1e-3)


def test_the_load_is_told_as_a_rerankers(mini, host, folder):
    mini.read("ab", "", PASSAGES)
    load = next(load for load in reversed(host.stats().loads) if load.role == "reranker")
    assert (load.kind, load.revision) == ("mini", mini.head.revision)


def test_a_reranker_of_another_kind_takes_its_place(mini, host, reranker):
    mini.read("ab", "", PASSAGES)
    host.load(reranker)
    assert len(mini.read("ab", "", PASSAGES).relevance) == 3


def test_what_is_not_loaded_is_not_read(host, reranker):
    host.load(reranker)
    with pytest.raises(Unavailable) as raised:
        host.call("read", {"lengths": [1], "instructed": False}, b"\5\0\0\0", model=reranker)
    assert raised.value.code == "not_loaded"


def test_a_missing_folder_is_told(host, e5_path, tmp_path):
    missing = ModelRequest("reranker", "mini", tmp_path / "none", body=e5_path)
    with pytest.raises(Unavailable) as raised:
        host.load(missing)
    assert raised.value.code == "mini_missing"
