import pytest

from workbench.services.controls import ControlNoise, control_noise, floor_of


def test_the_same_orders_make_no_noise() -> None:
    orders, values = {"q": ["a", "b"]}, {"q": 0.5}
    found = control_noise(orders, orders, values, values)
    assert found == ControlNoise(delta=0.0, shift=0.0, changed_first=0, n=1, worst=0.5)


def test_noise_by_hand_over_the_questions_that_both_ordered() -> None:
    found = control_noise(
        {"p": ["a", "b"], "q": ["a", "b"], "only": ["x"]},
        {"p": ["b", "a"], "q": ["a", "b"]},
        {"p": 1.0, "q": 0.5, "only": 0.0},
        {"p": 0.6, "q": 0.7, "only": 0.0},
    )
    assert found is not None
    assert (found.changed_first, found.n, found.changed_share) == (1, 2, 0.5)
    assert found.delta == pytest.approx((0.4 + 0.2) / 2)
    assert found.shift == pytest.approx(0.5)
    assert found.worst == pytest.approx((0.6 + 0.5) / 2)
    assert floor_of([None, found, ControlNoise(0.1, 0, 0, 2, 0.5)]) == found.delta


def test_no_order_no_noise() -> None:
    assert control_noise({}, {"q": ["a"]}, {}, {"q": 1.0}) is None
    assert floor_of([]) is None
    assert floor_of([None]) is None
