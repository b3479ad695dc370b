"""Tests of workbench.models.device."""

import pytest
import torch

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models import device
from workbench.models.device import (
    Placement,
    best_dtype,
    is_out_of_memory,
    place,
    processor_flags,
)

CPUINFO = "processor\t: 0\nmodel name\t: X\nflags\t\t: fpu sse {}\npower\t:\n\nprocessor\t: 1\n"


@pytest.mark.parametrize(
    ("flags", "dtype"),
    [("avx2", "float32"), ("avx512_bf16", "bfloat16"), ("amx_bf16 amx_tile", "bfloat16")],
)
def test_a_processor_computes_bfloat16_only_where_it_has_it(monkeypatch, tmp_path, flags, dtype):
    source = tmp_path / "cpuinfo"
    source.write_text(CPUINFO.format(flags))
    found = processor_flags(source)
    assert found == {"fpu", "sse", *flags.split()}
    monkeypatch.setattr(device, "processor_flags", lambda: found)
    assert best_dtype("cpu") == dtype


def test_a_system_without_a_list_of_flags_has_none(tmp_path):
    assert processor_flags(tmp_path / "missing") == frozenset()
    (tmp_path / "empty").write_text("")
    assert processor_flags(tmp_path / "empty") == frozenset()


@pytest.mark.parametrize(("supported", "dtype"), [(True, "bfloat16"), (False, "float16")])
def test_a_card_computes_bfloat16_or_float16(monkeypatch, supported, dtype):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: supported)
    assert place() == Placement("cuda", dtype)
    assert place("cuda:1") == Placement("cuda:1", dtype)
    with pytest.raises(Unavailable, match="device_missing"):
        place("cuda:2")


def test_apple_computes_float16(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert place() == Placement("mps", "float16")


def test_what_is_asked_for_is_done_or_refused(monkeypatch):
    assert place("cpu", "float32").torch_dtype is torch.float32
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(Unavailable, match="device_missing"):
        place("cuda")
    with pytest.raises(InvalidInput, match="device_unknown"):
        place("toaster")
    with pytest.raises(InvalidInput, match="dtype_unknown"):
        place("cpu", "int8")


def test_other_errors_are_not_taken_for_a_lack_of_memory():
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate"))
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
    assert not is_out_of_memory(ValueError("DefaultCPUAllocator"))
