"""Measures how fast this machine multiplies matrices, of which a model's time can be told."""

import time

import torch

from workbench.models.device import Placement


def measured_gflops(placement: Placement, rounds: int = 5) -> float:
    """Return the rate at which this machine multiplies matrices, in 10^9 operations a second.

    The shapes are those of Qwen3-Reranker-0.6B's widest layer. The best of ``rounds`` counts, since
    whatever else the machine does only slows it down.
    """
    rows = 512 if placement.device == "cpu" else 8192
    left = torch.ones(rows, 1024, device=placement.device, dtype=placement.torch_dtype)
    right = torch.ones(3072, 1024, device=placement.device, dtype=placement.torch_dtype)
    best = min(_seconds(left, right) for _ in range(rounds + 1))
    return 2.0 * rows * 1024 * 3072 / best / 1e9


@torch.inference_mode()
def _seconds(left: torch.Tensor, right: torch.Tensor) -> float:
    started = time.perf_counter()
    product = torch.nn.functional.linear(left, right)
    # Reading one number waits for a card that computes on its own.
    product[0, 0].item()
    return max(time.perf_counter() - started, 1e-9)
