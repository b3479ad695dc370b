"""Tests of workbench.words.model_words."""

import pytest

from workbench.domain.rankings import RerankerInfo
from workbench.words.model_words import model_about, model_caution, model_name, model_warning
from workbench.words.say import Tongue


def info(follows: bool) -> RerankerInfo:
    return RerankerInfo("/m/bge", "bge", "logit", supports_instruction=follows)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_known_reranker_has_words_of_its_own(tongue: Tongue) -> None:
    assert model_name("qwen3", tongue, info(False)) == "Qwen3-Reranker"
    assert model_about("qwen3", tongue) != model_about("lexical", tongue)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_one_that_was_named_is_told_by_its_model(tongue: Tongue) -> None:
    assert model_name("/m/bge", tongue) == "/m/bge"
    assert model_name("/m/bge", tongue, info(False)) == "bge"
    assert model_about("/m/bge", tongue) == ""


def test_whether_it_follows_instructions_is_said() -> None:
    assert "follows no instructions" in model_about("/m/bge", "en", info(False))
    assert "不理解指令" in model_about("/m/bge", "zh", info(False))
    assert "by your instruction" in model_about("/m/bge", "en", info(True))
    assert "does not follow instructions" in model_warning("/m/bge", "en")


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_small_reranker_is_cautioned_about_although_it_follows(tongue: Tongue) -> None:
    mini = RerankerInfo("mini", "mini+e5", "logit", supports_instruction=True)
    qwen3 = RerankerInfo("qwen3", "Qwen3-Reranker-0.6B", "probability", supports_instruction=True)
    assert "Qwen3" in model_caution(mini, tongue)
    assert model_caution(qwen3, tongue) == ""
    assert model_caution(info(True), tongue) == ""
    assert model_caution(info(False), tongue) == model_warning("/m/bge", tongue)
