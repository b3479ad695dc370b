"""Products in eight bits are near the exact ones, whatever the scale."""

import numpy as np
import pytest

from workbench.recall import scan
from workbench.recall.scan import EightBitScan

pytest.importorskip("numkong")


@pytest.mark.parametrize("count", [1, 2, 5, 100])
def test_products_are_near_the_exact_ones(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(scan, "_BLOCK", 3)
    draw = np.random.default_rng(count)
    matrix = draw.normal(size=(count, 384)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    query = matrix[0]
    found = EightBitScan(matrix).products(query)
    assert found.shape == (count,)
    assert found == pytest.approx(matrix @ query, abs=3e-3)


def test_products_by_hand() -> None:
    # Steps of 0.5/127 and 1/127: (127, 64) and (127, -127) for (0.5, 0.25) and (1, -1).
    found = EightBitScan(np.array([[0.5, 0.25]], np.float32)).products(
        np.array([1, -1], np.float32)
    )
    assert found[0] == pytest.approx((127 * 127 - 64 * 127) * (0.5 / 127) * (1 / 127))


def test_zeros_have_products_of_zero() -> None:
    scan_of_zeros = EightBitScan(np.zeros((2, 4), np.float32))
    assert scan_of_zeros.products(np.zeros(4, np.float32)).tolist() == [0.0, 0.0]
