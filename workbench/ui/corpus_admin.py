"""Creates, renames, deletes and restores libraries."""

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus
from workbench.services.workbench import Workbench
from workbench.ui.corpus_picker import shown_name
from workbench.ui.frame import guarded
from workbench.ui.notices import say_plain
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

CHOSEN: Key[str] = Key("corpora.corpus", "")
NEXT: Key[str] = Key("corpora.next", "")
"""A library that was just made: it is chosen by the next run, since a widget may not be changed."""


def choose_corpus(bench: Workbench, tongue: Tongue) -> Corpus:
    """Draw the choice of a library with its tools beside it, and return the chosen one."""
    corpora = {corpus.corpus_id: corpus for corpus in bench.corpora.list(OWNER)}
    if NEXT.get() in corpora:
        CHOSEN.put(NEXT.take())
    if CHOSEN.get() not in corpora:
        CHOSEN.put(next(iter(corpora)))
    pick, tools = st.columns([3, 2], vertical_alignment="bottom")
    chosen = pick.selectbox(
        say("ui.corpora.choose", tongue),
        list(corpora),
        format_func=lambda corpus_id: shown_name(corpora[corpus_id].name, tongue),
        key=CHOSEN.name,
        persist_state="session",
    )
    corpus = corpora[chosen]
    with tools.container(horizontal=True, vertical_alignment="bottom"):
        _create(bench, tongue)
        _rename(bench, corpus, tongue)
        if st.button(say("ui.corpora.delete", tongue), key="corpora.delete"):
            confirm_delete_corpus(bench, corpus, tongue)
        _restore(bench, tongue)
    return corpus


def _create(bench: Workbench, tongue: Tongue) -> None:
    with (
        st.popover(say("ui.corpora.create", tongue), icon=":material/add:"),
        st.form("corpora.create_form", border=False, clear_on_submit=True),
    ):
        name = st.text_input(say("ui.corpora.name", tongue), key="corpora.new_name", max_chars=100)
        if st.form_submit_button(say("ui.corpora.create_now", tongue), type="primary"):
            corpus = bench.corpora.create(OWNER, name)
            NEXT.put(corpus.corpus_id)
            st.rerun()


def _rename(bench: Workbench, corpus: Corpus, tongue: Tongue) -> None:
    with (
        st.popover(say("ui.corpora.rename", tongue)),
        st.form("corpora.rename_form", border=False, clear_on_submit=True),
    ):
        name = st.text_input(
            say("ui.corpora.new_name", tongue), key="corpora.renamed", max_chars=100
        )
        if st.form_submit_button(say("ui.corpora.rename_now", tongue), type="primary"):
            bench.corpora.rename(OWNER, corpus.corpus_id, name)
            st.rerun()


def _restore(bench: Workbench, tongue: Tongue) -> None:
    deleted = bench.corpora.list(OWNER, deleted=True)
    if not deleted:
        return
    with st.popover(say("ui.corpora.deleted", tongue, count=len(deleted))):
        for corpus in deleted:
            st.text(shown_name(corpus.name, tongue))
            if st.button(say("ui.restore", tongue), key=f"corpora.restore.{corpus.corpus_id}"):
                bench.corpora.restore(OWNER, corpus.corpus_id)
                st.rerun()


def confirm_delete_corpus(bench: Workbench, corpus: Corpus, tongue: Tongue) -> None:
    """Ask before a library is hidden, saying what stays and how it comes back."""

    def body() -> None:
        with guarded("corpora", bench.log):
            st.markdown(
                say_plain(
                    "ui.corpora.delete_confirm",
                    tongue,
                    name=shown_name(corpus.name, tongue),
                    documents=corpus.documents,
                    chunks=corpus.chunks,
                )
            )
            yes, no = st.columns(2)
            if yes.button(
                say("ui.delete", tongue), key="corpora.delete_yes", type="primary", width="stretch"
            ):
                bench.corpora.delete(OWNER, corpus.corpus_id)
                st.rerun()
            if no.button(say("ui.cancel", tongue), key="corpora.delete_no", width="stretch"):
                st.rerun()

    st.dialog(say("ui.corpora.delete_title", tongue))(body)()
