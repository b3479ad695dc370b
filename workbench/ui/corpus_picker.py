"""Chooses which libraries a question is asked of."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus
from workbench.services.corpora import FIRST_CORPUS
from workbench.services.workbench import Workbench
from workbench.ui.overview import page_path
from workbench.words.say import Tongue, say


def filled(bench: Workbench) -> list[Corpus]:
    """Return the libraries that hold at least one document."""
    return [corpus for corpus in bench.corpora.list(OWNER) if corpus.documents]


def show_no_documents(tongue: Tongue) -> None:
    """Say that there is nothing to ask yet, and lead to where that changes."""
    st.info(say("ui.search.no_documents", tongue), icon=":material/folder_open:")
    with st.container(horizontal=True):
        st.page_link(
            page_path("corpora"), label=say("ui.corpora.nav", tongue), icon=":material/folder_open:"
        )
        st.page_link(
            page_path("home"),
            label=say("ui.measure.to_samples", tongue),
            icon=":material/library_books:",
        )


def shown_name(name: str, tongue: Tongue) -> str:
    """Return a library's name; of the first library's double name the half in this language."""
    if name != FIRST_CORPUS:
        return name
    zh, en = FIRST_CORPUS.split(" / ")
    return zh if tongue == "zh" else en


def pick_corpora(corpora: Sequence[Corpus], page: str, tongue: Tongue) -> list[str]:
    """Draw the choice of libraries and return the ids of the chosen ones, all where none is chosen.

    The choice stands in the address, under the libraries' names. Of one there is nothing to choose.
    """
    if len(corpora) == 1:
        return [corpora[0].corpus_id]
    names = {corpus.corpus_id: shown_name(corpus.name, tongue) for corpus in corpora}
    chosen = st.multiselect(
        say("ui.corpora.pick", tongue),
        list(names),
        format_func=lambda corpus_id: names.get(corpus_id, corpus_id),
        key=f"{page}.corpora",
        bind="query-params",
        placeholder=say("ui.corpora.pick_all", tongue, count=len(names)),
    )
    return chosen or list(names)
