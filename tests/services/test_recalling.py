"""Questions that demand something to the letter, through the whole of a search."""

import pytest

from tests.doubles import CountingReranker
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.domain.queries import Narrowing
from workbench.services.answers import Answer, Request
from workbench.services.workbench import Workbench

BARE = Request(reranker="none")
ANY = Request()


def ask(bench: Workbench, question: str, request: Request = ANY) -> Answer:
    corpora = [corpus.corpus_id for corpus in bench.corpora.list(OWNER)]
    return bench.search.ask(OWNER, corpora, question, None, request)


def told(answer: Answer) -> dict[str, dict[str, object]]:
    return {notice.code: dict(notice.params) for notice in answer.notices}


@pytest.mark.parametrize("question", ["第三条", "采购协议第3条的规定是什么", "《采购协议》第三条"])
def test_a_named_section_stands_first_and_nothing_is_scored(
    filled: Workbench, reranker: CountingReranker, question: str
) -> None:
    answer = ask(filled, question)
    assert "第三条 甲方" in answer.results[0].chunk.text
    assert told(answer)["section_first"]["count"] == 1
    assert "not_scored" in told(answer) and "reading_order" not in told(answer)
    assert answer.reranker is None and reranker.asked == []
    assert answer.query.text == question


def test_with_more_in_the_question_the_section_is_a_candidate_and_the_model_orders(
    filled: Workbench, reranker: CountingReranker
) -> None:
    answer = ask(filled, "第三条 password reset")
    assert answer.reranker is not None and len(reranker.asked) == 1
    first = answer.pool.candidates[0]
    assert "第三条 甲方" in answer.pool.views[first.chunk_id].chunk.text
    assert "reading_order" not in told(answer)


def test_a_section_that_does_not_exist_is_told(filled: Workbench) -> None:
    answer = ask(filled, "采购协议第99条 违约金", BARE)
    assert told(answer)["section_missing"] == {"sections": "采购协议第99条"}
    assert answer.results


def test_a_phrase_is_found_where_it_stands_word_for_word(
    filled: Workbench, reranker: CountingReranker
) -> None:
    answer = ask(filled, '"the MAC address"')
    assert [r.document for r in answer.results] == ["manual.md"]
    assert told(answer)["phrase_held"] == {"phrases": "the MAC address", "count": 1}
    assert reranker.asked == [] and "reading_order" in told(answer)
    assert ask(filled, '"MAC the address"').results == ()
    assert "phrase_missing" in told(ask(filled, '"MAC the address"'))


def test_a_phrase_with_more_filters_and_changes_no_score(filled: Workbench) -> None:
    words = Request(method="bm25", reranker="none")
    wide = {r.chunk.chunk_id: r.ranked for r in ask(filled, "违约金 甲方", words).results}
    narrow = ask(filled, '违约金 "甲方"', words).results
    assert [r.chunk.chunk_id for r in narrow]
    for result in narrow:
        assert "甲方" in result.chunk.text
        before = wide[result.chunk.chunk_id].candidate.hits[0].score
        assert result.ranked.candidate.hits[0].score == before


def test_typographic_marks_that_quote_nothing_are_text(filled: Workbench) -> None:
    answer = ask(filled, "客户说“你们发货太慢了”，违约金怎么算", BARE)
    assert answer.results and "phrase_missing" not in told(answer)
    held = ask(filled, "“违约金”怎么算", BARE)
    assert told(held)["phrase_held"]["count"] == 1


def test_words_that_are_left_out(filled: Workbench) -> None:
    every = ask(filled, "违约责任", BARE)
    assert any("甲方" in r.chunk.text for r in every.results)
    some = ask(filled, "违约责任 -甲方", BARE)
    assert some.results and not any("甲方" in r.chunk.text for r in some.results)
    assert [r.ranked.candidate.recall_rank for r in some.results] == list(
        range(1, len(some.results) + 1)
    )
    assert told(some)["left_out"]["words"] == "甲方"
    with pytest.raises(InvalidInput) as caught:
        ask(filled, "-甲方")
    assert caught.value.code == "query_only_without"


def test_fewer_candidates_than_wanted_are_drawn_from_further_down(bench: Workbench) -> None:
    colours = ("red", "blue", "green")
    tail = "It is tested. " * 20
    parts = [f"# {one}\n\nThe {one} valve is opened slowly. {tail}" for one in colours]
    corpus_id = bench.corpora.create(OWNER, "valves").corpus_id
    bench.uploads.ingest_now(OWNER, corpus_id, "valves.md", "\n\n".join(parts).encode())
    few = Request(method="bm25", reranker="none", candidates=1)
    (first,) = ask(bench, "valve opened", few).results
    colour = next(one for one in colours if one in first.chunk.text)
    (after,) = ask(bench, f"valve opened -{colour}", few).results
    assert colour not in after.chunk.text


def test_the_whole_question_word_for_word_within_a_document(filled: Workbench) -> None:
    exact = Request(exact=True, narrowing=Narrowing(document="采购协议.md"))
    assert len(ask(filled, "每迟延一日", exact).results) == 1
    assert ask(filled, "MAC address", exact).results == ()
    assert len(ask(filled, "MAC address", Request(exact=True)).results) == 1


def test_bad_questions_have_an_answer(filled: Workbench) -> None:
    for question in ("😀😀", "的 了", '""', '"😀"', "word " * 1_500, "第0条", "-", "--", "第条"):
        assert ask(filled, question, BARE).reranker is None
