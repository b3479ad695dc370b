"""Tests of benchmarks.recall_bench: kept vectors, recall through the index, the product's sort."""

import pytest

from benchmarks.recall_bench import Bench, Collection, KeptEmbedder, Question, recalled
from tests.doubles import HashEmbedder
from workbench.domain.ports import Vectors

TEXTS = {"zh-1": "合同的违约金", "zh-2": "服务器的密码", "en-1": "penalty", "en-2": "password"}


class ReadingEmbedder(HashEmbedder):
    """Remembers every text and reads questions otherwise than passages."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def embed_queries(self, texts, *, priority=0):
        self.read += [f"query: {text}" for text in texts]
        return super().embed_passages([text + "问" for text in texts])

    def embed_passages(self, texts, *, priority=0):
        self.read += texts
        return super().embed_passages(texts)


def test_a_text_is_embedded_once_and_kept_for_the_next_run(tmp_path):
    model = ReadingEmbedder()
    first = KeptEmbedder(model, tmp_path / "new")
    made = first.embed_passages(["b", "a", "b"])
    assert model.read == ["b", "a"] and first.computed == 2
    assert made == ReadingEmbedder().embed_passages(["b", "a", "b"])
    assert first.embed_passages(["a"]) == ReadingEmbedder().embed_passages(["a"])
    second = KeptEmbedder(model, tmp_path / "new")
    assert second.embed_passages(["b", "a", "b"]) == made
    assert (model.read, second.computed) == (["b", "a"], 0)
    assert second.embed_passages([]) == Vectors(64, b"")


def test_a_question_is_no_passage(tmp_path):
    model = ReadingEmbedder()
    kept = KeptEmbedder(model, tmp_path)
    assert kept.embed_queries(["a"]) != kept.embed_passages(["a"])
    assert model.read == ["query: a", "a"]
    assert KeptEmbedder(model, tmp_path).embed_queries(["a"]) == kept.embed_queries(["a"])
    assert model.read == ["query: a", "a"]


@pytest.fixture
def bench(tmp_path):
    asked = [Question("违约金", "zh", frozenset({"zh-1"}), frozenset({"en-1"}))]
    return Bench(Collection(TEXTS, asked), KeptEmbedder(HashEmbedder(), tmp_path))


def test_orders_are_those_of_the_index(bench):
    assert bench.orders("bm25") == [["zh-1"]]
    assert bench.orders("hybrid")[0][0] == "zh-1"
    assert sorted(bench.orders("hybrid")[0]) == sorted(TEXTS)
    few = bench.index(keys=["zh-2", "en-1"])
    assert {*bench.orders("hybrid", few)[0]} == {"zh-2", "en-1"}


def test_reranking_sorts_by_margin_and_ties_by_recall(bench):
    recall = bench.orders("hybrid")[0]
    assert bench.reranked(lambda query, texts: [0.0] * len(texts)) == [recall]
    lengths = bench.reranked(lambda query, texts: [float(text == "password") for text in texts])
    assert lengths == [["en-2", *(key for key in recall if key != "en-2")]]


def test_words_alone_are_never_measured_as_hybrid(bench):
    bench.embedder.info = bench.embedder.info.__class__("hash", "1", 3)
    with pytest.raises(RuntimeError, match="hybrid was asked, bm25 answered"):
        recalled(bench.default, "违约金", "hybrid")
