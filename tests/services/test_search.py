"""One question's walk, with scripted models at its ends."""

import time

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.domain.queries import Narrowing
from workbench.services.answers import Request
from workbench.services.workbench import Workbench


def corpus_of(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def test_the_reranker_reads_breadcrumb_and_text_of_what_was_recalled(
    filled: Workbench, reranker: CountingReranker
) -> None:
    answer = filled.search.ask(OWNER, [corpus_of(filled)], "迟延交付的违约金", "有违约金")
    query, documents, instruction = reranker.asked[-1]
    assert (query, instruction) == ("迟延交付的违约金", "有违约金")
    assert answer.recalled == len(documents) > 0
    assert any("第二章 违约责任" in text and "万分之八" in text for text in documents)
    first = answer.results[0]
    assert "万分之八" in first.chunk.text
    assert (first.ranked.rank, first.document) == (1, "采购协议.md")
    assert first.ranked.candidate.margin is not None


def test_without_reranker_the_order_is_that_of_recall(
    filled: Workbench, reranker: CountingReranker
) -> None:
    answer = filled.search.ask(OWNER, [corpus_of(filled)], "违约金", None, Request(reranker="none"))
    assert reranker.asked == []
    assert [r.ranked.candidate.recall_rank for r in answer.results] == list(
        range(1, len(answer.results) + 1)
    )
    assert {r.ranked.candidate.margin for r in answer.results} == {None}
    assert answer.reranker is None


def test_a_chinese_question_recalls_the_english_manual(filled: Workbench) -> None:
    answer = filled.search.ask(OWNER, [corpus_of(filled)], "怎么读取设备的 MAC address")
    assert "manual.md" in {r.document for r in answer.results}


def test_narrowing_does_not_change_scores(filled: Workbench) -> None:
    corpus = [corpus_of(filled)]
    bm25 = Request(method="bm25", reranker="none")
    wide = filled.search.ask(OWNER, corpus, "password 违约金", None, bm25)
    narrow = filled.search.ask(
        OWNER,
        corpus,
        "password 违约金",
        None,
        Request(method="bm25", reranker="none", narrowing=Narrowing(document="manual.md")),
    )
    assert {r.document for r in narrow.results} == {"manual.md"}
    scores = {r.chunk.chunk_id: r.ranked.candidate.hits[0].score for r in wide.results}
    for result in narrow.results:
        assert result.ranked.candidate.hits[0].score == scores[result.chunk.chunk_id]


def test_nothing_is_embedded_twice(filled: Workbench, embedder: HashEmbedder) -> None:
    embedded = list(embedder.passages)
    assert len(set(embedded)) == len(embedded) > 0
    corpus = corpus_of(filled)
    filled.embedding.now(OWNER, corpus)
    filled.search.ask(OWNER, [corpus], "违约金", None, Request(reranker="embedding"))
    assert embedder.passages == embedded


def test_an_empty_corpus_has_no_results_and_no_error(bench: Workbench) -> None:
    answer = bench.search.ask(OWNER, [corpus_of(bench)], "任何问题")
    assert (answer.results, answer.recalled) == ((), 0)


def test_before_vectors_are_there_words_answer_and_it_is_said(bench: Workbench) -> None:
    corpus = corpus_of(bench)
    bench.uploads.ingest_now(OWNER, corpus, "a.txt", "违约金为每日万分之五。".encode())
    answer = bench.search.ask(OWNER, [corpus], "违约金")
    assert len(answer.results) == 1
    assert "dense_incomplete" in {n.code for n in answer.notices}
    bench.embedding.now(OWNER, corpus)
    later = bench.search._indexes._kept[corpus]  # the snapshot is looked at again after 2 seconds
    assert later.lacking == 1


GERMAN = "# Rückgabe\n\nDie Ware muss innerhalb von 14 Tagen zurückgesendet werden.\n"
JAPANESE = "# 返品\n\n商品が届いた日から14日以内であれば返品できます。\n"


@pytest.fixture
def tickets(bench: Workbench) -> Workbench:
    corpus = corpus_of(bench)
    for name, text in (("de.md", GERMAN), ("ja.md", JAPANESE), ("zh.md", "违约金按日计算。")):
        bench.uploads.ingest_now(OWNER, corpus, name, text.encode())
    bench.embedding.now(OWNER, corpus)
    return bench


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("Wann muss die Ware zurückgesendet werden?", "de.md"),
        ("返品はできますか", "ja.md"),
        ("return within 14 Tagen", "de.md"),
    ],
)
def test_tickets_in_third_languages_are_found_and_said_to_be_unmeasured(
    tickets: Workbench, question: str, document: str
) -> None:
    for method in ("bm25", "hybrid"):
        asked = Request(method=method, reranker="none")  # type: ignore[arg-type]
        answer = tickets.search.ask(OWNER, [corpus_of(tickets)], question, None, asked)
        assert document in [r.document for r in answer.results]
        assert "language_not_measured" in {n.code for n in answer.notices}
    spoken = {r.document: r.chunk.language for r in answer.results}
    assert spoken == {"de.md": "other", "ja.md": "other", "zh.md": "zh"}


def test_nothing_is_said_where_question_and_results_are_chinese(tickets: Workbench) -> None:
    only = Request(method="bm25", reranker="none")
    answer = tickets.search.ask(OWNER, [corpus_of(tickets)], "违约金", None, only)
    assert [r.document for r in answer.results] == ["zh.md"]
    assert "language_not_measured" not in {n.code for n in answer.notices}


def test_numbers_are_in_no_language(bench: Workbench) -> None:
    corpus = corpus_of(bench)
    bench.uploads.ingest_now(OWNER, corpus, "n.csv", b"1,2\n17,18\n")
    only = Request(method="bm25", reranker="none")
    answer = bench.search.ask(OWNER, [corpus], "17", None, only)
    assert answer.results
    assert {r.chunk.language for r in answer.results} == {"other"}
    assert "language_not_measured" not in {n.code for n in answer.notices}


@pytest.mark.parametrize(
    ("text", "request_", "code"),
    [
        (" ", Request(), "query_empty"),
        ("问" * 200_000, Request(), "query_too_long"),
        ("q", Request(candidates=0), "number_out_of_range"),
        ("q", Request(keep=100_000), "number_out_of_range"),
        ("q", Request(method="magic"), "recall_unknown"),  # type: ignore[arg-type]
    ],
)
def test_bad_requests(bench: Workbench, text: str, request_: Request, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.search.ask(OWNER, [corpus_of(bench)], text, None, request_)
    assert caught.value.code == code


def test_no_corpus_is_no_search(bench: Workbench) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.search.ask(OWNER, [], "q")
    assert caught.value.code == "corpus_missing"


@pytest.mark.parametrize("text", ["的 了 吗", "😀😀", "the of and", "词 " * 3000, "?"])
def test_odd_questions_are_answered(filled: Workbench, text: str) -> None:
    answer = filled.search.ask(OWNER, [corpus_of(filled)], text)
    assert len(answer.results) <= 10


def test_what_lacks_vectors_is_caught_up_once(bench: Workbench, embedder: HashEmbedder) -> None:
    corpus = corpus_of(bench)
    bench.uploads.ingest_now(OWNER, corpus, "a.txt", "违约金为每日万分之五。".encode())
    assert bench.embedding.catch_up(OWNER) == 1
    deadline = time.monotonic() + 20
    while any(job.active for job in bench.jobs.list(OWNER)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(embedder.passages) == 1
    assert bench.embedding.catch_up(OWNER) == 0
