"""The examples of the page Rerank: sound, the same in both languages, and honest."""

import re

import pytest

from workbench.domain.languages import language_of
from workbench.words.presets import footer_of, preset_of, presets
from workbench.words.say import TONGUES, Tongue

NAMES = [
    *("shop", "medical", "code", "objection", "objection_steps", "patent", "server", "spindle"),
    *("returns", "penalty", "exam", "transfer", "exemption"),
]


@pytest.mark.parametrize("language", TONGUES)
def test_there_are_all_and_in_the_same_order(language: Tongue) -> None:
    assert list(presets(language)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_the_same_case(name: str) -> None:
    zh, en = presets("zh")[name], presets("en")[name]
    grades = [sorted(one.grade for one in preset.candidates) for preset in (zh, en)]
    assert grades[0] == grades[1]
    assert bool(zh.instruction) == bool(en.instruction)
    assert bool(zh.footer) == bool(en.footer) == (name == "medical")
    assert language_of(zh.query) == "zh" and language_of(en.query) != "zh"


@pytest.mark.parametrize("language", TONGUES)
def test_both_languages_meet_where_the_case_is_about_it(language: Tongue) -> None:
    for name in ("returns", "transfer"):
        spoken = {language_of(text) for text in presets(language)[name].documents}
        assert {"zh", "en"} <= spoken, name


@pytest.mark.parametrize("language", TONGUES)
def test_an_example_cannot_be_won_by_its_order_or_its_length(language: Tongue) -> None:
    first = [preset.candidates[0].grade for preset in presets(language).values()]
    assert 3 not in first
    hard = [p for p in presets(language).values() if sum(c.grade == 0 for c in p.candidates) < 2]
    assert not hard


@pytest.mark.parametrize("language", TONGUES)
def test_the_instruction_changes_what_counts(language: Tongue) -> None:
    plain, steps = presets(language)["objection"], presets(language)["objection_steps"]
    assert plain.documents == steps.documents and plain.query == steps.query
    assert not plain.instruction and steps.instruction
    flips = [(a.grade, b.grade) for a, b in zip(plain.candidates, steps.candidates, strict=True)]
    assert (2, 0) in flips and (3, 3) in flips


@pytest.mark.parametrize("language", TONGUES)
def test_the_penalty_is_answered_by_585_and_not_by_584(language: Tongue) -> None:
    marks = {"zh": ("第五百八十五条", "第五百八十四条"), "en": ("585", "584")}[language]
    grades = {
        mark: candidate.grade
        for candidate in presets(language)["penalty"].candidates
        for mark in marks
        if mark in candidate.text
    }
    assert grades == {marks[0]: 3, marks[1]: 1}


def test_chinese_examples_have_chinese_punctuation() -> None:
    between = re.compile(r"[\u3400-\u9fff][,;?!]|[,;?!][\u3400-\u9fff]|[\u3400-\u9fff]:(?!\d)")
    for preset in presets("zh").values():
        for text in (preset.query, preset.instruction, preset.label, *preset.documents):
            assert not between.search(text), text


def test_the_footer_follows_the_question_and_the_language_of_the_page() -> None:
    query = presets("en")["medical"].query
    assert footer_of(f" {query} ", "zh") == "示例文本，不是医疗建议"
    assert footer_of(presets("zh")["medical"].query, "en") == "Example text, not medical advice"
    assert footer_of(presets("zh")["shop"].query, "zh") == footer_of("", "zh") == ""


@pytest.mark.parametrize(
    "change",
    [
        {"query": " "},
        {"label": "x "},
        {"candidates": [{"text": str(n), "grade": 0} for n in range(5)]},
        {"candidates": [{"text": str(n), "grade": 3} for n in range(4)]},
        {"candidates": [{"text": "same", "grade": 3} for _ in range(5)]},
        {"candidates": [{"text": str(n), "grade": n} for n in range(5)]},
    ],
)
def test_an_unsound_example_is_refused(change: dict[str, object]) -> None:
    good = {
        "label": "x",
        "query": "q",
        "instruction": "",
        "footer": "",
        "candidates": [{"text": str(n), "grade": n % 4} for n in range(5)],
    }
    assert preset_of("good", good).candidates[3].grade == 3
    with pytest.raises(ValueError, match="bad"):
        preset_of("bad", good | change)
