"""Tests of workbench.models.tokenizer_file."""

import json

import pytest

from tests.models.tiny_cross import save_tokenizer
from workbench.domain.errors import Unavailable
from workbench.models.tokenizer_file import (
    engine_of,
    mismatch,
    one_for_one,
    read_tokenizer,
    readable,
    require_within,
)


def test_padding_and_cutting_are_left_out(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"truncation": {"max_length": 1}, "padding": {}, "model": {}}))
    assert read_tokenizer(path) == {"truncation": None, "padding": None, "model": {}}


def test_files_that_cannot_be_read_are_refused(tmp_path):
    path = tmp_path / "tokenizer.json"
    with pytest.raises(Unavailable, match="tokenizer_missing"):
        read_tokenizer(path)
    for content in ("{", "[]"):
        path.write_text(content)
        with pytest.raises(Unavailable, match="tokenizer_damaged"):
            read_tokenizer(path)
    with pytest.raises(Unavailable, match="tokenizer_damaged"):
        engine_of(path, {"model": 3})


@pytest.mark.parametrize("more", [0, 1])
def test_the_model_must_know_every_id(tmp_path, more):
    path = save_tokenizer(tmp_path) / "tokenizer.json"
    engine = engine_of(path, read_tokenizer(path))
    require_within(path, engine)
    largest = max(engine.get_vocab(with_added_tokens=True).values())
    (tmp_path / "config.json").write_text(json.dumps({"vocab_size": largest + more}))
    if more:
        require_within(path, engine)
        return
    with pytest.raises(Unavailable) as caught:
        require_within(path, engine)
    assert caught.value.params["largest"] == caught.value.params["known"] == largest


def test_a_mismatch_says_what_was_expected(tmp_path):
    error = mismatch(tmp_path, "yes", 9693, "1 2")
    assert (error.code, error.params["expected"], error.params["found"]) == (
        "tokenizer_mismatch",
        9693,
        "1 2",
    )


def test_halves_of_pairs_are_made_readable():
    assert readable("a\ud83d\ude00b\ud83d") == "a😀b\ufffd"
    assert one_for_one("a\ud83d\ude00b") == "a\ufffd\ufffdb"
    assert readable("中") == one_for_one("中") == "中"
