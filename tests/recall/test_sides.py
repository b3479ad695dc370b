from workbench.domain.languages import LANGUAGES
from workbench.recall.sides import SIDES, side_of


def test_mixed_text_stands_with_chinese_and_every_language_has_a_side() -> None:
    assert [side_of(each) for each in LANGUAGES] == ["zh", "en", "zh", "other"]
    assert {side_of(each) for each in LANGUAGES} == set(SIDES)
