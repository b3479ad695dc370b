"""The page Search: links, answers, marks, and both orders."""

from tests.doubles import CountingReranker
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.services.workbench import Workbench
from workbench.words.say import say


def test_a_link_asks_its_question(
    open_page: Opener, filled: Workbench, reranker: CountingReranker
) -> None:
    at = open_page("search", "zh", search__question="迟延交付的违约金")
    assert_sound(at)
    assert reranker.asked[-1][0] == "迟延交付的违约金"
    cards = [h.value for h in at.html]
    assert any("<mark>" in card and "违约金" in card for card in cards)
    assert any('lang="zh-CN"' in card for card in cards)
    assert "初筛第" in shown(at) and "排序后第 1" in shown(at)


def test_a_typed_question_is_answered_once(
    open_page: Opener, filled: Workbench, reranker: CountingReranker
) -> None:
    at = open_page("search", "en")
    at.text_input(key="search.question").set_value("How do I read the MAC address?")
    next(b for b in at.button if b.label == say("ui.search.submit", "en")).click().run()
    assert_sound(at)
    assert "GetMacAddr" in shown(at)
    at.run()
    assert len(reranker.asked) == 1
    assert say("ui.asking.outdated", "en") not in shown(at)
    at.number_input(key="search.keep").set_value(1).run()
    assert say("ui.asking.outdated", "en") in shown(at)
    assert len(reranker.asked) == 1


def test_hostile_text_stays_text(open_page: Opener, bench: Workbench) -> None:
    from workbench.domain.actors import OWNER

    corpus = bench.corpora.list(OWNER)[0].corpus_id
    hostile = "# <img src=x>\n\n## ![a](http://h/i.png)\n\nclause <script>alert(1)</script> text\n"
    bench.uploads.ingest_now(OWNER, corpus, "<b>x</b>.md", hostile.encode())
    at = open_page("search", "en", search__question="clause text")
    assert_sound(at)
    for card in (h.value for h in at.html):
        assert "<script" not in card and "<img" not in card and "<b>x" not in card
    assert all("](http" not in m.value for kind in ("markdown", "caption") for m in at.get(kind))


def test_the_question_of_home_is_asked_on_search(
    open_page: Opener, filled: Workbench, reranker: CountingReranker
) -> None:
    at = open_page("home", "en")
    at.text_area(key="home.question").set_value("MAC address")
    next(b for b in at.button if b.label == say("ui.search.submit", "en")).click().run()
    assert_sound(at)
    assert at.title[0].value == say("ui.search.title", "en")
    assert reranker.asked[-1][0] == "MAC address"
