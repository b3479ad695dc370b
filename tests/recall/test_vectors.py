import numpy as np
import pytest

from workbench.domain.errors import Unavailable
from workbench.domain.ports import EmbedderInfo, Vectors
from workbench.recall.vectors import centred, joined, rows_of

INFO = EmbedderInfo("tiny", "1", 2)


def data(*numbers: float) -> bytes:
    return np.array(numbers, dtype="<f4").tobytes()


def test_rows_come_in_order() -> None:
    assert rows_of(Vectors(2, data(1, 0, 0, 1)), INFO, 2).tolist() == [[1, 0], [0, 1]]
    assert rows_of(Vectors(2, b""), INFO, 0).shape == (0, 2)


@pytest.mark.parametrize(
    ("vectors", "count"),
    [
        (Vectors(2, data(1, 0)), 2),
        (Vectors(2, data(1, 0, 0, 1)), 1),
        (Vectors(2, data(1, 0, 0)), 1),
        (Vectors(2, data(1, float("nan"))), 1),
        (Vectors(2, data(1, float("inf"))), 1),
        (Vectors(0, b""), 1),
    ],
)
def test_unusable_vectors_are_refused(vectors: Vectors, count: int) -> None:
    with pytest.raises(Unavailable) as caught:
        rows_of(vectors, INFO, count)
    assert caught.value.code == "vectors_unusable"
    assert caught.value.params == {"model": "tiny", "expected": count, "given": len(vectors)}


def test_centring_subtracts_and_renormalises() -> None:
    # (3, 4) - (0, 4) = (3, 0), of length 3.
    vector, mean = np.array([3, 4], dtype=np.float32), np.array([0, 4], dtype=np.float32)
    assert centred(vector, mean).tolist() == [1, 0]
    assert centred(vector, None).tolist() == pytest.approx([0.6, 0.8])
    assert centred(vector, vector).tolist() == [0, 0]


def test_rows_lie_in_a_file_or_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [np.array([1, 2], "<f4").tobytes(), np.array([3, 4], "<f4").tobytes()]
    in_file, in_memory = joined(rows, 2, 2, in_file=True), joined(rows, 2, 2)
    assert isinstance(in_file, np.memmap) and not isinstance(in_memory, np.memmap)
    assert in_file.tolist() == in_memory.tolist() == [[1, 2], [3, 4]]
    assert joined([], 0, 2, in_file=True).shape == (0, 2)

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    assert joined(iter(rows), 2, 2, in_file=True).tolist() == [[1, 2], [3, 4]]
