"""The page Compare: rows of instructions, frozen passages, numbers and no verdict."""

from tests.doubles import CountingReranker
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.services.workbench import Workbench
from workbench.words.say import say


def test_two_instructions_are_compared(
    open_page: Opener, filled: Workbench, reranker: CountingReranker
) -> None:
    at = open_page("compare", "zh")
    at.text_input(key="compare.question").set_value("违约金 address")
    at.text_area(key="compare.arm.2").set_value("MAC")
    at.button(key="compare.submit").click().run()
    assert_sound(at)
    assert [asked[2] for asked in reranker.asked] == ["", "MAC"]
    table = at.dataframe[0].value
    assert {"A 名次", "B 名次", "B 移动", "A 符合程度"} <= set(table.columns)
    assert "更好" not in shown(at).replace(say("ui.compare.no_verdict", "zh"), "")
    assert at.get("plotly_chart")


def test_rows_are_added_up_to_six_and_removed(open_page: Opener, filled: Workbench) -> None:
    at = open_page("compare", "en")
    for _ in range(4):
        at.button(key="compare.add").click().run()
    assert len([a for a in at.text_area if a.key.startswith("compare.arm.")]) == 6
    assert at.button(key="compare.add").disabled
    at.button(key="compare.remove.3").click().run()
    assert len([a for a in at.text_area if a.key.startswith("compare.arm.")]) == 5
    labels = [a.label for a in at.text_area if a.key.startswith("compare.arm.")]
    assert labels[0] == say("ui.compare.baseline", "en", letter="A")
    assert labels[-1] == say("ui.compare.arm", "en", letter="E")


def test_an_example_fills_the_first_empty_row(open_page: Opener, filled: Workbench) -> None:
    at = open_page("compare", "en")
    at.button(key="compare.preset.exemption").click().run()
    assert at.text_area(key="compare.arm.2").value == say("preset.instruction.exemption", "en")
    at.button(key="compare.preset.placebo").click().run()
    assert at.text_area(key="compare.arm.3").value == say("preset.instruction.placebo", "en")
    assert_sound(at)


def test_a_model_that_follows_no_instruction_is_named(
    open_page: Opener, filled: Workbench, reranker: CountingReranker
) -> None:
    reranker.info = CountingReranker(supports_instruction=False).info
    at = open_page("compare", "en", compare__question="MAC address")
    at.button(key="compare.submit").click().run()
    assert_sound(at)
    assert "says nothing about which instruction is better" in shown(at) or (
        "say nothing about which instruction is better" in shown(at)
    )


def test_an_empty_question_is_told(open_page: Opener, filled: Workbench) -> None:
    at = open_page("compare", "en")
    at.button(key="compare.submit").click().run()
    assert "There is no question yet" in at.error[0].value
