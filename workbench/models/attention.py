"""Attention over prompts that lie in one row without padding, each beside its own prefix."""

import math
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal, TypeAlias

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from workbench.models.bundles import Bundle, bundles_of

Strategy: TypeAlias = Literal["segments", "varlen", "padded"]
"""Prompt after prompt (CPU), all in one kernel (CUDA), or padded on the right (anywhere)."""

KeysValues: TypeAlias = tuple[torch.Tensor, torch.Tensor]
"""Keys and values of one layer, each (1, heads, tokens, size)."""

Layers: TypeAlias = Sequence[KeysValues]
"""Keys and values of a prefix, layer by layer; empty where there is no prefix."""

Kernel: TypeAlias = Callable[..., torch.Tensor]
"""Queries, keys, values as (tokens, heads, size), their bounds, longest ones, scale."""

NAME = "workbench_row"
_ROWS = 512
"""Most queries at once beside a prefix: bounds the mask, which has a column for every key."""


def tokens_of(prefix: Layers) -> int:
    """Return how many tokens a prefix has whose keys and values these are; 0 for none."""
    return prefix[0][0].shape[2] if prefix else 0


class Row:
    """Prompts one after the other; each token sees its prompt's prefix and the prompt so far.

    ``prefixes`` has one for each prompt, or is empty where no prompt has any; prompts that share
    one are given the same object. Where ``keep`` is asked for, ``kept`` fills with every layer's
    keys and values, without those of the prefixes.
    """

    def __init__(
        self, lengths: Sequence[int], prefixes: Sequence[Layers] = (), *, keep: bool = False
    ) -> None:
        self.lengths = tuple(lengths)
        self.kept: list[KeysValues] = []
        self._prefixes = tuple(prefixes) or ((),) * len(self.lengths)
        self.before = tuple(tokens_of(prefix) for prefix in self._prefixes)
        self.seen = tuple(b + n for b, n in zip(self.before, self.lengths, strict=True))
        self._keep = keep
        self.spans = tuple(pairwise(accumulate(self.lengths, initial=0)))

    @property
    def positions(self) -> torch.Tensor:
        """Return each token's place in its prompt, as (1, tokens): the prefix takes the first."""
        places = zip(self.before, self.seen, strict=True)
        return torch.cat([torch.arange(first, end) for first, end in places])[None]

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
    """Reads prompt after prompt, so that no token of another one is ever looked at.

    Short ones are read several at once, side by side.
    """

    def __init__(
        self, lengths: Sequence[int], prefixes: Sequence[Layers] = (), *, keep: bool = False
    ) -> None:
        super().__init__(lengths, prefixes, keep=keep)
        like = next((prefix[0][0] for prefix in self._prefixes if prefix), None)
        self._mask = None if like is None else self._beside_prefix(like)
        self._bundles = bundles_of(self._prefixes, self.before, self.spans)
        bundled = {at for bundle in self._bundles for at in bundle.members}
        self._alone = [at for at in range(len(self.lengths)) if at not in bundled]

    def _beside_prefix(self, like: torch.Tensor) -> torch.Tensor:
        # Its lower right corner is the mask of any block: the last query sees the last key.
        columns = max(self.seen)
        rows = min(_ROWS, max(self.lengths))
        mask = torch.full((rows, columns), -math.inf, dtype=like.dtype, device=like.device)
        return mask.triu(columns - rows + 1)

    def _read(self, layer: int, query: torch.Tensor, own: KeysValues, scale: float) -> torch.Tensor:
        found = torch.empty_like(query)
        for bundle in self._bundles:
            bundle.put(found, self._bundled(bundle, layer, query, own, scale))
        for number in self._alone:
            (start, end), prefix = self.spans[number], self._prefixes[number]
            asked = query[:, :, start:end]
            keys, values = (part[:, :, start:end] for part in own)
            if not prefix:
                found[:, :, start:end] = scaled_dot_product_attention(
                    asked, keys, values, is_causal=True, scale=scale, enable_gqa=True
                )
                continue
            first_keys, first_values = prefix[layer]
            beside = torch.cat([first_keys, keys], 2), torch.cat([first_values, values], 2)
            found[:, :, start:end] = self._blocks(asked, *beside, scale)
        return found.transpose(1, 2).contiguous()

    def _bundled(
        self, bundle: Bundle, layer: int, query: torch.Tensor, own: KeysValues, scale: float
    ) -> torch.Tensor:
        asked, keys, values = (bundle.taken(part) for part in (query, *own))
        prefix = self._prefixes[bundle.members[0]]
        if prefix:
            first = (part.expand(len(bundle.members), -1, -1, -1) for part in prefix[layer])
            keys, values = (torch.cat(both, 2) for both in zip(first, (keys, values), strict=True))
            return self._blocks(asked, keys, values, scale)
        return scaled_dot_product_attention(
            asked, keys, values, is_causal=True, scale=scale, enable_gqa=True
        )

    def _blocks(
        self, query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, scale: float
    ) -> torch.Tensor:
        found = torch.empty_like(query)
        count, before = query.shape[2], keys.shape[2] - query.shape[2]
        for at in range(0, count, _ROWS):
            to = min(at + _ROWS, count)
            seen = before + to
            found[:, :, at:to] = scaled_dot_product_attention(
                query[:, :, at:to],
                keys[:, :, :seen],
                values[:, :, :seen],
                attn_mask=self._mask[at - to :, -seen:] if self._mask is not None else None,
                scale=scale,
                enable_gqa=True,
            )
        return found


class VarlenRow(Row):
    """Reads all prompts in one kernel, which is told where each of them begins."""

    def __init__(
        self,
        kernel: Kernel,
        lengths: Sequence[int],
        prefixes: Sequence[Layers] = (),
        *,
        device: str,
        keep: bool = False,
    ) -> None:
        super().__init__(lengths, prefixes, keep=keep)
        self._kernel = kernel
        self._longest = max(self.lengths), max(self.seen)
        self._bounds = (_bounds(self.lengths, device), _bounds(self.seen, device))
        # A prefix that several prompts share lies in memory once until a layer gathers its keys.
        self._distinct = list({id(prefix): prefix for prefix in self._prefixes if prefix}.values())
        self._places = self._gathered().to(device) if self._distinct else None

    def _gathered(self) -> torch.Tensor:
        """Return where each prompt's keys stand when the distinct prefixes stand before the row."""
        *starts, row = accumulate(map(tokens_of, self._distinct), initial=0)
        at = dict(zip(map(id, self._distinct), starts, strict=True))
        pieces = []
        for prefix, (start, end) in zip(self._prefixes, self.spans, strict=True):
            first = at.get(id(prefix), 0)
            pieces.append(torch.arange(first, first + tokens_of(prefix)))
            pieces.append(torch.arange(row + start, row + end))
        return torch.cat(pieces)

    def _read(self, layer: int, query: torch.Tensor, own: KeysValues, scale: float) -> torch.Tensor:
        keys, values = (
            self._with_prefixes(part, which, layer).transpose(1, 2)[0]
            for which, part in enumerate(own)
        )
        asked = query.transpose(1, 2)[0]
        return self._kernel(asked, keys, values, *self._bounds, *self._longest, scale)[None]

    def _with_prefixes(self, part: torch.Tensor, which: int, layer: int) -> torch.Tensor:
        if self._places is None:
            return part
        every = torch.cat([*(prefix[layer][which] for prefix in self._distinct), part], 2)
        return every.index_select(2, self._places)


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
