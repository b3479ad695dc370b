"""Experiments: everything that was measured, as it was, and ways to make it again."""

import streamlit as st

from workbench.assembly import current
from workbench.ui.experiment_list import ADDRESS, show_list
from workbench.ui.experiment_view import show_experiment
from workbench.ui.frame import framed

bench = current()
with framed("experiments", bench.log) as tongue:
    opened = st.query_params.get(ADDRESS, "")
    if opened:
        show_experiment(bench, opened, tongue)
    else:
        show_list(bench, tongue)
