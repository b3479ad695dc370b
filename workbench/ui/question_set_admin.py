"""A question set is chosen, made, renamed, copied, deleted and brought back; its versions."""

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import QuerySet
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.corpus_picker import shown_name
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

CHOSEN: Key[str | None] = Key("questions.set", None)
WANTED: Key[str] = Key("questions.wanted", "")
"""The set to choose when the page is drawn next."""
DELETED: Key[str] = Key("questions.last_deleted", "")


def pick_set(bench: Workbench, tongue: Tongue) -> QuerySet | None:
    """Draw the choice of a set with what can be done to it; None where there is none."""
    sets = {one.query_set_id: one for one in bench.question_sets.all(OWNER)}
    _undo(bench, tongue)
    wanted = WANTED.take()
    if wanted in sets:
        CHOSEN.put(wanted)
    elif CHOSEN.get() not in sets:
        CHOSEN.take()
    if not sets:
        st.info(say("ui.questions.none", tongue), icon=":material/quiz:")
        _new(bench, tongue)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            say("ui.questions.set", tongue),
            list(sets),
            format_func=lambda one: sets[one].name,
            key=CHOSEN.name,
            bind="query-params",
        )
        with st.popover(say("ui.questions.new", tongue), icon=":material/add:"):
            _new(bench, tongue)
        with st.popover(say("ui.questions.more", tongue), icon=":material/more_horiz:"):
            _change(bench, sets[chosen], tongue)
    corpora = {one.corpus_id: one.name for one in bench.corpora.list(OWNER)}
    one = sets[chosen]
    name = corpora.get(one.corpus_id or "")
    st.caption(
        say(
            "ui.questions.holds",
            tongue,
            corpus=md_escape(shown_name(name, tongue))
            if name
            else say("ui.questions.no_corpus", tongue),
            count=len(one.queries),
            version=one.version,
        )
    )
    return one


def _new(bench: Workbench, tongue: Tongue) -> None:
    corpora = {one.corpus_id: one.name for one in bench.corpora.list(OWNER)}
    with st.form("questions.new", border=False):
        name = st.text_input(say("ui.questions.name", tongue), key="questions.new_name")
        corpus = st.selectbox(
            say("ui.questions.corpus", tongue),
            list(corpora),
            format_func=lambda one: shown_name(corpora[one], tongue),
            key="questions.new_corpus",
        )
        if st.form_submit_button(say("ui.questions.create", tongue), key="questions.create"):
            made = bench.question_sets.create(OWNER, name or "", corpus)
            _show(made.query_set_id)
    gone = {one.query_set_id: one for one in bench.question_sets.all(OWNER, deleted=True)}
    if gone:
        back = st.selectbox(
            say("ui.questions.restore_deleted", tongue),
            ["", *gone],
            format_func=lambda one: gone[one].name if one else "–",
            key="questions.restore",
        )
        bring = say("ui.questions.restore", tongue)
        if st.button(bring, key="questions.bring_back", disabled=not back) and back:
            bench.question_sets.delete(OWNER, back, deleted=False)
            _show(back)


def _change(bench: Workbench, one: QuerySet, tongue: Tongue) -> None:
    name = st.text_input(
        say("ui.questions.name", tongue), one.name, key=f"questions.name.{one.query_set_id}"
    )
    if st.button(say("ui.questions.rename", tongue), key="questions.rename"):
        bench.question_sets.rename(OWNER, one, name or "")
        st.rerun()
    if st.button(say("ui.questions.copy", tongue), key="questions.copy"):
        wanted = say("ui.questions.copy_name", tongue, name=one.name)
        _show(bench.question_sets.copy(OWNER, one, wanted).query_set_id)
    if st.button(say("ui.questions.delete", tongue), key="questions.delete"):
        bench.question_sets.delete(OWNER, one.query_set_id, deleted=True)
        DELETED.put(one.query_set_id)
        _show(None)


def _show(query_set_id: str | None) -> None:
    """Draw the page anew with this set chosen; with None the first one."""
    WANTED.put(query_set_id or "")
    st.rerun()


def _undo(bench: Workbench, tongue: Tongue) -> None:
    last = DELETED.get()
    if not last:
        return
    name = bench.question_sets.get(OWNER, last).name
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(md_escape(say("ui.questions.deleted", tongue, name=name)))
        if st.button(say("ui.questions.undo", tongue), key="questions.undo", type="tertiary"):
            bench.question_sets.delete(OWNER, last, deleted=False)
            DELETED.put("")
            _show(last)


def show_versions(bench: Workbench, query_set: QuerySet, tongue: Tongue) -> None:
    """Draw every version with what it changed, and a way back to each."""
    for one in bench.question_sets.versions(OWNER, query_set.query_set_id):
        version = one.version
        at = formats.when(version.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
        told = [
            f"{say('ui.questions.version', tongue)} {version.version}",
            at,
            say("ui.questions.count", tongue, count=len(version.queries)),
            f"+{one.added} −{one.removed} ~{one.edited}",
        ]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(md_escape(" · ".join(told)))
            if version.version != query_set.version and st.button(
                say("ui.questions.go_back", tongue),
                key=f"questions.version.{version.version}",
                type="tertiary",
            ):
                bench.question_sets.restore(OWNER, query_set, version.version)
                st.rerun()
