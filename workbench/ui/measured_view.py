"""A finished measurement as it stands on a page: overview, questions, and technical details."""

import streamlit as st

from workbench.services.measurements import Measurement
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.comparison import show_manifest
from workbench.ui.measured import show_overview
from workbench.ui.measured_questions import show_questions
from workbench.ui.safe import md_escape
from workbench.ui.score_lines import model_line
from workbench.words.say import Tongue, say


def show_measurement(bench: Workbench, found: Measurement, tongue: Tongue) -> None:
    """Draw a finished measurement: overview, question by question, and how it was made."""
    told = [
        say("ui.measure.asked", tongue, queries=len(found.questions)),
        say("ui.measure.pool", tongue, candidates=found.candidates),
        model_line(found.reranker, tongue),
        formats.duration(found.seconds, tongue),
    ]
    st.caption(md_escape(" · ".join(filter(None, told))))
    st.caption(say("ui.measure.no_verdict", tongue))
    if found.held_out:
        st.info(say("ui.held_out.result", tongue), icon=":material/lock_open:")
    overview, questions, technical = st.tabs(
        [say(f"ui.measure.tab_{name}", tongue) for name in ("overview", "questions", "technical")]
    )
    with overview:
        show_overview(found, tongue)
    with questions:
        show_questions(bench, found, tongue)
    with technical:
        st.caption(say("ui.measure.definitions", tongue, level=found.level))
        show_manifest(found.manifest, "measurement", "compare.set_manifest", tongue)
