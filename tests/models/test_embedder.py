"""Tests of workbench.models.embedder."""

import numpy as np
import pytest

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.domain.ports import Embedder, EmbedderInfo, Vectors
from workbench.models.client import ModelHost
from workbench.models.device import Placement
from workbench.models.e5 import E5Body
from workbench.models.e5_file import E5File
from workbench.models.e5_tokenizer import E5Tokenizer
from workbench.models.embedder import HostEmbedder


def rows(vectors: Vectors) -> np.ndarray:
    return np.frombuffer(vectors.data, "<f4").reshape(len(vectors), vectors.dim)


@pytest.fixture
def tiny(host, e5_path):
    return HostEmbedder(host, e5_path, device="cpu")


def test_the_info_needs_no_host(e5_path):
    unstarted = ModelHost(threads=1)
    info = HostEmbedder(unstarted, e5_path).info
    assert info == EmbedderInfo("multilingual-e5-small", E5File(e5_path).revision(), 64)
    assert not unstarted.stats().alive


def test_vectors_are_those_of_the_body_in_the_order_given(tiny, host, e5_path):
    texts = ["ab " * n + "中" for n in (3, 1, 9, 1, 4, 30, 2)]
    tiny.embed_queries(["ab"])
    loaded = host.stats().loads[-1].dtype
    eight_bits = loaded == "int8"
    placement = Placement("cpu", "float32" if eight_bits else loaded)
    body = E5Body(e5_path, placement, eight_bits=eight_bits)
    tokenizer = E5Tokenizer(E5File(e5_path).vocabulary)
    for prefix, embed in (("query: ", tiny.embed_queries), ("passage: ", tiny.embed_passages)):
        ids = tokenizer.encode([prefix + text for text in texts])
        expected = body.embed([np.array(i, np.int32) for i in ids], exact=prefix == "query: ")
        found = embed(texts)
        assert (len(found), found.dim) == (7, 64)
        # In half precision one step is 2^-9 of a number of a unit vector's 64.
        noise = 4e-3 if loaded == "bfloat16" else 1e-5
        assert rows(found) == pytest.approx(expected, abs=noise)
    assert rows(tiny.embed_queries(["ab"])) != pytest.approx(rows(tiny.embed_passages(["ab"])))


def test_no_texts_need_no_call(tiny, host):
    before = host.stats().calls
    assert tiny.embed_queries([]) == Vectors(dim=64, data=b"")
    assert host.stats().calls == before


@pytest.mark.parametrize("empty", ["", " ", "\n\t"])
def test_a_text_with_nothing_to_read_is_refused(tiny, empty):
    with pytest.raises(InvalidInput) as caught:
        tiny.embed_passages(["a", empty])
    assert (caught.value.code, caught.value.params) == ("text_empty", {"position": 1})


def test_missing_weights_are_said(host, tmp_path):
    missing = HostEmbedder(host, tmp_path / "e5-small-q4.bin")
    with pytest.raises(Unavailable, match="embedder_missing"):
        _ = missing.info
    with pytest.raises(Unavailable, match="embedder_missing"):
        missing.embed_queries(["a"])


def test_it_is_the_embedder_of_the_ports(tiny):
    port: Embedder = tiny
    assert port.info.key.startswith("multilingual-e5-small@")


def test_a_question_finds_its_answer_across_languages(host, real_e5_path):
    real = HostEmbedder(host, real_e5_path, device="cpu")
    passages = [
        "The buyer shall pay the price within thirty days after delivery.",
        "按下复位按钮十秒即可清除密码。",
        "Bananas are rich in potassium.",
    ]
    likeness = rows(real.embed_queries(["怎么重置密码?", "When must the goods be paid?"])) @ (
        rows(real.embed_passages(passages)).T
    )
    assert likeness.argmax(axis=1).tolist() == [1, 0]
