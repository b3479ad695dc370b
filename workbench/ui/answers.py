"""The answer of the page Search: cards, both orders side by side, table, and what it cost."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.services.answers import Answer, Request
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.later import offer_later, show_later
from workbench.ui.notices import say_plain, sentence, show_notices
from workbench.ui.results import breadcrumb, show_line, show_result
from workbench.ui.safe import md_escape
from workbench.ui.score_lines import cost_line, score_name, show_explanation
from workbench.ui.tables import Cell, download, show_table
from workbench.words.say import Tongue, say

QUIET = frozenset(
    {"glossary_used", "section_first", "phrase_held", "left_out", "reading_order", "not_scored"}
)
"""What is good to know and no reason for a box."""


@dataclass(frozen=True, slots=True)
class SearchInputs:
    """What was asked, of what, and how."""

    corpora: tuple[str, ...]
    question: str
    instruction: str
    request: Request
    reranker: str


def show_answer(bench: Workbench, answer: Answer, tongue: Tongue) -> None:
    """Draw an answer, or say that nothing was found and what that means."""
    show_notices([n for n in answer.notices if n.code not in QUIET], tongue)
    _offer_indexing(bench, answer, tongue)
    if not answer.results:
        st.info(say("ui.search.nothing", tongue), icon=":material/search_off:")
        _tell_added(answer, tongue)
        return
    with st.container(gap="xsmall"):
        st.caption(
            say("ui.search.found", tongue, recalled=answer.recalled, kept=len(answer.results))
            + " · "
            + cost_line(answer.cost, answer.reranker, tongue)
        )
        _tell_added(answer, tongue)
        show_explanation(answer.reranker, tongue)
    later = offer_later(bench, answer, tongue)
    drawings: dict[str, Callable[[], None]] = {
        say("ui.search.tab_cards", tongue): lambda: _cards(bench, answer),
        say("ui.search.tab_orders", tongue): lambda: both_orders(answer, tongue),
        say("ui.search.tab_table", tongue): lambda: _table(answer, tongue),
    }
    slow = say("ui.later.title", tongue)
    if later is not None:
        drawings[slow] = lambda: show_later(bench, later, answer.query.text, tongue)
    tabs = st.tabs(list(drawings), default=slow if later is not None else None)
    for tab, draw in zip(tabs, drawings.values(), strict=True):
        with tab:
            draw()


def _tell_added(answer: Answer, tongue: Tongue) -> None:
    """Draw quiet lines: how the question was understood, and what a glossary added to it."""
    for notice in answer.notices:
        if notice.code == "glossary_used":
            terms = str(notice.params["terms"])
            st.caption(say_plain("ui.search.also", tongue, terms=terms))
        elif notice.code in QUIET:
            st.caption(md_escape(sentence(notice, tongue)))


def marked_by(answer: Answer) -> str:
    """Return the words that are marked in a passage: the question's, and those added to it."""
    return " ".join([answer.query.text, *(one.added for one in answer.pool.glossary)])


def _cards(bench: Workbench, answer: Answer) -> None:
    for result in answer.results:
        show_result(bench, result, marked_by(answer), answer.reranker, "search.card")


def _table(answer: Answer, tongue: Tongue) -> None:
    rows = table_rows(answer, tongue)
    show_table(
        rows,
        say("ui.search.table_alt", tongue, count=len(rows)),
        text_column=say("ui.search.passage", tongue),
    )
    download(rows, "results", "search.csv", tongue, answer.reranker)


def _offer_indexing(bench: Workbench, answer: Answer, tongue: Tongue) -> None:
    """Draw the button that goes on with indexing, where passages lack it and nothing is at work."""
    if not any(notice.code == "dense_incomplete" for notice in answer.notices):
        return
    if any(job.active for job in bench.jobs.list(OWNER, kind="embed")):
        return
    if st.button(say("ui.search.index_now", tongue), key="search.index_now"):
        for corpus_id in answer.pool.corpora:
            bench.embedding.later(OWNER, corpus_id)
        st.rerun()


def both_orders(answer: Answer, tongue: Tongue) -> None:
    """Draw the order of recall beside the order after reranking, with the moves."""
    question = marked_by(answer)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            f"**{say('ui.search.recall_order', tongue)}**",
            help=say("ui.search.recall_help", tongue),
        )
        for candidate in answer.pool.candidates[: len(answer.results)]:
            text = answer.pool.views[candidate.chunk_id].chunk.text
            show_line(candidate.recall_rank, text, question)
    with right:
        st.markdown(f"**{say('ui.search.reranked_order', tongue)}**")
        for result in answer.results:
            row = result.ranked
            show_line(
                row.rank,
                result.chunk.text,
                question,
                formats.move(row.candidate.recall_rank, row.rank),
            )


def table_rows(answer: Answer, tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row a result: ranks, number, passage, place, page, tokens."""
    return [
        {
            say("ui.rerank.rank", tongue): f"{r.ranked.rank}{'=' if r.ranked.tied else ''}",
            say("ui.search.recall_rank", tongue): r.ranked.candidate.recall_rank,
            say("ui.rerank.move", tongue): formats.move(
                r.ranked.candidate.recall_rank, r.ranked.rank
            ),
            score_name(answer.reranker, tongue): formats.value(r.ranked.candidate, answer.reranker),
            say("ui.search.passage", tongue): r.chunk.text,
            say("ui.compare.place", tongue): breadcrumb(r),
            say("ui.document.page", tongue): r.chunk.page_start,
        }
        for r in answer.results
    ]
