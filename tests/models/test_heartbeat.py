"""Tests of workbench.models.heartbeat."""

import numpy as np
import pytest
import torch

from workbench.models import heartbeat
from workbench.models.device import Placement
from workbench.models.heartbeat import Heartbeat, layer_gflop
from workbench.models.qwen3 import Answers, Qwen3Body

CPU = Placement("cpu", "float32")


class Clock:
    """Time that passes when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sent():
    return []


@pytest.fixture
def clock():
    return Clock()


def test_a_pass_is_announced_at_once_and_layers_follow_in_a_while(sent, clock):
    heart = Heartbeat(sent.append, clock)
    heart.rate = 50.0
    layers = [torch.nn.Identity() for _ in range(3)]
    heart.watch(layers, "cpu")
    heart.begin(1.5)
    assert sent == [{"beat": 1.5, "rate": 50.0}]
    for pause, signs in ((0.125, 1), (0.125, 2), (0.125, 2), (0.125, 3), (5.0, 4)):
        clock.now += pause
        layers[0](torch.ones(1))
        assert len(sent) == signs
    heart.begin(2.5)
    assert sent[-2:] == [{"beat": 1.5, "rate": 50.0}, {"beat": 2.5, "rate": 50.0}]


def test_no_rate_is_told_where_none_is_known(sent, clock):
    heart = Heartbeat(sent.append, clock)
    heart.begin(1.0)
    heart.rate = 50.0
    heart.begin(1.0, known=False)
    heart.begin(1.0)
    assert [each["rate"] for each in sent] == [None, None, 50.0]


@pytest.mark.parametrize(
    ("gflop", "known", "waits"), [(4.0, True, 0), (6.0, True, 1), (4.0, False, 1)]
)
def test_a_card_is_waited_for_after_a_long_layer(sent, clock, monkeypatch, gflop, known, waits):
    waited: list[str] = []
    monkeypatch.setattr(heartbeat, "_wait_for", waited.append)
    heart = Heartbeat(sent.append, clock)
    heart.rate = 50.0
    layer = torch.nn.Identity()
    heart.watch([layer], "cuda:1")
    heart.begin(gflop, known=known)
    layer(torch.ones(1))
    assert waited == ["cuda:1"] * waits


def test_the_arithmetic_of_a_layer_is_its_products(untied_checkpoint, sent):
    body = Qwen3Body(untied_checkpoint, CPU, Answers(17, 203), heart=Heartbeat(sent.append))
    # q and o 32 × 32, k and v 32 × 16, three of 32 × 64; norms of 8 and 32, twice each.
    weights = 2 * 32 * 32 + 2 * 32 * 16 + 3 * 32 * 64 + 2 * 8 + 2 * 32
    # 4 heads of 8 channels; scores and sums are two products of two operations.
    assert layer_gflop(body._body, 10, 70) == (2 * weights * 10 + 4 * 32 * 70) / 1e9
    body.log_odds([np.arange(n, dtype=np.int32) for n in (7, 9)])
    # Six shared ones see each other, then one and three see these and themselves.
    expected = [layer_gflop(body._body, 6, 36), layer_gflop(body._body, 4, 1 * 7 + 3 * 9)]
    assert [each["beat"] for each in sent] == expected


@pytest.mark.parametrize("strategy", ["segments", "padded"])
def test_every_pass_is_announced_and_every_layer_gives_a_sign(
    untied_checkpoint, sent, monkeypatch, strategy
):
    monkeypatch.setattr(heartbeat, "_APART", 0.0)
    heart = Heartbeat(sent.append)
    body = Qwen3Body(untied_checkpoint, CPU, Answers(17, 203), 20, strategy, heart)
    body.log_odds([np.array([at, 5] * 9, np.int32) for at in range(3)])
    # Three passes of two layers.
    assert len(sent) == 3 * (1 + 2)
