"""What the first page shows: where to ask, what there is, and three ways to begin."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

PAGES = Path(__file__).resolve().parents[2] / "pages"
WAYS = {
    "corpora": ":material/folder_open:",
    "rerank": ":material/sort:",
    "compare": ":material/compare_arrows:",
}


def page_path(name: str) -> Path:
    """Return the file of a page, as links and switches want it."""
    return PAGES / f"{name}.py"


def ask_form(tongue: Tongue, *, empty: bool) -> None:
    """Draw the question's field; a question goes to the search page and is asked there."""
    st.caption(say("ui.home.ask_empty" if empty else "ui.home.ask_help", tongue))
    with st.form("home.ask", border=False):
        question = st.text_area(
            say("ui.search.question", tongue),
            key="home.question",
            height=108,
            placeholder=say("ui.home.placeholder", tongue),
            label_visibility="collapsed",
        )
        if st.form_submit_button(
            say("ui.search.submit", tongue), type="primary", icon=":material/search:"
        ):
            text = " ".join(question.split())
            Key("search.question", "").put(text)
            Key("search.ask_now", False).put(bool(text))
            st.switch_page(page_path("search"), query_params={"search.question": text})


def overview(bench: Workbench, corpora: Sequence[Corpus], tongue: Tongue) -> None:
    """Draw what the workbench holds: libraries, documents, passages, and the active reranker."""
    figures = {
        "corpora": len(corpora),
        "documents": sum(corpus.documents for corpus in corpora),
        "chunks": sum(corpus.chunks for corpus in corpora),
        "jobs": sum(bench.jobs.at_work(OWNER)),
    }
    with st.grid(4, min_column_width=140):
        for name, number in figures.items():
            st.metric(say(f"ui.home.count_{name}", tongue), formats.count(number), border=True)


def show_touched(bench: Workbench, tongue: Tongue) -> None:
    """Say which sets have right answers in documents that have changed since they were graded."""
    for one in bench.review.touched(OWNER):
        name, count = md_escape(one.query_set.name), len(one.queries)
        st.info(say("ui.home.touched", tongue, name=name, count=count), icon=":material/update:")
        st.page_link(
            page_path("experiments"),
            label=say("ui.experiments.nav", tongue),
            icon=":material/replay:",
        )


def three_ways(tongue: Tongue) -> None:
    """Draw three things to begin with, each with a link to its page."""
    st.subheader(say("ui.home.begin", tongue), anchor=False)
    with st.grid(3):
        for name, icon in WAYS.items():
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{say(f'ui.home.way_{name}', tongue)}**")
                st.caption(say(f"ui.home.way_{name}_help", tongue))
                st.page_link(page_path(name), label=say(f"ui.{name}.nav", tongue), icon=icon)
