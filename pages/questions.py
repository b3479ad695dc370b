"""Questions: sets of questions to compare instructions on, each change a version of its own."""

import streamlit as st

from workbench.assembly import current
from workbench.ui.frame import framed
from workbench.ui.held_out_form import show_held_out
from workbench.ui.overview import page_path
from workbench.ui.question_adding import show_adding
from workbench.ui.question_set_admin import pick_set, show_versions
from workbench.ui.question_table import show_table_of
from workbench.ui.quick_answers import show_quick
from workbench.words.say import say

TABS = {
    "list": show_table_of,
    "add": show_adding,
    "quick": show_quick,
    "held_out": show_held_out,
    "versions": show_versions,
}

bench = current()
with framed("questions", bench.log) as tongue:
    query_set = pick_set(bench, tongue)
    if query_set is not None:
        with st.container(horizontal=True):
            for page, key in (("label", "label.set"), ("compare", "compare.set")):
                st.page_link(
                    page_path(page),
                    label=say(f"ui.questions.to_{page}", tongue),
                    query_params={key: query_set.query_set_id},
                )
        chosen = st.segmented_control(
            say("ui.questions.title", tongue),
            list(TABS),
            format_func=lambda code: say(f"ui.questions.tab_{code}", tongue),
            key="questions.tab",
            default="list" if query_set.queries else "add",
            required=True,
            label_visibility="collapsed",
        )
        TABS[chosen or "list"](bench, query_set, tongue)
