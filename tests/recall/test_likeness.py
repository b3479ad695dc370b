"""Words decide within a language and neither help nor harm the other."""

import pytest

from tests.recall.tiny import TinyEmbedder
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.likeness import ELSEWHERE, WORDS, Likeness
from workbench.recall.similarity import CentredSimilarity


def likeness() -> tuple[Likeness, CentredSimilarity]:
    cosines = CentredSimilarity(TinyEmbedder())
    return Likeness(cosines, MixedAnalyzer()), cosines


@pytest.mark.parametrize(
    ("query", "text", "share"),
    [
        ("password reset", "Reset the password.", 1.0),
        ("password reset", "Enter the password.", 0.5),
        ("password reset", "Nothing of it.", 0.0),
        ("password reset", "在这里重设。", ELSEWHERE),
        ("重设密码", "Reset the password.", ELSEWHERE),
        ("?!", "Whatever stands here.", ELSEWHERE),
    ],
)
def test_a_share_of_words_is_added_to_the_cosine(query: str, text: str, share: float) -> None:
    both, cosines = likeness()
    (cosine,) = cosines.similarities(query, [text])
    if query.startswith("the"):
        wanted = MixedAnalyzer().tokens(query, query=True)
        share = (
            len(set(wanted) & set(MixedAnalyzer().tokens(text))) / len(wanted) if wanted else share
        )
    assert both.of(query, [text]) == [pytest.approx((cosine + WORDS * share) / (1 + WORDS))]


def test_numbers_stay_within_their_range_and_ignore_neighbours() -> None:
    both, _ = likeness()
    texts = ["违约金", "breach", "", "密码", "password reset"]
    together = both.of("违约 password", texts)
    assert all(-1 <= value <= 1 for value in together)
    assert together == [both.of("违约 password", [text])[0] for text in texts]


def test_no_texts() -> None:
    assert likeness()[0].of("q", []) == []
