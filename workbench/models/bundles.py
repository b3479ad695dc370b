"""Short prompts of a row that are read at once, since a call for each would cost more than it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch

SHORT = 128
"""Most tokens of its own that a prompt has which is read together with others."""
_KEYS = 4096
"""Most keys that are laid side by side, those of the prefix repeated for every prompt."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Prompts of one prefix, by their numbers in the row, padded on the right to the longest.

    ``places`` says where each token stands in the row, as (prompts, longest), a prompt's last one
    standing for its padding; ``real`` are the positions in it that are no padding.
    """

    members: tuple[int, ...]
    places: torch.Tensor
    real: torch.Tensor

    @classmethod
    def of(cls, members: Sequence[int], spans: Sequence[tuple[int, int]]) -> "Bundle":
        """Return the bundle of these prompts, whose tokens stand in the row at ``spans``."""
        longest = max(spans[at][1] - spans[at][0] for at in members)
        steps = torch.arange(longest)[None]
        starts = torch.tensor([spans[at][0] for at in members])[:, None]
        ends = torch.tensor([spans[at][1] for at in members])[:, None]
        places = torch.minimum(starts + steps, ends - 1)
        return cls(tuple(members), places, (starts + steps < ends).flatten().nonzero()[:, 0])

    def taken(self, part: torch.Tensor) -> torch.Tensor:
        """Return (1, heads, tokens, size) of the row as (prompts, heads, longest, size)."""
        count, longest = self.places.shape
        chosen = part.index_select(2, self.places.flatten().to(part.device))
        return chosen.view(part.shape[1], count, longest, part.shape[3]).transpose(0, 1)

    def put(self, found: torch.Tensor, read: torch.Tensor) -> None:
        """Write what was read for (prompts, heads, longest, size) into the row ``found``."""
        flat = read.transpose(0, 1).reshape(1, read.shape[1], -1, read.shape[3])
        real = self.real.to(found.device)
        found.index_copy_(2, self.places.flatten().to(found.device)[real], flat[:, :, real])


def bundles_of(
    prefixes: Sequence[Sequence[object]],
    before: Sequence[int],
    spans: Sequence[tuple[int, int]],
) -> list[Bundle]:
    """Return what is read together: two prompts at least, of one prefix and of similar length."""
    lengths = [end - start for start, end in spans]
    short = [at for at, length in enumerate(lengths) if length <= SHORT]
    short.sort(key=lambda at: (id(prefixes[at]) if prefixes[at] else 0, -lengths[at]))
    found: list[Bundle] = []
    for _, members in groupby(short, key=lambda at: id(prefixes[at]) if prefixes[at] else 0):
        for part in _parts(list(members), lengths, before):
            if len(part) > 1:
                found.append(Bundle.of(part, spans))
    return found


def _parts(
    members: Sequence[int], lengths: Sequence[int], before: Sequence[int]
) -> Iterator[list[int]]:
    """Return the prompts, longest first, in parts of bounded size and with little padding."""
    part: list[int] = []
    for at in members:
        keys = (len(part) + 1) * (before[at] + lengths[part[0]]) if part else 0
        if part and (keys > _KEYS or 2 * lengths[at] < lengths[part[0]]):
            yield part
            part = []
        part.append(at)
    if part:
        yield part
