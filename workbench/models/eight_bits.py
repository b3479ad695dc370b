"""Linear layers that multiply in whole numbers of eight bits, where a processor is quicker so."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn.functional import linear

_STEPS = 127
_TINY = 1e-12
WORTH = 1.5
"""How many times as fast a layer has to be before less exact numbers are worth it."""


@dataclass(slots=True)
class Exactness:
    """Whether the layers that hold this one compute with their own weights for now."""

    exact: bool = False


class EightBitLinear(torch.nn.Module):
    """A layer's weights rounded to 127 steps a row; what it is given is rounded as it comes.

    Each row of the input has a scale of its own, so no text is read differently for the company it
    keeps; one scale for all of them, as torch's own dynamic quantisation had, would do that.
    """

    def __init__(self, given: torch.nn.Linear, exactness: Exactness) -> None:
        super().__init__()
        self.given = given
        self._exactness = exactness
        weights = given.weight.detach()
        self._scales = _scales(weights)
        self._weights = (weights / self._scales).round().to(torch.int8).t()

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return what the layer makes of ``states``, in float32; NaN where they are not finite."""
        if self._exactness.exact:
            found: torch.Tensor = self.given(states)
            return found
        rows = states.reshape(-1, states.shape[-1])
        scales = _scales(rows)
        product = torch._int_mm((rows / scales).round_().to(torch.int8), self._weights)
        scaled = torch.addcmul(self.given.bias, product * scales, self._scales.t())
        return scaled.view(*states.shape[:-1], -1)


def _scales(rows: torch.Tensor) -> torch.Tensor:
    return rows.abs().amax(1, keepdim=True).clamp_min(_TINY) / _STEPS


def in_eight_bits(model: torch.nn.Module, exactness: Exactness) -> None:
    """Replace each linear layer within ``model``, which must be float32 and on the processor."""
    for name, part in list(model.named_children()):
        if isinstance(part, torch.nn.Linear):
            setattr(model, name, EightBitLinear(part, exactness))
        else:
            in_eight_bits(part, exactness)


@torch.inference_mode()
def eight_bits_pay(rows: int = 512, rounds: int = 5) -> bool:
    """Return whether a layer of e5's widest shape is ``WORTH`` as fast here; about 0.1 seconds.

    Measured and not read from a list of features, since these tell little of a processor's speed
    and not every system lists them. The best of ``rounds`` counts, since other work only slows.
    """
    layer = torch.nn.Linear(384, 1536)
    given = torch.ones(rows, 384)
    small = EightBitLinear(layer, Exactness())
    return _best(lambda: linear(given, layer.weight, layer.bias), rounds) > WORTH * _best(
        lambda: small(given), rounds
    )


def _best(work: Callable[[], torch.Tensor], rounds: int) -> float:
    taken = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken[1:])
