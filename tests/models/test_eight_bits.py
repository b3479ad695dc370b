"""Tests of workbench.models.eight_bits."""

import pytest
import torch

from workbench.models import eight_bits
from workbench.models.eight_bits import EightBitLinear, Exactness, eight_bits_pay, in_eight_bits


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return torch.nn.Linear(64, 96)


@torch.inference_mode()
def test_a_layer_by_hand():
    layer = torch.nn.Linear(2, 2)
    layer.weight.data = torch.tensor([[1.0, 0.5], [0.0, -2.0]])
    layer.bias.data = torch.tensor([10.0, 0.0])
    # Weights in steps of 1/127 and 2/127: (127, 64), (0, -127); the input in steps of 4/127.
    found = EightBitLinear(layer, Exactness())(torch.tensor([[4.0, 1.0]]))
    first = (127 * 127 + 32 * 64) * (4 / 127) * (1 / 127) + 10
    second = -127 * 32 * (4 / 127) * (2 / 127)
    assert found[0].tolist() == pytest.approx([first, second], rel=1e-6)


@torch.inference_mode()
def test_it_is_near_the_layer_and_equal_to_it_where_exact(layer):
    states = torch.randn(3, 5, 64)
    exactness = Exactness()
    small = EightBitLinear(layer, exactness)
    assert small(states).shape == (3, 5, 96)
    error = (small(states) - layer(states)).abs().max()
    assert 0 < error < 0.02
    exactness.exact = True
    assert torch.equal(small(states), layer(states))


@torch.inference_mode()
def test_a_row_does_not_depend_on_the_rows_beside_it(layer):
    small = EightBitLinear(layer, Exactness())
    states = torch.randn(4, 64)
    company = torch.cat([states[:1], 1000 * states[1:]])
    assert torch.equal(small(states)[0], small(company)[0])


@torch.inference_mode()
@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_what_is_not_finite_stays_so(layer, odd):
    states = torch.zeros(2, 64)
    states[1, 3] = odd
    found = EightBitLinear(layer, Exactness())(states)
    assert torch.isfinite(found[0]).all()
    assert not torch.isfinite(found[1]).any()


@torch.inference_mode()
def test_zeros_give_the_bias(layer):
    assert torch.equal(EightBitLinear(layer, Exactness())(torch.zeros(1, 64))[0], layer.bias)


@torch.inference_mode()
def test_every_linear_layer_is_replaced_at_any_depth(layer):
    model = torch.nn.Sequential(layer, torch.nn.Sequential(torch.nn.Linear(96, 8)))
    exactness = Exactness()
    expected = model(torch.ones(1, 64))
    in_eight_bits(model, exactness)
    kinds = [type(part) for part in model.modules() if not list(part.children())]
    assert kinds == [torch.nn.Linear] * 2
    assert sum(isinstance(part, EightBitLinear) for part in model.modules()) == 2
    exactness.exact = True
    assert torch.equal(model(torch.ones(1, 64)), expected)


@pytest.mark.parametrize(("exact", "small", "pays"), [(3.0, 1.0, True), (1.4, 1.0, False)])
def test_it_pays_from_half_as_fast_again(monkeypatch, exact, small, pays):
    taken = iter([exact, small])
    monkeypatch.setattr(eight_bits, "_best", lambda work, rounds: (work(), next(taken))[1])
    assert eight_bits_pay() is pays
