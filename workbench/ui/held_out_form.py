"""The held-out questions of a set: how many, whether they are unseen, drawn and released."""

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import QuerySet
from workbench.evaluation.held_out import LEAST
from workbench.services.held_out_record import candidate_of
from workbench.services.hold_out import HeldOut
from workbench.services.workbench import Workbench
from workbench.ui.overview import page_path
from workbench.words.say import Tongue, say


def show_held_out(bench: Workbench, query_set: QuerySet, tongue: Tongue) -> None:
    """Draw what is held out of the set, and how that can be changed."""
    state = bench.hold_out.state(OWNER, query_set)
    st.caption(say("ui.held_out.help", tongue))
    if state.count:
        _show_state(state, tongue)
    if state.free < LEAST:
        st.info(say("ui.held_out.too_few", tongue, least=LEAST, both=2 * LEAST))
    else:
        _draw(bench, query_set, state, tongue)
    if state.count and st.button(say("ui.held_out.release", tongue), key="questions.release"):
        saved = bench.hold_out.release(OWNER, query_set)
        st.toast(say("ui.questions.saved", tongue, version=saved.version))
        st.rerun()


def _show_state(state: HeldOut, tongue: Tongue) -> None:
    if state.opened is None:
        st.success(say("ui.held_out.closed", tongue, count=state.count), icon=":material/lock:")
        if state.measured:
            st.warning(say("ui.held_out.measured", tongue, count=state.measured))
        return
    show_opened(state, tongue)


def show_opened(state: HeldOut, tongue: Tongue) -> None:
    """Draw when and for which instruction held-out questions were opened."""
    if state.opened is None:
        return
    told = say(
        "ui.held_out.opened",
        tongue,
        name=candidate_of(state.opened),
        at=state.opened.created_at[:10],
    )
    st.info(told, icon=":material/lock_open:")
    st.page_link(
        page_path("experiments"),
        label=say("ui.held_out.to_result", tongue),
        icon=":material/inventory_2:",
        query_params={"experiments.open": state.opened.experiment_id},
    )


def _draw(bench: Workbench, query_set: QuerySet, state: HeldOut, tongue: Tongue) -> None:
    with st.form("questions.hold_out", border=False):
        count = st.number_input(
            say("ui.held_out.count", tongue),
            LEAST,
            state.free,
            min(state.usual, state.free),
            key=f"questions.held_out_count.{query_set.query_set_id}",
            help=say("ui.held_out.count_help", tongue),
        )
        if st.form_submit_button(say("ui.held_out.draw", tongue), key="questions.draw"):
            saved = bench.hold_out.draw(OWNER, query_set, count)
            st.toast(say("ui.questions.saved", tongue, version=saved.version))
            st.rerun()
