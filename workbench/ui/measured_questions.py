"""A measurement question by question: ranks in every order, and the passages with grades."""

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.rankings import Candidate
from workbench.services.measurements import Measurement
from workbench.services.workbench import Workbench
from workbench.store.rows import ChunkView
from workbench.ui.highlights import question_spans
from workbench.ui.measured import question_rows
from workbench.ui.row_names import row_name
from workbench.ui.safe import element, language_tag, show, show_passage
from workbench.ui.tables import download, show_table
from workbench.words.say import Tongue, say

SHOWN = 10


def show_questions(bench: Workbench, found: Measurement, tongue: Tongue) -> None:
    """Draw the ranks of all questions, then the passages of the chosen question and order."""
    rows = question_rows(found, tongue)
    st.caption(say("ui.measure.questions_help", tongue))
    show_table(
        rows,
        say("ui.measure.questions_alt", tongue, count=len(rows)),
        text_column=say("ui.measure.question", tongue),
    )
    download(rows, "questions", "compare.questions_csv", tongue, found.reranker)
    left, right = st.columns([3, 1])
    query = left.selectbox(
        say("ui.measure.look_at", tongue),
        list(found.questions),
        format_func=lambda one: found.questions[one],
        key="compare.look_query",
    )
    at = right.selectbox(
        say("ui.measure.look_order", tongue),
        range(len(found.rows)),
        format_func=lambda one: row_name(found.rows[one], tongue),
        key="compare.look_row",
    )
    _passages(bench, found, query, at, tongue)


def _passages(bench: Workbench, found: Measurement, query: str, at: int, tongue: Tongue) -> None:
    order = found.orders[at].get(query, ())[:SHOWN]
    if not order:
        st.caption(say("ui.measure.no_order", tongue))
        return
    text = found.questions[query]
    candidates = [
        Candidate(chunk_id=chunk, recall_rank=rank, corpus_id=found.corpus_id)
        for rank, chunk in enumerate(order, start=1)
    ]
    pool = bench.search.pool_of(OWNER, text, candidates)
    grades = found.qrels[found.rows[at].criterion_id].get(query, {})
    for rank, chunk in enumerate(order, start=1):
        view = pool.views.get(chunk)
        if view is None:
            st.caption(say("ui.measure.gone", tongue, rank=rank))
        else:
            _passage(rank, view, grades.get(chunk), text, tongue)


def _passage(rank: int, view: ChunkView, grade: int | None, question: str, tongue: Tongue) -> None:
    chunk = view.chunk
    graded = (
        say("ui.measure.ungraded", tongue)
        if grade is None
        else say("ui.measure.grade", tongue, grade=grade)
    )
    with st.container(border=True):
        show(
            element(
                "div",
                " › ".join(chunk.path),
                cls="wb-crumb",
                lang=language_tag(chunk.language),
            ),
            element("div", element("span", f"#{rank}"), element("span", graded), cls="wb-meta"),
        )
        show_passage(chunk.text, chunk.language, question_spans(question, chunk.text))
