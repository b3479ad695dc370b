"""Cards say where a passage stands, how it moved, and how to cite it."""

from dataclasses import replace

from workbench.domain.actors import OWNER
from workbench.domain.documents import Chunk, Span
from workbench.domain.rankings import Candidate, Ranked, RerankerInfo
from workbench.services.answers import Request, Result
from workbench.services.workbench import Workbench
from workbench.ui.results import citation, head_html, move_text, neighbourhood, page_text

CHUNK = Chunk(
    chunk_id="c1",
    ordinal=0,
    section_key="t1",
    path=("合同 <b>", "第一章", "第一条"),
    spans=(Span(0, 4),),
    text="正文四字",
    prefix="",
    page_start=3,
    page_end=3,
    printed_page="iii",
    language="zh",
    kind="article",
    tokens=4,
)
INFO = RerankerInfo("qwen3", "m", "probability", supports_instruction=True)
ROW = Ranked(2, True, Candidate("c1", 7, margin=1.0, score=0.731, tokens=900, tokens_read=512))
RESULT = Result(ROW, CHUNK, "d", "合同", "k")


def test_pages() -> None:
    assert page_text(CHUNK, "zh") == "第 3 页（印刷页码 iii）"
    assert page_text(replace(CHUNK, printed_page="3", page_end=5), "en") == "pages 3–5"
    assert page_text(replace(CHUNK, page_start=None), "zh") == ""


def test_a_move_names_both_ranks() -> None:
    assert move_text(ROW, "zh") == "初筛第 7 → 排序后第 2 ▲5"


def test_a_head_holds_every_number_with_its_name_and_no_foreign_tag() -> None:
    head = head_html(RESULT, INFO, "zh")
    for told in ("0.731", "符合程度（0–1）", "并列", "▲5", "读了 512 / 900 token", "第 3 页"):
        assert told in head
    assert "合同 &lt;b&gt; › 第一章 › 第一条" in head
    assert "wb-warn" in head


def test_without_a_reranker_there_is_no_score() -> None:
    assert "wb-score" not in head_html(RESULT, None, "en")


def test_a_citation_has_text_place_and_page() -> None:
    told = citation(RESULT, "en")
    assert told == "“正文四字”\n— 合同 <b> › 第一章 › 第一条, page 3 (printed iii)"


def test_the_context_is_the_section_and_its_neighbours() -> None:
    chunks = [
        replace(CHUNK, chunk_id=f"c{at}", section_key=key)
        for at, key in enumerate(("a", "b", "b", "c", "d"))
    ]
    assert [c.chunk_id for c in neighbourhood(chunks, chunks[1])] == ["c0", "c1", "c2", "c3"]
    assert [c.chunk_id for c in neighbourhood(chunks, chunks[0])] == ["c0", "c1"]
    assert neighbourhood([], CHUNK) == [CHUNK]


def test_real_results_have_heads(filled: Workbench) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    answer = filled.search.ask(OWNER, [corpus], "违约金", request=Request(keep=2))
    for result in answer.results:
        assert result.chunk.path[-1] in head_html(result, answer.reranker, "zh")
