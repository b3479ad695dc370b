"""Corpora: libraries, their files, and what was read of each document."""

import streamlit as st

from workbench.assembly import current
from workbench.ui.batches import show_handed
from workbench.ui.corpus_admin import choose_corpus
from workbench.ui.document_list import document_list, opened_document
from workbench.ui.document_view import document_view
from workbench.ui.frame import framed
from workbench.ui.glossary_form import glossary_form
from workbench.ui.uploads import drop_zone

bench = current()
with framed("corpora", bench.log) as tongue:
    opened = opened_document(bench)
    if opened is not None:
        document_view(bench, opened, tongue)
    else:
        corpus = choose_corpus(bench, tongue)
        with st.container(border=True):
            drop_zone(bench, corpus, "corpora", tongue)
        show_handed(bench, corpus, "corpora", tongue)
        glossary_form(bench, corpus, tongue)
        document_list(bench, corpus, tongue)
