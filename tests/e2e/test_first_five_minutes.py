"""A newcomer's first five minutes: sample libraries, a question, three ways of recall measured."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SETTLED, Server
from tests.e2e.test_journey import WAIT, expect, no_exception
from workbench.words.say import Tongue, say

pytestmark = pytest.mark.e2e

SAMPLES = Path(__file__).resolve().parents[2] / "sample_corpora"
SLOW = 240_000
"""Reading and embedding five libraries on two busy cores, in milliseconds."""


def _about(name: str) -> Any:
    return json.loads((SAMPLES / name / "corpus.json").read_text(encoding="utf-8"))


def _press(page: Any, name: str, *, first: bool = True) -> None:
    button = page.get_by_role("button", name=name, exact=not first)
    (button.first if first else button).click()


@pytest.mark.parametrize(("tongue", "every"), [("zh", True), ("en", False)])
def test_from_a_fresh_folder_to_a_measured_comparison(
    open_page: Callable[[str, str], Any], server: Server, tongue: Tongue, every: bool
) -> None:
    names = sorted(path.parent.name for path in SAMPLES.glob("*/corpus.json"))
    page = open_page("", tongue)
    expect(page.get_by_text(say("ui.home.empty", tongue)[:20]).first).to_be_visible()
    if every:
        _press(page, say("ui.samples.load_all", tongue, count=len(names)))
    else:
        load = page.get_by_role("button", name=say("ui.samples.load", tongue), exact=True)
        load.nth(names.index("returns")).click()
    loaded = len(names) if every else 1
    head = say("ui.samples.title", tongue, count=len(names), loaded=loaded)
    expect(page.get_by_text(head)).to_be_visible(timeout=WAIT)

    # All labels are in once no button to measure with them is held back.
    measure = page.get_by_role("button", name=say("ui.samples.measure", tongue))
    expect(measure).to_have_count(loaded, timeout=WAIT)
    for number in range(loaded):
        expect(measure.nth(number)).to_be_enabled(timeout=SLOW)

    example = _about("returns")["example"][tongue]
    _press(page, example)
    expect(page.get_by_role("heading", name=say("ui.search.title", tongue))).to_be_visible()
    expect(page.locator(".wb-crumb").first).to_contain_text("虚构示例", timeout=WAIT)
    no_exception(page)

    page.get_by_role("link", name=say("ui.home.nav", tongue), exact=True).first.click()
    page.wait_for_selector(SETTLED)
    measure.last.click()
    expect(page.get_by_role("heading", name=say("ui.compare.title", tongue))).to_be_visible()
    _press(page, say("ui.measure.submit", tongue), first=False)
    result = page.get_by_role("heading", name=say("ui.measure.result", tongue, name="")[:4])
    expect(result.first).to_be_visible(timeout=SLOW)
    for method in ("bm25", "dense", "hybrid"):
        expect(page.get_by_text(say(f"ui.measure.by_{method}", tongue)).first).to_be_visible()
    expect(page.get_by_text(say("ui.measure.no_verdict", tongue)[:20])).to_be_visible()
    page.get_by_role("tab", name=say("ui.measure.tab_questions", tongue)).click()
    word = say("ui.measure.grade", tongue, grade="").strip()
    graded = page.locator(".wb-meta", has_text=re.compile(rf"{word}\s*[0-3]"))
    expect(graded.first).to_be_visible(timeout=WAIT)
    no_exception(page)
