"""Home: drop files here, ask here; what the workbench holds and does."""

import streamlit as st

from workbench.assembly import current
from workbench.domain.actors import OWNER
from workbench.ui.batches import show_handed
from workbench.ui.corpus_picker import shown_name
from workbench.ui.frame import framed
from workbench.ui.overview import ask_form, overview, show_touched, three_ways
from workbench.ui.samples import show_samples
from workbench.ui.uploads import drop_zone
from workbench.words.say import say

bench = current()
with framed("home", bench.log) as tongue:
    corpora = bench.corpora.list(OWNER)
    first = corpora[0]
    files, question = st.columns(2, gap="large")
    with files.container(border=True, height="stretch"):
        st.subheader(say("ui.home.files", tongue), anchor=False)
        st.caption(say("ui.home.files_go", tongue, name=shown_name(first.name, tongue)))
        drop_zone(bench, first, "home", tongue)
    with question.container(border=True, height="stretch"):
        st.subheader(say("ui.home.ask", tongue), anchor=False)
        ask_form(tongue, empty=not any(corpus.documents for corpus in corpora))
    show_handed(bench, first, "home", tongue)
    empty = not any(corpus.documents for corpus in corpora)
    if empty:
        st.info(say("ui.home.empty", tongue), icon=":material/upload_file:")
    show_samples(bench, tongue, inviting=empty)
    show_touched(bench, tongue)
    overview(bench, corpora, tongue)
    three_ways(tongue)
