"""Grading by keyboard in a browser: no key lands twice, or on a passage that was not shown."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ROOT, SETTLED, Server
from tests.e2e.test_journey import WAIT, expect, no_exception
from workbench.store.database import open_database
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository
from workbench.words.say import say

pytestmark = pytest.mark.e2e
KEYS = "01230123"
CARD = ".st-key-label-card"
ROUNDS = 3
"""How often the slower hand may try: another program on the machine can hold up one press."""
LISTEN = """() => {
  window.pressed = [];
  document.addEventListener("keydown", (event) => {
    const question = document.querySelector("[data-testid=stMain] h4");
    const card = document.querySelector(".st-key-label-card .wb-text");
    window.pressed.push([question.innerText + card.innerText, event.key]);
  }, true);
}"""


@pytest.fixture
def stocked(tmp_path: Path) -> Path:
    """A home with one of the sample libraries, before the server starts on it."""
    home = tmp_path / "home"
    subprocess.run(
        [sys.executable, "-m", "workbench", "samples", "load", "returns", "--home", str(home)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return home


def _type(page: Any, gap: int) -> tuple[list[tuple[str, str]], int]:
    """Press the keys ``gap`` milliseconds apart; return what was shown at each, and how many
    presses the page says were lost."""
    before = _lost(page)
    page.evaluate("window.pressed.length = 0")
    for key in KEYS:
        page.keyboard.press(key)
        page.wait_for_timeout(gap)
    page.wait_for_timeout(1_500)
    page.wait_for_selector(SETTLED)
    pressed = [(str(text), str(key)) for text, key in page.evaluate("window.pressed")]
    return pressed, _lost(page) - before


def _lost(page: Any) -> int:
    told = page.get_by_test_id("stAlert").filter(has_text="按键太快")
    text = told.inner_text() if told.count() else ""
    return int("".join(filter(str.isdigit, text)) or 0)


def _kept(home: Path) -> dict[str, str]:
    """Return the grades by question and beginning of the passage, without white space."""
    database = open_database(home)
    found = JudgementRepository(database).current(judge="e2e")
    asked = QuestionRepository(database).queries(tuple(one.query_id for one in found))
    database.close()
    kept = {
        _short(query.text + one.anchor.quote): str(one.grade)
        for query, one in zip(asked, found, strict=True)
    }
    assert len(kept) == len(found)
    return kept


def _short(text: str) -> str:
    return "".join(text.split())[:200]


def test_keys_grade_what_is_shown(
    stocked: Path, server: Server, open_page: Callable[[str, str], Any]
) -> None:
    page = open_page("label", "zh")
    judge = page.get_by_label(say("ui.label.judge", "zh"), exact=True)
    judge.fill("e2e")
    judge.press("Enter")
    page.wait_for_selector(SETTLED)
    page.locator(".st-key-label-start button").click()
    expect(page.locator(CARD)).to_be_visible(timeout=WAIT)
    page.wait_for_selector(SETTLED)
    page.wait_for_timeout(1_000)
    page.evaluate(LISTEN)

    known = _kept(stocked)
    whole = False
    for _ in range(ROUNDS):
        pressed, lost = _type(page, 150)
        known = _check(known, _kept(stocked), pressed, lost)
        whole = whole or lost == 0
        if whole:
            break
    assert whole, "at 150 ms between keys no round was kept whole"

    pressed, lost = _type(page, 50)
    _check(known, _kept(stocked), pressed, lost)
    no_exception(page)


def _check(
    before: dict[str, str], after: dict[str, str], pressed: list[tuple[str, str]], lost: int
) -> dict[str, str]:
    """Fail unless each new grade was pressed while its passage was shown, and the rest is lost."""
    fresh = {text: grade for text, grade in after.items() if text not in before}
    assert {text: grade for text, grade in after.items() if text in before} == before
    shown: dict[str, set[str]] = {}
    for text, key in pressed:
        shown.setdefault(_short(text), set()).add(key)
    for text, grade in fresh.items():
        assert grade in shown.get(text, set()), (text, grade, shown)
    assert len(fresh) + lost == len(pressed) == len(KEYS)
    return after
