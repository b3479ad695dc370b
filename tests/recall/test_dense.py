import numpy as np
import pytest

from workbench.recall import dense as dense_module
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
    assert both.towards(0, query, "zh", 1.0) is None
    query = vector(1, 0, 0)
    before = both.scores(query, "zh")
    assert before.tolist() == pytest.approx([1.0, 0, 0, 0.8, 0.8])
    # As near as can be: here the two English ones stay equal, as it is the question itself.
    moved = both.towards(0, query, "zh", 0.8)
    assert both.scores(query, "zh", moved).tolist() == pytest.approx([1.0, 0, 0, 0.8, 0.8])


def test_what_is_asked_is_seven_parts_question_and_three_parts_passage() -> None:
    dense = DenseVectors([row(0.6, 0.8, 0), row(0, 0.6, 0.8)], ["zh", "en"], 3, NO_MEANS)
    query = vector(1, 0, 0)
    before = dense.scores(query, "zh")
    asked = vector(0.7 + 0.3 * 0.6, 0.3 * 0.8, 0)
    moved = float(asked @ vector(0, 0.6, 0.8) / np.linalg.norm(asked))
    assert before.tolist() == pytest.approx([0.6, 0])
    both = dense.towards(0, query, "zh", 0.0)
    assert both is not None
    assert dense.scores(query, "zh", both).tolist() == pytest.approx([0.6, moved])
    assert dense.search(query, "zh", [np.array([False, True])], 5, both) == [
        [(1, pytest.approx(moved))]
    ]


@pytest.mark.parametrize("chunk", [2, 5, 99])
def test_a_chunk_without_a_vector_moves_nothing(both: DenseVectors, chunk: int) -> None:
    assert both.towards(chunk, vector(1, 0, 0), "zh", 0.0) is None


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


def clustered(count: int, dim: int = 64, seed: int = 0) -> np.ndarray:
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(20, dim))
    found = centres[draw.integers(0, 20, count)] + draw.normal(scale=0.7, size=(count, dim))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype("<f4")


@pytest.mark.parametrize("library", [True, False])
def test_a_large_corpus_gives_the_hits_and_scores_of_brute_force(
    monkeypatch: pytest.MonkeyPatch, library: bool
) -> None:
    if library:
        pytest.importorskip("numkong")
    else:
        monkeypatch.setattr(dense_module, "find_spec", lambda name: None)
    matrix = clustered(3000)
    rows: list[bytes | None] = [each.tobytes() for each in matrix]
    rows[7], rows[8] = None, row(*[0.0] * 64)
    languages = [("zh", "en", "mixed", "other")[at % 4] for at in range(3000)]
    small = DenseVectors(rows, languages, 64, NO_MEANS)
    monkeypatch.setattr(dense_module, "BRUTE_FORCE", 1000)
    large = DenseVectors(rows, languages, 64, NO_MEANS)
    assert (large._scan is not None) is library
    draw = np.random.default_rng(1)
    masks = [
        np.array([one == "zh" for one in languages]),
        np.array([one == "en" for one in languages]),
        draw.random(3000) < 0.02,
        np.zeros(3000, dtype=np.bool_),
    ]
    for query in clustered(20, seed=2):
        expected = small.search(query, "zh", masks, 50)
        found = large.search(query, "zh", masks, 50)
        assert [len(hits) for hits in found] == [len(hits) for hits in expected]
        for ours, theirs in zip(found, expected, strict=True):
            assert [at for at, _ in ours] == [at for at, _ in theirs]
            assert [s for _, s in ours] == pytest.approx([s for _, s in theirs], abs=1e-6)
        assert large.scores(query, "zh") == pytest.approx(small.scores(query, "zh"), abs=1e-6)
    assert not any(
        at in (7, 8) for hits in large.search(matrix[7], "zh", masks, 800) for at, _ in hits
    )


def test_hits_are_the_best_scores_of_each_mask() -> None:
    dense = DenseVectors([row(1, 0), None, row(0.6, 0.8), row(1, 0)], ["zh"] * 4, 2, NO_MEANS)
    every, two = np.ones(4, dtype=np.bool_), np.array([False, True, True, True])
    first, second = dense.search(vector(1, 0), "zh", [every, two], 2)
    assert first == [(0, 1.0), (3, 1.0)]
    assert [at for at, _ in second] == [3, 2]
    assert dense.search(vector(1, 0), "zh", [], 2) == []
    assert dense.search(vector(1, 0), "zh", [every], 0) == [[]]
