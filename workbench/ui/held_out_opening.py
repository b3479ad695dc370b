"""Opening the held-out questions: once, for one instruction that is named before."""

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.services.measurements import ArmPlan, Measurement, MeasurePlan
from workbench.services.workbench import Workbench
from workbench.ui.held_out_form import show_opened
from workbench.words.say import Tongue, say


def opening_plan(
    bench: Workbench, query_set_id: str, found: Measurement, tongue: Tongue
) -> MeasurePlan | None:
    """Draw the choice of the one instruction, and return what is to be measured once pressed."""
    query_set = bench.question_sets.get(OWNER, query_set_id)
    state = bench.hold_out.state(OWNER, query_set)
    if found.held_out or not state.count:
        return None
    if state.opened is not None:
        show_opened(state, tongue)
        return None
    arms = [row.arm for row in found.rows if row.arm is not None and not row.arm.control]
    rivals = [arm for arm in arms[1:] if arm.criterion_id == arms[0].criterion_id]
    with st.expander(say("ui.held_out.title", tongue, count=state.count), icon=":material/lock:"):
        if not rivals:
            st.caption(say("ui.held_out.two_needed", tongue))
            return None
        chosen = _chosen(arms[0], rivals, tongue)
    if chosen is None:
        return None
    methods = tuple(row.method for row in found.rows if row.method is not None)
    return MeasurePlan(
        query_set_id=query_set_id,
        arms=(arms[0], chosen),
        methods=tuple(dict.fromkeys(methods)),
        candidates=found.candidates,
        reranker=found.reranker.name if found.reranker else None,
        held_out=True,
    )


def _chosen(baseline: ArmPlan, rivals: list[ArmPlan], tongue: Tongue) -> ArmPlan | None:
    """Return the instruction that the questions are opened for; None until it is sure."""
    st.caption(say("ui.held_out.open_help", tongue, baseline=baseline.name))
    at = st.selectbox(
        say("ui.held_out.candidate", tongue),
        range(len(rivals)),
        format_func=lambda one: rivals[one].name,
        key="compare.held_out_candidate",
    )
    sure = st.checkbox(say("ui.held_out.sure", tongue), key="compare.held_out_sure")
    pressed = st.button(
        say("ui.held_out.open", tongue),
        key="compare.held_out_open",
        disabled=not sure,
        icon=":material/lock_open:",
    )
    return rivals[at] if pressed and sure else None
