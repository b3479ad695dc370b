import builtins
import importlib

import pytest

from workbench.domain.errors import UnreadableDocument
from workbench.ingest import limits


def test_sizes_at_and_over_the_limit():
    allowed = limits.Limits(file_bytes=10)
    limits.require_size(10, allowed)
    with pytest.raises(UnreadableDocument) as caught:
        limits.require_size(11, allowed)
    assert (caught.value.code, caught.value.params) == ("too_large", {"size": 11, "limit": 10})


def test_no_bytes_is_an_empty_file():
    with pytest.raises(UnreadableDocument, match="empty_file"):
        limits.require_size(0, limits.Limits())


def test_a_system_without_limits_is_told_not_hidden(monkeypatch):
    real = builtins.__import__

    def without_resource(name, *rest):
        if name == "resource":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_resource)
    assert importlib.reload(limits).confine(limits.Limits()) is False
