"""Says while a model computes that it goes on, and how long its next sign may take."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import torch

from workbench.models.frames import Header

_APART = 0.2
"""Seconds between two signs of one pass, so that a quick card writes no thousands of them."""
_LONG = 0.1
"""Seconds of a layer from which on a card is waited for, since it takes all layers at once."""

Send = Callable[[Header], None]


def _to_nobody(header: Header) -> None:
    return None


class Heartbeat:
    """Sends a frame's header when a pass begins, and then after layers, from the same thread.

    ``rate`` is the 10^9 operations a second of this machine; None where it was not measured.
    """

    def __init__(
        self, send: Send = _to_nobody, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate: float | None = None
        self._send = send
        self._clock = clock
        self._sent = clock()
        self._header: Header = {}
        self._long = False

    def watch(self, layers: Iterable[torch.nn.Module], device: str) -> None:
        """Send a sign of life after each of ``layers``, at most one in a while."""

        def after(*_: Any) -> None:
            if self._long:
                _wait_for(device)
            if self._clock() - self._sent >= _APART:
                self._tell()

        for layer in layers:
            layer.register_forward_hook(after)

    def begin(self, gflop: float, *, known: bool = True) -> None:
        """Announce a pass by the arithmetic of its largest layer, in 10^9 operations.

        Where it is not ``known`` how fast this pass is, as in another number format, no rate is
        told.
        """
        rate = self.rate if known else None
        self._long = rate is None or gflop > _LONG * rate
        self._header = {"beat": gflop, "rate": rate}
        self._tell()

    def _tell(self) -> None:
        self._sent = self._clock()
        self._send(self._header)


def layer_gflop(body: Any, tokens: int, read: int) -> float:
    """Return the 10^9 operations of the largest layer; ``read`` are the pairs in its attention."""
    weights = max(sum(p.numel() for p in layer.parameters()) for layer in body.layers)
    channels = body.config.num_attention_heads * body.config.head_dim
    return float(2 * weights * tokens + 4 * channels * read) / 1e9


def _wait_for(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    elif device.startswith("mps"):
        torch.mps.synchronize()
