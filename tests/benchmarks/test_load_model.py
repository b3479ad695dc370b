"""Tests of benchmarks.load_model: its scores are the model card's, and differ enough to tell."""

import pytest

from benchmarks.load_client import told_apart
from benchmarks.load_model import ModelCard, Shape, scored_alone, write_checkpoint
from tests.qwen3_tokenizer import qwen3_tokenizer_file
from tests.reference_scorer import reference_log_odds

DOCUMENTS = ["违约金为每日万分之五。", "reset the password", ""]


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    qwen3_tokenizer_file()
    return ModelCard(write_checkpoint(tmp_path_factory.mktemp("card"), Shape(layers=2)))


def test_scores_are_those_of_the_model_card(card):
    expected = reference_log_odds(card._model, list(card.prompts("违约金", DOCUMENTS)))
    assert card.log_odds("违约金", DOCUMENTS) == pytest.approx(expected, abs=1e-5)
    assert max(expected) - min(expected) > 0.05


def test_a_neighbours_score_would_be_noticed(card):
    (found,) = scored_alone(card, [("违约金", DOCUMENTS)])
    assert all(0 < score < 1 for score in found)
    alone = {("违约金", text): score for text, score in zip(DOCUMENTS, found, strict=True)}
    assert told_apart(alone, 1e-4) == 1.0


def test_tokens_are_those_of_the_real_tokenizer(card):
    assert card.tokens(["yes", "", "2024"]) == [1, 0, 4]
