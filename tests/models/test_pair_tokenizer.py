"""Tests of workbench.models.pair_tokenizer."""

import json

import pytest

from tests.models.tiny_cross import save_roberta, save_tokenizer
from workbench.domain.errors import Unavailable
from workbench.models.pair_tokenizer import PairTokenizer

CLEAN = ["the capital of china is Beijing", "中国的首都是北京。", "", "  a  b\n\tc ", "😀 <b> ½"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tokenizer(tmp_path_factory.mktemp("pair"))


@pytest.fixture(scope="module")
def tokenizer(folder):
    return PairTokenizer(folder)


@pytest.fixture(scope="module")
def official(folder):
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def test_question_and_passage_are_joined_as_the_tokenizer_joins_them(tokenizer, official):
    before, between, after = tokenizer.frame
    assert (before, between, after) == ((0,), (2, 2), (2,))
    question, passage = tokenizer.encode(CLEAN[:2])
    expected = official.encode(*CLEAN[:2], add_special_tokens=True).ids
    assert [*before, *question, *between, *passage, *after] == expected


def test_clean_text_has_the_official_ids(tokenizer, official):
    expected = [official.encode(text, add_special_tokens=False).ids for text in CLEAN]
    assert tokenizer.encode(CLEAN) == expected


@pytest.mark.parametrize("mark", ["</s>", "<s>", "<mask>", "<pad>", "<unk>"])
@pytest.mark.parametrize("text", ["{}", "the {} capital", "中国{}首都", "{0}{0}", " {} ", "a{}b"])
def test_no_text_becomes_a_control_token(tokenizer, official, mark, text):
    written = text.format(mark)
    number = official.token_to_id(mark)
    assert number in official.encode(written, add_special_tokens=False).ids, "it would otherwise"
    assert number not in tokenizer.encode([written])[0]
    spelled = [tokenizer.encode([f"x{letter}"])[0][-1] for letter in mark]
    found = tokenizer.encode([f"x{mark}"])[0]
    assert found[-len(mark) :] == spelled, "it is read letter by letter"


def test_spans_are_those_of_the_text(tokenizer):
    text = "the capital\ud83d 中国"
    spans = tokenizer.spans(text)
    assert len(spans) == len(tokenizer.encode([text])[0])
    read = {at for start, end in spans for at in range(start, end)}
    assert "".join(text[at] for at in sorted(read)) == "thecapital\ud83d中国"


def test_a_tokenizer_that_joins_nothing_is_refused(tmp_path):
    with pytest.raises(Unavailable) as caught:
        PairTokenizer(save_tokenizer(tmp_path, pair=False))
    assert caught.value.code == "tokenizer_no_pair"
    assert caught.value.params["found"] == "0 1"


def test_ids_beyond_the_model_are_refused(tmp_path):
    save_roberta(tmp_path, vocabulary=100)
    save_tokenizer(tmp_path)
    with pytest.raises(Unavailable) as caught:
        PairTokenizer(tmp_path)
    assert caught.value.code == "tokenizer_beyond_model"
    assert caught.value.params["known"] == 100
    # 4 control tokens, "▁", 12 words, 94 letters, and <mask> the last of them
    assert caught.value.params["largest"] == 4 + 1 + 12 + 94


@pytest.mark.parametrize(
    ("name", "number", "found"),
    [("bos_token_id", 101, "0"), ("eos_token_id", 102, "2"), ("pad_token_id", 9, "none")],
)
def test_a_tokenizer_of_another_model_is_refused(tmp_path, name, number, found):
    save_tokenizer(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"vocab_size": 400, name: number}))
    with pytest.raises(Unavailable) as caught:
        PairTokenizer(tmp_path)
    assert caught.value.code == "tokenizer_mismatch"
    assert caught.value.params["token"] == name
    assert (caught.value.params["expected"], caught.value.params["found"]) == (number, found)


def test_files_that_are_no_tokenizer_are_refused(tmp_path):
    with pytest.raises(Unavailable, match="tokenizer_missing"):
        PairTokenizer(tmp_path)
    for content in ("{", "[]", "{}", '{"model": {"type": "Unigram", "vocab": 3}}'):
        (tmp_path / "tokenizer.json").write_text(content)
        with pytest.raises(Unavailable, match="tokenizer_damaged"):
            PairTokenizer(tmp_path)


def test_a_control_token_that_text_can_spell_is_refused(tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({"<s>": 0, "</s>": 1, "a": 2, "?": 3}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 1)],
    )
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(Unavailable) as caught:
        PairTokenizer(tmp_path)
    assert (caught.value.code, caught.value.params["token"]) == ("tokenizer_mismatch", "<s>")
