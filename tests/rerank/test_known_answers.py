"""Tests of workbench.rerank.known_answers."""

from collections import Counter

import pytest

from tests.rerank.scripted import INFO, CharacterTokenizer, ScriptedScorer
from workbench.domain.errors import Unavailable
from workbench.domain.languages import language_of
from workbench.domain.pairs import PairOdds
from workbench.rerank.engine import Engine
from workbench.rerank.known_answers import KNOWN_ANSWERS, KnownAnswer, self_test
from workbench.rerank.lexical import LexicalReranker
from workbench.rerank.qwen3 import Qwen3Reranker


def two_letters(text: str) -> set[str]:
    return {text[at : at + 2].lower() for at in range(len(text) - 1)}


def shared_letters(query, documents):
    return [float(len(two_letters(query) & two_letters(text))) for text in documents]


def lexical(score_terms):
    return LexicalReranker(score_terms, lambda: INFO, len)


def test_the_questions_cover_both_languages_and_every_place():
    languages = Counter(known.language for known in KNOWN_ANSWERS)
    assert languages == {"zh": 3, "en": 3}
    for language in languages:
        places = [known.right for known in KNOWN_ANSWERS if known.language == language]
        assert sorted(places) == [0, 1, 2]
    for known in KNOWN_ANSWERS:
        assert language_of(known.query) == known.language
        assert len(set(known.documents)) == 3


def test_the_words_in_common_alone_pass():
    result = self_test(lexical(shared_letters))
    assert result.passed
    assert [answer.passed for answer in result.answers] == [True] * 6


@pytest.mark.parametrize("constant", [0.0, 5.0])
def test_a_model_that_says_the_same_of_everything_fails_every_question(constant):
    model = Qwen3Reranker(
        CharacterTokenizer, Engine(ScriptedScorer(lambda text: constant)), lambda: INFO
    )
    result = self_test(model)
    assert not result.passed
    assert not any(answer.passed for answer in result.answers)


def test_a_model_that_answers_upside_down_fails_every_question():
    result = self_test(lexical(lambda q, d: [-value for value in shared_letters(q, d)]))
    assert not any(answer.passed for answer in result.answers)


def test_the_margins_are_given_for_each_question():
    known = KnownAnswer(language="en", query="aab", documents=("xx", "aab"), right=1)
    result = self_test(lexical(shared_letters), [known])
    assert result.answers[0].margins == (0.0, 2.0)


def test_a_test_without_questions_does_not_pass():
    assert not self_test(lexical(shared_letters), []).passed


def test_a_missing_model_is_not_a_failed_answer():
    class Gone:
        def log_odds(self, prompts, *, groups=(), priority=0, deadline=None) -> PairOdds:
            raise Unavailable("model_missing")

    with pytest.raises(Unavailable):
        self_test(Qwen3Reranker(CharacterTokenizer, Engine(Gone()), lambda: INFO))
