"""Page by language by contents: nothing raises, and the title is in the language."""

import pytest

from tests.pages.conftest import PAGES, Opener
from tests.pages.reading import assert_sound, shown
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_home(open_page: Opener, page: str, language: Tongue) -> None:
    at = open_page(page, language)
    assert_sound(at)
    assert at.title[0].value == say(f"ui.{page}.title", language)
    assert say("ui.jobs.none", language) in shown(at)


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("page", PAGES)
def test_with_documents(open_page: Opener, filled: Workbench, page: str, language: Tongue) -> None:
    at = open_page(page, language)
    assert_sound(at)
    assert at.title[0].value == say(f"ui.{page}.title", language)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("home", "ui.home.empty"),
        ("corpora", "ui.documents.empty"),
        ("search", "ui.search.no_documents"),
        ("compare", "ui.search.no_documents"),
    ],
)
@pytest.mark.parametrize("language", TONGUES)
def test_empty_pages_say_what_to_do(
    open_page: Opener, page: str, code: str, language: Tongue
) -> None:
    assert say(code, language) in shown(open_page(page, language))


def test_english_pages_hold_no_chinese_but_the_language_switch_and_examples(
    open_page: Opener, filled: Workbench
) -> None:
    for page in ("home", "search", "compare"):
        text = shown(open_page(page, "en"))
        assert not [line for line in text.splitlines() if any("一" <= c <= "鿿" for c in line)], (
            page
        )


def test_the_language_follows_the_switch(open_page: Opener) -> None:
    at = open_page("home", "zh")
    at.get_by_key("app.language").set_value("en").run()
    assert_sound(at)
    assert at.title[0].value == say("ui.home.title", "en")
    assert at.query_params["lang"] == "en"


def test_a_page_that_fails_says_so_once_and_logs_the_type_alone(
    open_page: Opener, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("canary 合同原文")

    monkeypatch.setattr("workbench.ui.presets.rerank_presets", broken)
    at = open_page("rerank", "en")
    assert not at.exception
    assert "canary" not in shown(at)
    assert "This page failed" in at.error[0].value
    line = next(line for line in bench.log.tail() if "page_failed" in line)
    assert "RuntimeError" in line and "canary" not in line
