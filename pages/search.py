"""Search: a question, the passages that answer it, and how the instruction ordered them."""

from dataclasses import replace

import streamlit as st

from workbench.assembly import current
from workbench.domain.actors import OWNER
from workbench.services.answers import Answer
from workbench.ui.answers import SearchInputs, show_answer
from workbench.ui.asking import ask_once, never_asked, show_outdated
from workbench.ui.corpus_picker import filled, pick_corpora, show_no_documents
from workbench.ui.frame import framed
from workbench.ui.search_options import options
from workbench.ui.sending import may_send, session_reranker
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

ASK_NOW: Key[bool] = Key("search.ask_now", False)


def form(tongue: Tongue) -> tuple[bool, str, str]:
    """Draw question and instruction; return whether they were submitted, and what they hold."""
    with st.form("search.form", border=False):
        field, button = st.columns([6, 1], vertical_alignment="bottom")
        question = field.text_input(
            say("ui.search.question", tongue),
            key="search.question",
            bind="query-params",
            placeholder=say("ui.home.placeholder", tongue),
        )
        pressed = button.form_submit_button(
            say("ui.search.submit", tongue), type="primary", width="stretch"
        )
        with st.expander(
            say("ui.search.instruction", tongue), icon=":material/edit_note:", type="compact"
        ):
            instruction = st.text_area(
                say("ui.rerank.instruction", tongue),
                key="search.instruction",
                bind="query-params",
                height=80,
                placeholder=say("ui.rerank.instruction_placeholder", tongue),
                help=say("ui.rerank.instruction_help", tongue),
            )
    return pressed, question, instruction


bench = current()
with framed("search", bench.log) as tongue:
    corpora = filled(bench)
    if not corpora:
        show_no_documents(tongue)
        st.stop()
    chosen = pick_corpora(corpora, "search", tongue)
    pressed, question, instruction = form(tongue)
    request = options(bench, chosen, tongue)
    reranker = session_reranker(bench)
    inputs = SearchInputs(tuple(chosen), question, instruction, request, reranker)

    def compute(asked: SearchInputs) -> Answer:
        """Return the answer to what was submitted."""
        with st.spinner(say("ui.search.working", tongue)):
            request = replace(asked.request, reranker=asked.reranker)
            found = bench.search.ask(
                OWNER, asked.corpora, asked.question, asked.instruction, request
            )
        bench.asked.note(OWNER, found.query.text, asked.corpora, asked.instruction or "")
        return found

    def permit(asked: SearchInputs) -> SearchInputs | None:
        """Return what may be computed now; None while the user is asked about sending."""
        asked = replace(asked, reranker=session_reranker(bench))
        count = str(asked.request.candidates)
        sentence = "ui.remote.ask_most"
        sent = may_send(bench, asked.reranker, "search", sentence, tongue, count=count)
        return asked if sent else None

    linked = bool(question.strip()) and (ASK_NOW.take() or never_asked("search"))
    held = ask_once("search", inputs, pressed or linked, compute, permit)
    if held is None:
        st.caption(say("ui.search.before", tongue))
    else:
        show_outdated(held, inputs, tongue)
        show_answer(bench, held.answer, tongue)
