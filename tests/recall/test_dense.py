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


def test_own_side_centred_by_half_and_other_side_wholly() -> None:
    # One passage a language: its mean is (30 x 0.8 axis + x) / 31.
    rows = {"zh": vector(0.8, 0, 0.6), "en": vector(0, 0.8, 0.6)}
    dense = DenseVectors([row(0.8, 0, 0.6), row(0, 0.8, 0.6)], ["zh", "en"], 3, MEANS)
    query = vector(0.6, 0, 0.8)
    means = {key: (30 * MEANS.passages[key] + rows[key]) / 31 for key in ("zh", "en")}
    own, other = dense.scores(query, "zh")
    half = centred(rows["zh"], means["zh"] / 2) @ centred(query, MEANS.queries["zh"] / 2)
    assert own == pytest.approx(float(half), abs=1e-5)
    whole = centred(rows["en"], means["en"]) @ centred(query, MEANS.queries["zh"])
    assert other == pytest.approx(float(whole), abs=1e-5)
    assert other > 0.9  # uncentred it would be 0.48


def test_mixed_text_is_on_the_chinese_side() -> None:
    dense = DenseVectors([row(0.6, 0.8, 0)], ["mixed"], 3, NO_MEANS)
    assert dense.scores(vector(1, 0, 0), "zh")[0] == pytest.approx(0.6)
    assert dense.scores(vector(1, 0, 0), "mixed")[0] == pytest.approx(0.6)


@pytest.fixture
def both() -> DenseVectors:
    """Two Chinese passages, an absent one, and two English ones; no means."""
    rows = [row(1, 0, 0), row(0, 1, 0), None, row(0.8, 0, 0.6), row(0.8, 0.6, 0)]
    return DenseVectors(rows, ["zh", "zh", "zh", "en", "en"], 3, NO_MEANS)


def test_the_other_side_is_asked_for_the_question_and_the_best_own_passage(
    both: DenseVectors,
) -> None:
    query = vector(0.8, 0.6, 0)
    before = both.scores(query, "zh")
    assert before.tolist() == pytest.approx([0.8, 0.6, 0, 0.64, 1.0])
    # Passage 0 (0.8) is further than an English one (1.0): it takes no part.
    assert both.towards(0, query, "zh", before) is before
    query = vector(1, 0, 0)
    before = both.scores(query, "zh")
    assert before.tolist() == pytest.approx([1.0, 0, 0, 0.8, 0.8])
    # As near as can be: here the two English ones stay equal, as it is the question itself.
    assert both.towards(0, query, "zh", before).tolist() == pytest.approx([1.0, 0, 0, 0.8, 0.8])


def test_what_is_asked_is_seven_parts_question_and_three_parts_passage() -> None:
    dense = DenseVectors([row(0.6, 0.8, 0), row(0, 0.6, 0.8)], ["zh", "en"], 3, NO_MEANS)
    query = vector(1, 0, 0)
    before = dense.scores(query, "zh")
    asked = vector(0.7 + 0.3 * 0.6, 0.3 * 0.8, 0)
    moved = float(asked @ vector(0, 0.6, 0.8) / np.linalg.norm(asked))
    assert before.tolist() == pytest.approx([0.6, 0])
    assert dense.towards(0, query, "zh", before).tolist() == pytest.approx([0.6, moved])


@pytest.mark.parametrize("chunk", [2, 5, 99])
def test_a_chunk_without_a_vector_moves_nothing(both: DenseVectors, chunk: int) -> None:
    query = vector(1, 0, 0)
    before = both.scores(query, "zh")
    assert both.towards(chunk, query, "zh", before) is before


def test_with_one_side_there_is_nothing_to_ask_again() -> None:
    dense = DenseVectors([row(1, 0), row(0, 1)], ["zh", "mixed"], 2, NO_MEANS)
    before = dense.scores(vector(1, 0), "zh")
    assert dense.towards(0, vector(1, 0), "zh", before) is before


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
