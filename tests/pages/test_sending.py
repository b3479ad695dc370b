"""Before the first text of a session goes to another host, the user is asked."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.doubles import CountingReranker
from tests.pages.conftest import Opener
from tests.pages.reading import shown
from workbench.services.workbench import Workbench
from workbench.words.say import TONGUES, Tongue, say

HOST = "scores.example:8443"


@pytest.fixture
def reranker() -> CountingReranker:
    made = CountingReranker()
    made.info = replace(made.info, host=HOST)
    return made


def submit_rerank(at: AppTest) -> None:
    at.text_input(key="rerank.query").set_value("ab").run()
    at.text_area(key="rerank.documents").set_value("x\nab\na").run()
    at.button(key="rerank.submit").click().run()


@pytest.mark.parametrize("language", TONGUES)
def test_nothing_is_sent_before_the_user_agrees(
    open_page: Opener, reranker: CountingReranker, language: Tongue
) -> None:
    at = open_page("rerank", language)
    submit_rerank(at)
    assert say("ui.remote.ask", language, count="3", host=HOST) in shown(at)
    at.run()
    assert not reranker.asked
    at.button(key="rerank.send_go").click().run()
    assert not at.exception
    assert reranker.asked == [("ab", ("x", "ab", "a"), "")]
    assert say("model.host", language, host=HOST) in shown(at)
    assert say("ui.asking.outdated", language) not in shown(at)
    at.text_input(key="rerank.query").set_value("x").run()
    at.button(key="rerank.submit").click().run()
    assert len(reranker.asked) == 2


def test_keeping_texts_here_answers_with_the_local_model(
    open_page: Opener, reranker: CountingReranker
) -> None:
    at = open_page("rerank", "en")
    submit_rerank(at)
    at.button(key="rerank.send_local").click().run()
    assert not at.exception and not reranker.asked
    assert len(at.dataframe[0].value) == 3
    local = say("model.embedding.name", "en")
    assert say("ui.remote.kept", "en", name=local) in shown(at)
    assert say("ui.asking.outdated", "en") not in shown(at)
    at.button(key="model.send_again").click().run()
    at.button(key="rerank.submit").click().run()
    assert say("ui.remote.ask", "en", count="3", host=HOST) in shown(at)
    assert not reranker.asked


def test_a_link_sends_nothing_by_itself(
    open_page: Opener, filled: Workbench, reranker: CountingReranker
) -> None:
    at = open_page("search", "zh", search__question="违约金")
    assert say("ui.remote.ask_most", "zh", count="50", host=HOST) in shown(at)
    assert not reranker.asked
    at.button(key="search.send_go").click().run()
    assert not at.exception
    assert [query for query, _, _ in reranker.asked] == ["违约金"]


def test_comparing_asks_once_for_all_instructions(
    open_page: Opener, filled: Workbench, reranker: CountingReranker
) -> None:
    at = open_page("compare", "zh", compare__question="违约金")
    at.button(key="compare.submit").click().run()
    assert say("ui.remote.ask_most", "zh", count="20", host=HOST) in shown(at)
    assert not reranker.asked
    at.button(key="compare.send_go").click().run()
    assert not at.exception and len(reranker.asked) >= 2
    assert say("model.host", "zh", host=HOST) in shown(at)
