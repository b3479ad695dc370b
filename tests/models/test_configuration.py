"""Tests of workbench.models.configuration."""

import json
from pathlib import Path

import pytest

from workbench.domain.errors import Unavailable
from workbench.models.configuration import (
    architecture_of,
    family_of,
    position_limit,
    read_config,
    vocabulary_size,
)


def written(folder: Path, **told) -> Path:
    (folder / "config.json").write_text(json.dumps(told))
    return folder


@pytest.mark.parametrize(
    ("architecture", "family"),
    [
        ("Qwen3ForCausalLM", "qwen3"),
        ("Qwen3ForSequenceClassification", "qwen3"),
        ("XLMRobertaForSequenceClassification", "cross_encoder"),
        ("NewForSequenceClassification", "cross_encoder"),
        ("GteForSequenceClassification", "cross_encoder"),
    ],
)
def test_the_architecture_decides(tmp_path, architecture, family):
    folder = written(tmp_path, architectures=[architecture], id2label={"0": "LABEL_0"})
    assert (architecture_of(folder), family_of(folder)) == (architecture, family)
    assert architecture_of(folder, family) == architecture
    with pytest.raises(Unavailable, match="architecture_unsupported"):
        architecture_of(folder, "qwen3" if family == "cross_encoder" else "cross_encoder")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"architectures": ["BertForSequenceClassification"]}, "BertForSequenceClassification"),
        ({"architectures": ["XLMRobertaModel"]}, "XLMRobertaModel"),
        ({"model_type": "llama"}, "llama"),
        ({"architectures": "Qwen3ForCausalLM "}, "Qwen3ForCausalLM "),
        ({}, "?"),
    ],
)
def test_any_other_is_refused_with_what_is_needed(tmp_path, told, found):
    with pytest.raises(Unavailable) as caught:
        family_of(written(tmp_path, **told))
    assert caught.value.code == "architecture_unsupported"
    assert caught.value.params["found"] == found
    assert "XLMRobertaForSequenceClassification" in caught.value.params["expected"]


@pytest.mark.parametrize(
    ("labels", "found"),
    [({}, 2), ({"num_labels": 3}, 3), ({"id2label": {"0": "a", "1": "b"}, "num_labels": 1}, 2)],
)
def test_a_reranker_gives_one_number(tmp_path, labels, found):
    name = "XLMRobertaForSequenceClassification"
    with pytest.raises(Unavailable) as caught:
        architecture_of(written(tmp_path, architectures=[name], **labels))
    assert caught.value.code == "labels_unsupported"
    assert caught.value.params["found"] == found


@pytest.mark.parametrize(
    ("told", "limit"),
    [
        ({"max_position_embeddings": 40960}, 40960),
        ({"max_position_embeddings": 8194, "model_type": "xlm-roberta", "pad_token_id": 1}, 8192),
        ({"max_position_embeddings": 514, "model_type": "xlm-roberta"}, 512),
        ({}, None),
    ],
)
def test_the_model_says_how_many_positions_it_has(tmp_path, told, limit):
    assert position_limit(written(tmp_path, **told)) == limit


def test_the_model_says_how_many_ids_it_knows(tmp_path):
    assert vocabulary_size(written(tmp_path, vocab_size=7)) == 7
    assert vocabulary_size(written(tmp_path, vocab_size="7")) is None


def test_a_model_without_a_readable_description_is_refused(tmp_path):
    with pytest.raises(Unavailable) as caught:
        read_config(tmp_path)
    assert caught.value.code == "model_incomplete"
    assert caught.value.params == {"folder": str(tmp_path), "missing": "config.json"}
    for content in ("{", "3", "\udcff".encode("utf-8", "surrogateescape")):
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / "config.json").write_bytes(data)
        with pytest.raises(Unavailable, match="weights_damaged"):
            position_limit(tmp_path)
