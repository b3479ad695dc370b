"""Rerank: a question, candidates, an instruction, one button."""

from dataclasses import replace

import streamlit as st

from workbench.assembly import current
from workbench.domain.actors import OWNER
from workbench.services.rerank import RerankAnswer
from workbench.services.workbench import Workbench
from workbench.ui.asking import ask_once, show_outdated
from workbench.ui.candidates import AUTO, WAYS, beyond, recognise, told
from workbench.ui.dropped import drop_field, show_dropped, take_dropped
from workbench.ui.frame import framed
from workbench.ui.long_documents import AGAIN, offer_extract, way_control
from workbench.ui.presets import keep_loaded, rerank_presets
from workbench.ui.reranked import RerankInputs, show_answer
from workbench.ui.safe import md_escape
from workbench.ui.sending import may_send, session_reranker
from workbench.words.presets import footer_of
from workbench.words.say import Tongue, say


def candidates(bench: Workbench, tongue: Tongue) -> tuple[tuple[str, ...], str]:
    """Draw the field and what was recognised in it; return this, and why it is too much if it is.

    The line below the field is always there, so that the button does not move as it is clicked.
    """
    st.session_state.setdefault("rerank.split", AUTO)
    text = st.text_area(
        say("ui.rerank.documents", tongue),
        key="rerank.documents",
        height=180,
        placeholder=say("ui.rerank.documents_placeholder", tongue),
        persist_state="session",
    )
    found = recognise(text, st.session_state["rerank.split"] or AUTO)
    reason = beyond(found.documents, tongue)
    st.caption(md_escape(told(found, tongue)))
    if reason:
        st.error(md_escape(reason), icon=":material/error:")
    show_dropped(text, len(found.documents), tongue)
    with st.expander(say("ui.rerank.more", tongue), icon=":material/upload_file:"):
        drop_field(bench, tongue)
        st.segmented_control(
            say("ui.rerank.split", tongue),
            WAYS,
            format_func=lambda code: say(f"ui.rerank.split_{code}", tongue),
            key="rerank.split",
            required=True,
            persist_state="session",
        )
        way_control(tongue)
    return found.documents, reason


def inputs(bench: Workbench, tongue: Tongue) -> tuple[RerankInputs, bool]:
    """Draw the inputs and return what they hold, and whether the button was pressed."""
    query = st.text_input(
        say("ui.rerank.query", tongue),
        key="rerank.query",
        placeholder=say("ui.rerank.query_placeholder", tongue),
        persist_state="session",
    )
    documents, reason = candidates(bench, tongue)
    instruction = st.text_area(
        say("ui.rerank.instruction", tongue),
        key="rerank.instruction",
        height=80,
        placeholder=say("ui.rerank.instruction_placeholder", tongue),
        help=say("ui.rerank.instruction_help", tongue),
        persist_state="session",
    )
    pressed = st.button(
        say("ui.rerank.submit", tongue),
        key="rerank.submit",
        type="primary",
        icon=":material/sort:",
        width="stretch",
        disabled=bool(reason),
    )
    long = offer_extract(documents, tongue)
    asked = RerankInputs(query, documents, instruction, session_reranker(bench), long)
    return asked, (AGAIN.take() and not reason) or pressed


bench = current()
with framed("rerank", bench.log) as tongue:
    keep_loaded()
    take_dropped(bench, tongue)
    rerank_presets(tongue)
    asked, pressed = inputs(bench, tongue)
    if note := footer_of(asked.query, tongue):
        st.caption(note)

    def compute(given: RerankInputs) -> RerankAnswer:
        """Return the answer to what was submitted."""
        with st.spinner(say("ui.rerank.working", tongue, count=len(given.documents))):
            return bench.rerank.rank(
                OWNER,
                given.query,
                given.documents,
                given.instruction,
                reranker=given.reranker,
                long=given.long,
            )

    def permit(given: RerankInputs) -> RerankInputs | None:
        """Return what may be computed now; None while the user is asked about sending."""
        given = replace(given, reranker=session_reranker(bench))
        count = str(len(given.documents))
        asked_of = "ui.remote.ask"
        sent = may_send(bench, given.reranker, "rerank", asked_of, tongue, count=count)
        return given if sent else None

    if pressed and not asked.documents:
        st.warning(say("ui.rerank.no_documents", tongue))
    held = ask_once("rerank", asked, pressed and bool(asked.documents), compute, permit)
    if held is None:
        st.caption(say("ui.rerank.before", tongue))
    else:
        show_outdated(held, asked, tongue)
        show_answer(bench, held.answer, tongue)
