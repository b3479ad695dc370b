"""Label: passages are graded one by one, by a key, without sight of rank or score."""

import streamlit as st

from workbench.assembly import current
from workbench.ui.frame import framed
from workbench.ui.label_desk import ADDRESS, show_desk
from workbench.ui.label_start import show_start

bench = current()
with framed("label", bench.log) as tongue:
    queue_id = st.query_params.get(ADDRESS, "")
    if queue_id:
        show_desk(bench, queue_id, tongue)
    else:
        show_start(bench, tongue)
