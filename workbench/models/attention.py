"""Attention over prompts that lie in one row without padding, each beside the prefix they share."""

import math
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal, TypeAlias

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

Strategy: TypeAlias = Literal["segments", "varlen", "padded"]
"""Prompt after prompt (CPU), all in one kernel (CUDA), or padded on the right (anywhere)."""

KeysValues: TypeAlias = tuple[torch.Tensor, torch.Tensor]
"""Keys and values of one layer, each (1, heads, tokens, size)."""

Kernel: TypeAlias = Callable[..., torch.Tensor]
"""Queries, keys, values as (tokens, heads, size), their bounds, longest ones, scale."""

NAME = "workbench_row"
_ROWS = 512
"""Most queries at once beside a prefix: bounds the mask, which has a column for every key."""


def tokens_of(shared: Sequence[KeysValues]) -> int:
    """Return how many tokens a prefix has whose keys and values these are; 0 for none."""
    return shared[0][0].shape[2] if shared else 0


class Row:
    """Prompts one after the other; each token sees the shared prefix and its own prompt so far.

    Where ``keep`` is asked for, ``kept`` fills with every layer's keys and values.
    """

    def __init__(
        self, lengths: Sequence[int], shared: Sequence[KeysValues] = (), *, keep: bool = False
    ) -> None:
        self.lengths = tuple(lengths)
        self.kept: list[KeysValues] = []
        self.prefix = tokens_of(shared)
        self._shared = shared
        self._keep = keep
        self._spans = tuple(pairwise(accumulate(self.lengths, initial=0)))

    @property
    def positions(self) -> torch.Tensor:
        """Return each token's place in its prompt, as (1, tokens): the prefix takes the first."""
        return torch.cat([torch.arange(self.prefix, self.prefix + n) for n in self.lengths])[None]

    def attend(
        self, layer: int, query: torch.Tensor, own: KeysValues, scale: float
    ) -> torch.Tensor:
        """Return what each token reads, as (1, tokens, heads, size)."""
        if self._keep:
            self.kept.append(own)
        return self._read(layer, query, own, scale)

    def _read(self, layer: int, query: torch.Tensor, own: KeysValues, scale: float) -> torch.Tensor:
        raise NotImplementedError


class SegmentRow(Row):
    """Reads prompt after prompt, so that no token of another one is ever looked at."""

    def __init__(
        self, lengths: Sequence[int], shared: Sequence[KeysValues] = (), *, keep: bool = False
    ) -> None:
        super().__init__(lengths, shared, keep=keep)
        self._mask = self._beside_prefix(shared[0][0]) if shared else None

    def _beside_prefix(self, like: torch.Tensor) -> torch.Tensor:
        # Its lower right corner is the mask of any block: the last query sees the last key.
        columns = self.prefix + max(self.lengths)
        rows = min(_ROWS, max(self.lengths))
        mask = torch.full((rows, columns), -math.inf, dtype=like.dtype, device=like.device)
        return mask.triu(columns - rows + 1)

    def _read(self, layer: int, query: torch.Tensor, own: KeysValues, scale: float) -> torch.Tensor:
        found = torch.empty_like(query)
        for start, end in self._spans:
            keys, values = (part[:, :, start:end] for part in own)
            if self._mask is None:
                found[:, :, start:end] = scaled_dot_product_attention(
                    query[:, :, start:end],
                    keys,
                    values,
                    is_causal=True,
                    scale=scale,
                    enable_gqa=True,
                )
                continue
            first_keys, first_values = self._shared[layer]
            beside = torch.cat([first_keys, keys], 2), torch.cat([first_values, values], 2)
            for at in range(start, end, _ROWS):
                to = min(at + _ROWS, end)
                seen = self.prefix + to - start
                found[:, :, at:to] = scaled_dot_product_attention(
                    query[:, :, at:to],
                    beside[0][:, :, :seen],
                    beside[1][:, :, :seen],
                    attn_mask=self._mask[at - to :, -seen:],
                    scale=scale,
                    enable_gqa=True,
                )
        return found.transpose(1, 2).contiguous()


class VarlenRow(Row):
    """Reads all prompts in one kernel, which is told where each of them begins."""

    def __init__(
        self,
        kernel: Kernel,
        lengths: Sequence[int],
        shared: Sequence[KeysValues] = (),
        *,
        device: str,
        keep: bool = False,
    ) -> None:
        super().__init__(lengths, shared, keep=keep)
        self._kernel = kernel
        whole = [self.prefix + n for n in self.lengths]
        self._longest = max(self.lengths), max(whole)
        self._bounds = (_bounds(self.lengths, device), _bounds(whole, device))
        own = range(self.prefix, self.prefix + sum(self.lengths))
        places = [at for start, end in self._spans for at in (*range(self.prefix), *own[start:end])]
        self._places = torch.tensor(places, device=device) if self.prefix else None

    def _read(self, layer: int, query: torch.Tensor, own: KeysValues, scale: float) -> torch.Tensor:
        keys, values = (
            self._with_prefix(part, which, layer).transpose(1, 2)[0]
            for which, part in enumerate(own)
        )
        asked = query.transpose(1, 2)[0]
        return self._kernel(asked, keys, values, *self._bounds, *self._longest, scale)[None]

    def _with_prefix(self, part: torch.Tensor, which: int, layer: int) -> torch.Tensor:
        if self._places is None:
            return part
        both = torch.cat([self._shared[layer][which], part], 2)
        return both.index_select(2, self._places)


def _bounds(lengths: Sequence[int], device: str) -> torch.Tensor:
    return torch.tensor([0, *accumulate(lengths)], dtype=torch.int32, device=device)


def _attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    row: Row,
    scaling: float,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    # Every layer counts itself, which torch.nn.Module does not declare.
    layer: Any = module.layer_idx
    return row.attend(layer, query, (key, value), scaling), None


def _no_mask(*_: Any, **__: Any) -> None:
    return None


def use_rows(model: Any) -> None:
    """Let a transformers model read a ``Row``, which its forward call is then given as ``row``.

    Such a call must say ``use_cache=False``; nothing builds a mask for it.
    """
    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, _no_mask)
    model.set_attn_implementation(NAME)
