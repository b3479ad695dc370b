import numpy as np
import pytest

from tests.recall.tiny import DIM, TinyEmbedder
from workbench.domain.errors import Unavailable
from workbench.domain.ports import Vectors
from workbench.recall.means import LanguageMeans
from workbench.recall.similarity import CentredSimilarity

ANSWER, NOISE = "Whoever is in breach pays damages.", "付款后一个月内开具发票。"


def direction(place: int, length: float) -> np.ndarray:
    return np.eye(DIM, dtype=np.float32)[place] * np.float32(length)


def test_centring_lets_the_other_language_win() -> None:
    embedder = TinyEmbedder(pull=2.0)
    both = {"zh": direction(0, 0.85), "en": direction(1, 0.85)}
    plain = CentredSimilarity(embedder)  # nothing ships for this embedder
    centred = CentredSimilarity(embedder, LanguageMeans(both, both))
    answer, noise = plain.similarities("违约怎么赔?", [ANSWER, NOISE])
    assert answer < noise
    answer, noise = centred.similarities("违约怎么赔?", [ANSWER, NOISE])
    assert answer > noise


def test_a_pair_has_one_number_whatever_stands_beside_it() -> None:
    both = {"zh": direction(0, 0.5), "en": direction(1, 0.5)}
    centred = CentredSimilarity(TinyEmbedder(), LanguageMeans(both, both))
    alone = centred.similarities("违约", [NOISE])
    assert centred.similarities("违约", [ANSWER, NOISE])[1:] == alone
    assert -1 <= alone[0] <= 1


def test_no_texts_ask_nothing() -> None:
    embedder = TinyEmbedder(failure=Unavailable("model_missing"))
    assert CentredSimilarity(embedder).similarities("q", []) == []


def test_a_failing_embedder_is_told() -> None:
    embedder = TinyEmbedder(failure=Unavailable("model_missing"))
    with pytest.raises(Unavailable, match="model_missing"):
        CentredSimilarity(embedder).similarities("q", ["a"])


def test_too_few_vectors_are_told() -> None:
    class Short(TinyEmbedder):
        def embed_passages(self, texts, *, priority=0):
            return Vectors(DIM, self.row(texts[0]))

    with pytest.raises(Unavailable, match="vectors_unusable"):
        CentredSimilarity(Short()).similarities("q", ["a", "b"])
