"""Finds how this release of torch computes attention over a row on a card, and if it does."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import torch

from workbench.models.attention import Kernel, KeysValues, SegmentRow, VarlenRow
from workbench.models.device import Placement

_TRIAL_ERROR = 0.03
"""Half precision rounds values of about 1 by less; a wrong attention is off by far more."""


def varlen_kernel(placement: Placement) -> Kernel | None:
    """Return torch's kernel for rows where it runs here and computes what it should, else None."""
    if not placement.device.startswith("cuda"):
        return None
    try:
        from torch.nn.attention.varlen import varlen_attn
    except ImportError:
        return None
    for kernel in adapted(varlen_attn):
        if is_right(kernel, placement):
            return kernel
    return None


def adapted(kernel: Callable[..., Any]) -> list[Kernel]:
    """Return ways to call a release's ``varlen_attn`` on causal prompts, the best one first.

    Its parameters have changed between releases of torch; none fit where it cannot be told that a
    token sees nothing behind it.
    """
    known = inspect.signature(kernel).parameters
    options: dict[str, Any] = {}
    if "window_size" in known:
        options["window_size"] = (-1, 0)
    elif "is_causal" in known:
        options["is_causal"] = True
    else:
        return []
    # One split makes a prompt's numbers independent of the others, but not every card has it.
    one_split = [{**options, "num_splits": 1}] if "num_splits" in known else []
    return [_called(kernel, known.keys(), each) for each in [*one_split, options]]


def _called(kernel: Callable[..., Any], known: Any, options: dict[str, Any]) -> Kernel:
    def call(
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        query_bounds: torch.Tensor,
        key_bounds: torch.Tensor,
        longest_query: int,
        longest_key: int,
        scale: float,
    ) -> torch.Tensor:
        extra = dict(options)
        if "scale" in known:
            extra["scale"] = scale
        else:
            query = query * (scale * math.sqrt(query.shape[-1]))
        if "enable_gqa" in known:
            extra["enable_gqa"] = True
        else:
            heads = query.shape[1] // key.shape[1]
            key, value = (part.repeat_interleave(heads, 1) for part in (key, value))
        found: torch.Tensor = kernel(
            query.contiguous(),
            key.contiguous(),
            value.contiguous(),
            query_bounds,
            key_bounds,
            longest_query,
            longest_key,
            **extra,
        )
        return found

    return call


@torch.inference_mode()
def is_right(kernel: Kernel, placement: Placement) -> bool:
    """Return whether the kernel reads a small row, with a prefix and without, as prompts alone."""
    draw = torch.Generator().manual_seed(0)
    lengths, scale = (3, 1, 70), 0.1

    def drawn(heads: int, tokens: int) -> torch.Tensor:
        return torch.randn(1, heads, tokens, 128, generator=draw).to(placement.torch_dtype)

    query, own = drawn(4, 74), (drawn(2, 74), drawn(2, 74))
    first, second = ([(drawn(2, n), drawn(2, n))] for n in (5, 2))

    def moved(pair: KeysValues) -> KeysValues:
        return pair[0].to(placement.device), pair[1].to(placement.device)

    # Without prefixes, with one that two prompts share beside another, and with a prompt without.
    for prefixes in ([], [first, second, first], [first, [], second]):
        exact = SegmentRow(lengths, _each(prefixes, _exact))
        expected = exact.attend(0, query.float(), _exact(own), scale)
        row = VarlenRow(kernel, lengths, _each(prefixes, moved), device=placement.device)
        try:
            found = row.attend(0, query.to(placement.device), moved(own), scale)
        except (RuntimeError, TypeError, ValueError):
            return False
        if not torch.allclose(found.cpu().float(), expected, rtol=0, atol=_TRIAL_ERROR):
            return False
    return True


def _each(prefixes: list[list[KeysValues]], change: Callable[[KeysValues], KeysValues]) -> Any:
    # The same object for the same prefix, since that is how a row knows that prompts share one.
    changed = {id(prefix): [change(pair) for pair in prefix] for prefix in prefixes}
    return [changed[id(prefix)] for prefix in prefixes]


def _exact(pair: KeysValues) -> KeysValues:
    return pair[0].float(), pair[1].float()
