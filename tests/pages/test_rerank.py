"""The page Rerank: examples, answers, refusals, and what is told about them."""

import pytest

from tests.doubles import CountingReranker
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.words.say import TONGUES, Tongue, say


def submit(at: object, language: Tongue) -> None:
    label = say("ui.rerank.submit", language)
    next(b for b in at.button if b.label == label).click().run()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("name", ["shop", "medical", "code"])
def test_an_example_is_one_click_and_one_button(
    open_page: Opener, reranker: CountingReranker, name: str, language: Tongue
) -> None:
    at = open_page("rerank", language)
    at.button(key=f"rerank.preset.{name}.{language}").click().run()
    submit(at, language)
    assert_sound(at)
    asked = reranker.asked[-1]
    assert asked[0] == say(f"preset.{name}.query", language)
    assert len(asked[1]) >= 5
    assert len(at.dataframe[0].value) == len(asked[1])
    assert (say("preset.medical.footer", language) in shown(at)) == (name == "medical")


def test_code_is_split_at_blank_lines(open_page: Opener, reranker: CountingReranker) -> None:
    at = open_page("rerank", "en")
    at.button(key="rerank.preset.code.en").click().run()
    submit(at, "en")
    assert reranker.asked[-1][1][0].startswith("def distinct(items):\n")


def test_the_table_is_sorted_and_names_its_number(open_page: Opener) -> None:
    at = open_page("rerank", "zh")
    at.text_input(key="rerank.query").set_value("违约金")
    at.text_area(key="rerank.documents").set_value("无关\n违约金万分之八\n违约")
    submit(at, "zh")
    table = at.dataframe[0].value
    assert list(table["段落"]) == ["违约金万分之八", "违约", "无关"]
    assert list(table["原来第几"]) == [2, 3, 1]
    assert list(table["移动"]) == ["▲1", "▲1", "▼2"]
    assert list(table["符合程度"]) == sorted(table["符合程度"], reverse=True)


def test_an_empty_question_is_told_in_the_language(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    at.text_area(key="rerank.documents").set_value("a")
    submit(at, "en")
    assert not at.exception
    assert "There is no question yet" in at.error[0].value


def test_no_candidates_are_told(open_page: Opener, reranker: CountingReranker) -> None:
    at = open_page("rerank", "en")
    at.text_input(key="rerank.query").set_value("a")
    submit(at, "en")
    assert say("ui.rerank.no_documents", "en") in shown(at)
    assert not reranker.asked


def test_the_same_inputs_are_not_called_outdated(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    at.button(key="rerank.preset.shop.en").click().run()
    submit(at, "en")
    at.run()
    assert say("ui.asking.outdated", "en") not in shown(at)
    at.button(key="rerank.preset.medical.en").click().run()
    assert say("ui.asking.outdated", "en") in shown(at)
