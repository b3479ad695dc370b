from dataclasses import replace

from workbench.domain.glossaries import ExtraTerm
from workbench.domain.queries import Query
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.bm25 import PostingsBM25
from workbench.recall.wording import explained, stands, words

ANALYZER = MixedAnalyzer()
LEXICAL = PostingsBM25.of([["penalti", "claus"], ["deposit"], ["lien"], ["mortgag"]])
PLAIN = Query.of("penalty")
WIDE = replace(PLAIN, extra=(ExtraTerm("deposit", 0.4, "定金"),))


def test_words_of_a_question_alone_have_no_weights() -> None:
    assert words(PLAIN, ANALYZER) == (["penalti"], None)
    assert words(WIDE, ANALYZER) == (["penalti", "deposit"], [1.0, 0.4])


def test_added_terms_are_told_last_and_by_their_factor() -> None:
    (own,) = explained(LEXICAL, 1, PLAIN, ANALYZER)
    first, added = explained(LEXICAL, 1, WIDE, ANALYZER)
    assert first == own
    (alone,) = LEXICAL.explain(1, ["deposit"])
    assert added == replace(alone, weight=0.4 * alone.weight, factor=0.4, source="定金")
    tokens, weights = words(WIDE, ANALYZER)
    assert first.weight + added.weight == LEXICAL.scores(tokens, weights)[1]


def test_all_terms_must_stand_in_one_document() -> None:
    assert stands(LEXICAL, "penalty clause", ANALYZER)
    assert not stands(LEXICAL, "penalty deposit", ANALYZER)
    assert not stands(LEXICAL, "", ANALYZER)
    assert not stands(PostingsBM25.of([]), "lien", ANALYZER)
