"""Tests of workbench.models.varlen: a slow kernel in the place of the card's, called as it is."""

import inspect
import math

import pytest
import torch

from workbench.models.device import Placement
from workbench.models.varlen import adapted, is_right, varlen_kernel

CPU = Placement("cpu", "float32")


def attention(query, key, value, query_bounds, key_bounds, scale, right=0):
    """Return what the definition gives: the last query of a prompt sees its last key."""
    found = torch.empty_like(query)
    bounds = (query_bounds.tolist(), key_bounds.tolist())
    for at in range(len(bounds[0]) - 1):
        asked, seen = (slice(each[at], each[at + 1]) for each in bounds)
        scores = torch.einsum("qhd,khd->hqk", query[asked], key[seen]) * scale
        rows, columns = scores.shape[1:]
        hidden = torch.ones(rows, columns, dtype=torch.bool).triu(columns - rows + 1 + right)
        weights = scores.masked_fill(hidden, -math.inf).softmax(-1)
        found[asked] = torch.einsum("hqk,khd->qhd", weights, value[seen])
    return found


def oldest(query, key, value, cu_seq_q, cu_seq_k, max_q, max_k, is_causal=False):
    """The first releases: no scale, no groups."""
    assert is_causal
    assert key.shape[1] == query.shape[1]
    scale = query.shape[-1] ** -0.5
    return attention(query, key, value, cu_seq_q, cu_seq_k, scale)


def with_window(
    query, key, value, cu_seq_q, cu_seq_k, max_q, max_k, *, scale=None, window_size=(-1, -1)
):
    """Torch 2.11."""
    assert window_size == (-1, 0)
    assert max_q == (cu_seq_q[1:] - cu_seq_q[:-1]).max()
    assert max_k == (cu_seq_k[1:] - cu_seq_k[:-1]).max()
    assert cu_seq_q.dtype == cu_seq_k.dtype == torch.int32
    return attention(query, key, value, cu_seq_q, cu_seq_k, scale)


def with_groups(
    query,
    key,
    value,
    cu_seq_q,
    cu_seq_k,
    max_q,
    max_k,
    *,
    scale=None,
    window_size=(-1, -1),
    enable_gqa=False,
    num_splits=None,
):
    """Torch 2.13: groups of heads, and a number of splits that not every card takes."""
    assert enable_gqa
    if num_splits is not None:
        raise RuntimeError("num_splits is not supported here")
    heads = query.shape[1] // key.shape[1]
    key, value = (part.repeat_interleave(heads, 1) for part in (key, value))
    return with_window(
        *(query, key, value, cu_seq_q, cu_seq_k, max_q, max_k),
        scale=scale,
        window_size=window_size,
    )


KERNELS = {"first": oldest, "2.11": with_window, "2.13": with_groups}


@pytest.mark.parametrize("name", KERNELS)
def test_every_releases_kernel_is_called_rightly(name):
    ways = adapted(KERNELS[name])
    assert [is_right(way, CPU) for way in ways] == ([False, True] if name == "2.13" else [True])


def test_this_releases_kernel_can_be_told_what_a_causal_prompt_is():
    varlen = pytest.importorskip("torch.nn.attention.varlen")
    known = inspect.signature(varlen.varlen_attn).parameters
    assert len(adapted(varlen.varlen_attn)) == 1 + ("num_splits" in known)


def test_a_kernel_that_cannot_be_causal_is_not_used():
    def blind(query, key, value, cu_seq_q, cu_seq_k, max_q, max_k):
        raise AssertionError

    assert adapted(blind) == []


def wrong_corner(query, key, value, cu_seq_q, cu_seq_k, max_q, max_k, is_causal=False):
    """Causal from the upper left corner, as is_causal of torch's SDPA is."""
    return attention(query, key, value, cu_seq_q, cu_seq_k, query.shape[-1] ** -0.5, right=-5)


def all_in_one(query, key, value, cu_seq_q, cu_seq_k, max_q, max_k, is_causal=False):
    """Takes the prompts for one."""
    ends = cu_seq_q[[0, -1]], cu_seq_k[[0, -1]]
    return attention(query, key, value, *ends, query.shape[-1] ** -0.5)


def unavailable(query, key, value, cu_seq_q, cu_seq_k, max_q, max_k, is_causal=False):
    raise NotImplementedError("aten::_flash_attention_forward")


@pytest.mark.parametrize("kernel", [wrong_corner, all_in_one, unavailable])
def test_a_kernel_that_computes_something_else_is_found_out(kernel):
    (way,) = adapted(kernel)
    assert not is_right(way, CPU)


def test_there_is_none_without_a_card():
    assert varlen_kernel(CPU) is None


def test_half_precision_passes_the_trial():
    (way,) = adapted(with_window)
    assert is_right(way, Placement("cpu", "bfloat16"))
