"""Rerank: a question, candidates, an instruction, one button."""

import streamlit as st

from workbench.assembly import current
from workbench.domain.actors import OWNER
from workbench.services.rerank import RerankAnswer
from workbench.ui.asking import ask_once, show_outdated
from workbench.ui.candidates import WAYS, split_candidates
from workbench.ui.frame import framed
from workbench.ui.presets import footer, rerank_presets
from workbench.ui.reranked import RerankInputs, show_answer
from workbench.words.say import Tongue, say


def form(tongue: Tongue) -> tuple[bool, str, str, str, str]:
    """Draw the inputs and return whether they were submitted, and what they hold."""
    st.session_state.setdefault("rerank.split", WAYS[0])
    with st.form("rerank.form", enter_to_submit=True):
        query = st.text_input(
            say("ui.rerank.query", tongue),
            key="rerank.query",
            placeholder=say("ui.rerank.query_placeholder", tongue),
            persist_state="session",
        )
        documents = st.text_area(
            say("ui.rerank.documents", tongue),
            key="rerank.documents",
            height=200,
            placeholder=say("ui.rerank.documents_placeholder", tongue),
            persist_state="session",
        )
        way = st.segmented_control(
            say("ui.rerank.split", tongue),
            WAYS,
            format_func=lambda code: say(f"ui.rerank.split_{code}", tongue),
            key="rerank.split",
            required=True,
            persist_state="session",
        )
        instruction = st.text_area(
            say("ui.rerank.instruction", tongue),
            key="rerank.instruction",
            height=80,
            placeholder=say("ui.rerank.instruction_placeholder", tongue),
            help=say("ui.rerank.instruction_help", tongue),
            persist_state="session",
        )
        pressed = st.form_submit_button(
            say("ui.rerank.submit", tongue), type="primary", icon=":material/sort:", width="stretch"
        )
    return pressed, query, documents, way or WAYS[0], instruction


bench = current()
with framed("rerank", bench.log) as tongue:
    rerank_presets(tongue)
    pressed, query, pasted, way, instruction = form(tongue)
    note = footer(query, tongue)
    if note:
        st.caption(note)
    documents = tuple(split_candidates(pasted, way))
    inputs = RerankInputs(query, documents, instruction, bench.models.choose()[0])

    def compute(asked: RerankInputs) -> RerankAnswer:
        """Return the answer to what was submitted."""
        with st.spinner(say("ui.rerank.working", tongue, count=len(asked.documents))):
            return bench.rerank.rank(OWNER, asked.query, asked.documents, asked.instruction)

    if pressed and not documents:
        st.warning(say("ui.rerank.no_documents", tongue))
    held = ask_once("rerank", inputs, pressed and bool(documents), compute)
    if held is None:
        st.caption(say("ui.rerank.before", tongue))
    else:
        show_outdated(held, inputs, tongue)
        show_answer(bench, held.answer, held.inputs.documents, tongue)
