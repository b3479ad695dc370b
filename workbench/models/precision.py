"""Lets a model in half precision compute in float32, with one layer's weights at a time in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

Held = dict[torch.nn.Parameter, torch.Tensor]


@contextmanager
def in_float32(parts: Sequence[torch.nn.Module]) -> Iterator[None]:
    """Let each of ``parts`` compute in float32 within the block; they must not contain each other.

    A part's weights are converted when it is about to run and put back when it has run. So only one
    part takes memory twice, nothing is rounded, and nothing is left to convert back that memory
    might not suffice for. Buffers stay as they are: angles are computed in float32 in any case.
    """
    held: Held = {}

    def convert(part: torch.nn.Module, *_: Any) -> None:
        for parameter in part.parameters():
            held[parameter] = parameter.data
            parameter.data = parameter.data.float()

    def put_back(*_: Any) -> None:
        for parameter, weights in held.items():
            parameter.data = weights
        held.clear()

    hooks: list[Callable[[], None]] = []
    try:
        for part in parts:
            hooks.append(part.register_forward_pre_hook(convert).remove)
            hooks.append(part.register_forward_hook(put_back).remove)
        yield
    finally:
        # A part that ran out of memory has not run to its end.
        put_back()
        for remove in hooks:
            remove()
