"""Tests of workbench.models.identity."""

import os
import shutil
from dataclasses import replace

import pytest

from workbench.models import identity as room
from workbench.models.client import ModelHost
from workbench.models.identity import ModelIdentity
from workbench.models.requests import HostPlacement, ModelRequest


class Placed:
    """A host that stands where it is told, and has loaded what it is told."""

    def __init__(self, *loads) -> None:
        self.placed = HostPlacement("cuda", "bfloat16", "Card 1", True)
        self.loads = loads

    def placement(self) -> HostPlacement:
        return self.placed

    def stats(self):
        return self


@pytest.fixture
def request_of_copy(checkpoint, tmp_path) -> ModelRequest:
    shutil.copytree(checkpoint, tmp_path / "model")
    return ModelRequest("reranker", "qwen3", tmp_path / "model", yes=17, no=203)


def test_the_host_is_started_and_no_model_loaded(request_of_copy):
    host = ModelHost(threads=1)
    try:
        told = ModelIdentity(host, request_of_copy)()
        assert told == ModelIdentity(host, request_of_copy)()
        assert (host.stats().loads, host.stats().calls) == ((), 1)
        placed = host.placement()
        load = host.load(request_of_copy)
        assert (load.device, load.dtype) == (placed.device, placed.dtype)
        assert ModelIdentity(host, request_of_copy)() == told, "loading changes nothing"
        host.load(replace(request_of_copy, dtype="float16"))
        assert ModelIdentity(host, request_of_copy)() is None, "the host has it in another format"
    finally:
        host.close()


@pytest.mark.parametrize(
    "change", [{"device": "cpu"}, {"dtype": "float16"}, {"card": "Card 2"}, {"kernel": False}]
)
def test_another_place_is_another_identity(request_of_copy, change):
    host = Placed()
    first = ModelIdentity(host, request_of_copy)()
    host.placed = replace(host.placed, **change)
    assert ModelIdentity(host, request_of_copy)() not in (first, None)


@pytest.mark.parametrize("change", [{"yes": 18}, {"dtype": "float32"}, {"device": "cpu"}])
def test_another_request_is_another_identity(request_of_copy, change):
    host = Placed()
    first = ModelIdentity(host, request_of_copy)()
    assert ModelIdentity(host, replace(request_of_copy, **change))() not in (first, None)


def test_another_library_is_another_identity(request_of_copy, monkeypatch):
    first = ModelIdentity(Placed(), request_of_copy)()
    monkeypatch.setattr(room, "version", lambda name: "0.0")
    assert ModelIdentity(Placed(), request_of_copy)() not in (first, None)


def test_files_that_change_afterwards_make_it_unknown(request_of_copy):
    known = ModelIdentity(Placed(), request_of_copy)
    first = known()
    weights = request_of_copy.path / "model.safetensors"
    os.utime(weights, ns=(1, 1))
    assert known() is None
    assert ModelIdentity(Placed(), request_of_copy)() not in (first, None)
    shutil.rmtree(request_of_copy.path)
    assert known() is None
