import numpy as np
import pytest

from workbench.domain.ports import EmbedderInfo
from workbench.recall.means import NO_MEANS, LanguageMeans, blended, shipped_means


def vector(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float32)


@pytest.mark.parametrize("name", ["multilingual-e5-small", "intfloat/multilingual-e5-small"])
def test_means_are_shipped_for_the_embedded_model(name: str) -> None:
    means = shipped_means(EmbedderInfo(name, "q4", 384))
    for table in (means.passages, means.queries):
        assert set(table) == {"zh", "en", "mixed", "other"}
        assert all(0.5 < float(np.linalg.norm(mean)) < 1 for mean in table.values())
    between = (means.passages["zh"] + means.passages["en"]) / 2
    assert means.passages["mixed"].tolist() == pytest.approx(between.tolist())
    apart = means.passages["zh"] - means.passages["en"]
    assert float(np.linalg.norm(apart)) > 0.1, "languages are directions of this model"


@pytest.mark.parametrize("info", [("other-model", 384), ("multilingual-e5-small", 32)])
def test_another_model_or_size_has_none(info: tuple[str, int]) -> None:
    assert shipped_means(EmbedderInfo(info[0], "1", info[1])) is NO_MEANS


def test_thirty_passages_weigh_as_much_as_the_shipped_mean() -> None:
    shipped = LanguageMeans({"zh": vector(0, 1)}, {"zh": vector(5, 5)})
    matrix = np.tile(vector(1, 0), (30, 1))
    means = blended(shipped, matrix, ["zh"] * 30)
    assert means.passages["zh"].tolist() == [0.5, 0.5]
    assert means.query("zh") is shipped.queries["zh"]


def test_without_passages_the_shipped_mean_stands() -> None:
    shipped = LanguageMeans({"zh": vector(0, 1)}, {})
    means = blended(shipped, np.zeros((0, 2), dtype=np.float32), [])
    assert means.passages["zh"].tolist() == [0, 1]


def test_nothing_shipped_needs_ten_passages() -> None:
    matrix = np.tile(vector(1, 0), (10, 1))
    assert blended(NO_MEANS, matrix[:9], ["en"] * 9).passages == {}
    ten = blended(NO_MEANS, matrix, ["en"] * 10)
    assert ten.passages["en"].tolist() == [1, 0]
    assert ten.query("en") is ten.passages["en"]
    assert ten.query("zh") is None
