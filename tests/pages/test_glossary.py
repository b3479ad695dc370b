"""The glossary on Corpora, and what Search says of it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.domain.glossaries import GlossaryEntry, GlossaryRow
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say

FILE = "中文,英文\n清除密码,clear the password\n迟延违约金,delay damages\n".encode("gb18030")


@pytest.fixture
def corpus(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def opened(open_page: Opener, corpus: str, language: Tongue) -> AppTest:
    at = open_page("corpora", language)
    at.session_state[f"corpora.glossary.{corpus}"] = True
    at.run()
    assert_sound(at)
    return at


def put(bench: Workbench, corpus: str, *pairs: tuple[str, str]) -> None:
    rows = [GlossaryRow(at, zh, en) for at, (zh, en) in enumerate(pairs, start=1)]
    bench.glossaries.replace(OWNER, corpus, rows)


@pytest.mark.parametrize("language", TONGUES)
def test_an_empty_glossary_says_what_it_is_for(
    open_page: Opener, bench: Workbench, corpus: str, language: Tongue
) -> None:
    at = opened(open_page, corpus, language)
    assert say("ui.glossary.empty", language) in shown(at)
    assert "迟延违约金" in shown(at) and "delay damages" in shown(at)
    assert at.button(key="corpora.glossary_save").disabled
    assert at.button(key="corpora.glossary_undo").disabled


def test_closed_it_costs_one_line(open_page: Opener, filled: Workbench, corpus: str) -> None:
    put(filled, corpus, ("清除密码", "clear the password"))
    at = open_page("corpora", "en")
    assert "Glossary (1 entry)" in [box.label for box in at.expander]
    assert "corpora.glossary_save" not in [button.key for button in at.button]


@pytest.mark.parametrize("language", TONGUES)
def test_a_file_is_shown_before_it_is_imported_and_can_be_undone(
    open_page: Opener, filled: Workbench, corpus: str, language: Tongue
) -> None:
    at = opened(open_page, corpus, language)
    at.file_uploader[-1].upload("terms.csv", FILE).run()
    assert_sound(at)
    told = say("ui.glossary.preview", language, added=2, changed=0, removed=0, total=2)
    assert told in shown(at)
    assert filled.glossaries.get(OWNER, corpus).entries == ()
    at.button(key="corpora.glossary_apply").click().run()
    assert_sound(at)
    kept = filled.glossaries.get(OWNER, corpus).entries
    assert kept[0] == GlossaryEntry("清除密码", "clear the password")
    assert say("ui.glossary.saved", language, count=2) in [box.value for box in at.success]
    at.run()
    assert not at.success
    at.button(key="corpora.glossary_undo").click().run()
    assert filled.glossaries.get(OWNER, corpus).entries == ()
    at.button(key="corpora.glossary_undo").click().run()
    assert filled.glossaries.get(OWNER, corpus).entries == kept


def test_a_bad_file_is_told_and_the_page_stays(
    open_page: Opener, filled: Workbench, corpus: str
) -> None:
    at = opened(open_page, corpus, "en")
    at.file_uploader[-1].upload("terms.csv", b"a,b\n1,2\n").run()
    assert [e.value for e in at.error] and "a, b" in at.error[0].value
    assert say("ui.documents.title", "en", count=2) in shown(at)


def test_rows_that_are_left_out_are_named(
    open_page: Opener, filled: Workbench, corpus: str
) -> None:
    at = opened(open_page, corpus, "zh")
    at.file_uploader[-1].upload("terms.csv", "zh,en\n定金,\n抵押,mortgage\n".encode()).run()
    assert say("notice.glossary_en_empty", "zh", row=2) in shown(at)
    at.button(key="corpora.glossary_apply").click().run()
    assert filled.glossaries.get(OWNER, corpus).entries == (GlossaryEntry("抵押", "mortgage"),)


def test_what_the_file_lacks_stays_unless_told(
    open_page: Opener, filled: Workbench, corpus: str
) -> None:
    put(filled, corpus, ("抵押", "mortgage"))
    at = opened(open_page, corpus, "en")
    at.file_uploader[-1].upload("terms.csv", FILE).run()
    assert say("ui.glossary.preview", "en", added=2, changed=0, removed=0, total=3) in shown(at)
    keep = next(box for box in at.checkbox if "glossary_keep" in (box.key or ""))
    keep.uncheck().run()
    assert say("ui.glossary.preview", "en", added=2, changed=0, removed=1, total=2) in shown(at)


def test_terms_that_match_nothing_are_named(
    open_page: Opener, filled: Workbench, corpus: str
) -> None:
    put(filled, corpus, ("清除密码", "clear the password"), ("抵押", "mortgage *x*"))
    at = opened(open_page, corpus, "en")
    told = say("ui.glossary.nowhere", "en", count=1, terms="抵押 / mortgage *x*")
    assert told in shown(at)


@pytest.mark.parametrize("language", TONGUES)
def test_search_says_quietly_what_was_added_and_can_do_without(
    open_page: Opener, filled: Workbench, corpus: str, language: Tongue
) -> None:
    put(filled, corpus, ("清除密码", "clear the password"))
    address = {"search__question": "怎样清除密码", "search__method": "bm25"}
    at = open_page("search", language, **address)
    assert_sound(at)
    line = say("ui.search.also", language, terms="clear the password (清除密码)")
    assert line in shown(at)
    assert not any("clear the password" in box.value for box in (*at.info, *at.warning))
    assert any("<mark>clear</mark>" in card.value for card in at.html)
    at.checkbox(key="search.glossary").uncheck()
    next(b for b in at.button if b.label == say("ui.search.submit", language)).click().run()
    assert_sound(at)
    assert line not in shown(at)
    assert say("ui.search.nothing", language) in shown(at)


def test_without_a_glossary_there_is_no_switch(
    open_page: Opener, filled: Workbench, corpus: str
) -> None:
    at = open_page("search", "en", search__question="reset")
    assert "search.glossary" not in [box.key for box in at.checkbox]
    put(filled, corpus, ("清除密码", "clear the password"))
    at.run()
    assert at.checkbox(key="search.glossary").value is True


def test_the_page_files_stay_thin() -> None:
    page = Path(__file__).resolve().parents[2] / "pages" / "corpora.py"
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 150
