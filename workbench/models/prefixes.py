"""Beginnings of prompts with their keys and values, and the last of them kept between calls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from workbench.models.attention import Layers
from workbench.models.passes import Ids

KEPT = 1024
"""Most tokens of all the prefixes that are kept between calls."""
_WORTH = 16
"""Fewer tokens cost more to read beside a prompt than to compute in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """Ids with their keys and values in every layer; nothing may write to them."""

    ids: Ids
    layers: Layers

    def __len__(self) -> int:
        return len(self.ids)

    def start(self, tokens: int) -> "Prefix":
        """Return its first tokens; what comes behind a token never changed what that one reads."""
        if tokens == len(self):
            return self
        if not tokens:
            return NONE
        cut = [(keys[:, :, :tokens], values[:, :, :tokens]) for keys, values in self.layers]
        return Prefix(self.ids[:tokens], cut)

    def extended(self, ids: Ids, kept: Layers, span: tuple[int, int]) -> "Prefix":
        """Return ``ids``, which begin as this, with what a row kept of the others at ``span``.

        The result has memory of its own: a part of the row's would hold all of it.
        """
        start, end = span
        longer = []
        for layer, own in enumerate(kept):
            before = self.layers[layer] if self.layers else ()
            rest = tuple(part[:, :, start:end] for part in own)
            keys, values = (
                torch.cat([*before[which : which + 1], rest[which]], 2) for which in (0, 1)
            )
            longer.append((keys, values))
        return Prefix(ids, longer)


NONE = Prefix(np.empty(0, np.int32), ())
"""The beginning that every prompt has."""


class KeptPrefixes:
    """The last prefixes, at most ``most`` tokens of them in all."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._prefixes: list[Prefix] = []

    @property
    def tokens(self) -> int:
        """Return how many tokens are kept."""
        return sum(map(len, self._prefixes))

    def best(self, ids: Ids) -> Prefix:
        """Return the longest beginning of ``ids`` that is known; none where that is not worth it.

        Any beginning of what is kept counts, so that another question under the same instruction,
        and another instruction under the same system prompt, begin where they differ.
        """
        known = [(common_start(prefix.ids, ids), prefix) for prefix in self._prefixes]
        tokens, prefix = max(known, key=lambda each: each[0], default=(0, NONE))
        return prefix.start(tokens) if tokens >= min(_WORTH, max(len(ids), 1)) else NONE

    def keep(self, prefixes: Sequence[Prefix]) -> None:
        """Keep these, and of the others the latest for which there is room."""
        for prefix in prefixes:
            common = [common_start(known.ids, prefix.ids) for known in self._prefixes]
            holding = [
                known
                for known, tokens in zip(self._prefixes, common, strict=True)
                if tokens == len(prefix)
            ]
            # One that begins with this stands for it; those that this one begins with do not stay.
            latest = holding[0] if holding else prefix
            self._prefixes = [
                known
                for known, tokens in zip(self._prefixes, common, strict=True)
                if known is not latest and tokens < len(known)
            ]
            if 0 < len(latest) <= self._most:
                self._prefixes.append(latest)
        while self.tokens > self._most:
            del self._prefixes[0]

    def forget(self) -> None:
        """Keep nothing."""
        self._prefixes.clear()


def common_start(first: Ids, second: Ids) -> int:
    """Return with how many ids both begin alike."""
    length = min(len(first), len(second))
    differing = np.flatnonzero(first[:length] != second[:length])
    return int(differing[0]) if len(differing) else length
