"""Compare: instructions on one question, or measured with labels on a whole question set."""

import streamlit as st

from workbench.assembly import current
from workbench.ui.compare_one import show_one_compare
from workbench.ui.compare_set import show_set_compare
from workbench.ui.frame import framed
from workbench.words.say import say

WAYS = {"one": show_one_compare, "set": show_set_compare}


def asked_way() -> str:
    """Return the way that the address names; one that names a question set means measuring."""
    named = st.query_params.get("way", "set" if "compare.set" in st.query_params else "one")
    return named if named in WAYS else "one"


bench = current()
with framed("compare", bench.log) as tongue:
    way = st.segmented_control(
        say("ui.compare.way", tongue),
        list(WAYS),
        format_func=lambda code: say(f"ui.compare.way_{code}", tongue),
        key="compare.way",
        default=asked_way(),
        required=True,
        label_visibility="collapsed",
    )
    if way and way != asked_way():
        st.query_params["way"] = way  # a reload in the middle of a measurement comes back to it
    WAYS[way or "one"](bench, tongue)
