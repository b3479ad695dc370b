import numpy as np
import pytest

from workbench.recall.dense import DenseVectors
from workbench.recall.means import NO_MEANS, LanguageMeans
from workbench.recall.vectors import centred


def row(*numbers: float) -> bytes:
    return np.array(numbers, dtype="<f4").tobytes()


def vector(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float32)


MEANS = LanguageMeans(
    {"zh": vector(0.8, 0, 0), "en": vector(0, 0.8, 0)},
    {"zh": vector(0.8, 0, 0), "en": vector(0, 0.8, 0)},
)


def test_own_side_plain_and_other_side_centred() -> None:
    # One passage a language: its mean is (30 x 0.8 axis + x) / 31.
    dense = DenseVectors([row(0.8, 0, 0.6), row(0, 0.8, 0.6)], ["zh", "en"], 3, MEANS)
    query = vector(0.8, 0, 0.6)
    own, other = dense.scores(query, "zh")
    assert own == pytest.approx(1.0)  # the same vector
    mean = (30 * vector(0, 0.8, 0) + vector(0, 0.8, 0.6)) / 31
    expected = centred(vector(0, 0.8, 0.6), mean) @ centred(query, MEANS.queries["zh"])
    assert other == pytest.approx(float(expected), abs=1e-5)
    assert other > 0.99  # uncentred it would be 0.36


def test_mixed_text_is_on_the_chinese_side() -> None:
    dense = DenseVectors([row(0.6, 0.8, 0)], ["mixed"], 3, MEANS)
    assert dense.scores(vector(1, 0, 0), "zh")[0] == pytest.approx(0.6)
    assert dense.scores(vector(1, 0, 0), "mixed")[0] == pytest.approx(0.6)


def test_without_means_all_scores_are_cosines() -> None:
    dense = DenseVectors([row(1, 0), row(0, 1)], ["zh", "en"], 2, NO_MEANS)
    assert dense.scores(vector(0.6, 0.8), "zh").tolist() == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(
    "bad", [None, b"", b"12", row(1, 0, 0), row(0, 0), row(float("nan"), 1), row(3e38, 3e38)]
)
def test_a_chunk_without_a_usable_vector_is_absent(bad: bytes | None) -> None:
    dense = DenseVectors([bad, row(0, 1)], ["zh", "zh"], 2, NO_MEANS)
    assert len(dense) == 1
    assert dense.present.tolist() == [False, True]
    assert dense.scores(vector(0, 1), "zh").tolist() == [0.0, 1.0]


@pytest.mark.parametrize("rows", [[], [None]])
def test_no_vectors_no_scores(rows: list[bytes | None]) -> None:
    dense = DenseVectors(rows, ["zh"] * len(rows), 2, NO_MEANS)
    assert len(dense) == 0
    assert dense.scores(vector(0, 1), "zh").tolist() == [0.0] * len(rows)


def test_a_passage_at_its_own_mean_gives_a_number() -> None:
    rows = [row(1, 0)] * 12
    scores = DenseVectors(rows, ["en"] * 12, 2, NO_MEANS).scores(vector(1, 0), "zh")
    assert np.isfinite(scores).all()
