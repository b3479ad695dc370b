"""The page Rerank in a browser: typing and clicking at once, a pasted sheet, a dropped file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.e2e.conftest import SETTLED
from tests.e2e.test_journey import WAIT, expect, no_exception
from workbench.words.presets import presets
from workbench.words.say import TONGUES, Tongue, say

pytestmark = pytest.mark.e2e


def fill(page: Any, tongue: Tongue, query: str, documents: str) -> None:
    page.get_by_label(say("ui.rerank.query", tongue), exact=True).fill(query)
    page.get_by_label(say("ui.rerank.documents", tongue), exact=True).fill(documents)


def press(page: Any) -> None:
    page.locator(".st-key-rerank-submit button").click()


def result(tongue: Tongue, count: int) -> str:
    return say("ui.rerank.result", tongue, count=count)


@pytest.mark.parametrize("tongue", TONGUES)
def test_one_click_and_one_button(open_page: Callable[[str, str], Any], tongue: Tongue) -> None:
    page = open_page("rerank", tongue)
    preset = presets(tongue)["penalty"]
    page.get_by_role("button", name=preset.label, exact=True).click()
    for field, value in (("query", preset.query), ("instruction", preset.instruction)):
        label = say(f"ui.rerank.{field}", tongue)
        expect(page.get_by_label(label, exact=True)).to_have_value(value)
    page.wait_for_selector(SETTLED)
    press(page)
    expect(page.get_by_text(result(tongue, len(preset.documents)))).to_be_visible(timeout=WAIT)
    no_exception(page)


def test_what_was_just_typed_is_what_is_ranked(open_page: Callable[[str, str], Any]) -> None:
    page = open_page("rerank", "zh")
    fill(page, "zh", "退货", "编号\t正文\n1\t退货七天\n2\t运费自付\n3\t换货免费")
    press(page)
    expect(page.get_by_text(result("zh", 3))).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("识别为：表格，4 行 → 3 段").first).to_be_visible()
    no_exception(page)


def test_a_dropped_file_fills_the_field(
    open_page: Callable[[str, str], Any], tmp_path: Path
) -> None:
    made = docx.Document()
    for text in ("First paragraph.", "Second paragraph."):
        made.add_paragraph(text)
    path = tmp_path / "two paragraphs 二.docx"
    made.save(str(path))
    page = open_page("rerank", "en")
    page.get_by_text(say("ui.rerank.more", "en")).click()
    page.locator("input[type=file]").set_input_files(str(path))
    field = page.get_by_label(say("ui.rerank.documents", "en"), exact=True)
    expect(field).to_have_value("First paragraph.\nSecond paragraph.", timeout=WAIT)
    # The field is drawn before the place to drop files, which is a new one after each file.
    page.wait_for_selector(SETTLED)
    page.locator("input[type=file]").set_input_files(
        {"name": "bad.txt", "mimeType": "text/plain", "buffer": b"MZ\x90\x00" + bytes(500)}
    )
    told = say("error.unsupported_kind", "en", found="…")[:20]
    expect(page.get_by_text(told).first).to_be_visible(timeout=WAIT)
    expect(field).to_have_value("First paragraph.\nSecond paragraph.")
    no_exception(page)
