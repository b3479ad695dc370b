"""New questions for a set: typed or pasted, out of a file, or from what was asked before."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import QuerySet
from workbench.services.question_files import NewQuestion, lines_of
from workbench.services.question_sets import Added
from workbench.services.workbench import Workbench
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say, say_error

ADDED: Key[Added | None] = Key("questions.added", None)
TURN: Key[int] = Key("questions.turn", 0)
"""Counts additions, so that the fields are empty after each."""
FILES = ["csv", "tsv", "xlsx", "txt", "jsonl"]


def show_adding(bench: Workbench, query_set: QuerySet, tongue: Tongue) -> None:
    """Draw the three ways, and what became of the questions added last."""
    turn = TURN.get()
    text = st.text_area(
        say("ui.questions.lines", tongue),
        key=f"questions.lines.{turn}",
        placeholder=say("ui.questions.lines_placeholder", tongue),
        height=140,
    )
    found = [*lines_of(text or ""), *_file(bench, turn, tongue), *_asked(bench, turn, tongue)]
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            say("ui.questions.add", tongue),
            key="questions.add",
            type="primary",
            disabled=not found,
        )
        st.caption(say("ui.questions.count", tongue, count=len(found)))
    if pressed:
        ADDED.put(bench.question_sets.add(OWNER, query_set, found))
        TURN.put(turn + 1)
        st.rerun()
    _told(tongue)


def _told(tongue: Tongue) -> None:
    added = ADDED.get()
    if added is None:
        return
    st.success(say("ui.questions.added", tongue, fresh=added.fresh, known=added.known))
    for one in added.refused:
        reason = say_error(one.error, tongue)
        st.warning(md_escape(say("ui.questions.refused", tongue, line=one.line, reason=reason)))


def _file(bench: Workbench, turn: int, tongue: Tongue) -> Sequence[NewQuestion]:
    """Draw the place for a file and the choice of its columns, and return its questions."""
    file = st.file_uploader(
        say("ui.questions.file", tongue), type=FILES, key=f"questions.file.{turn}"
    )
    if file is None:
        return ()
    data = file.getvalue()
    found = bench.question_sets.read(OWNER, file.name, data)
    if len(found.columns) > 1:
        uses = {}
        for use, code in (("question", "column"), ("tags", "tag_column"), ("note", "note_column")):
            chosen = st.selectbox(
                say(f"ui.questions.{code}", tongue),
                ["", *dict.fromkeys(found.columns)],
                index=[*found.columns].index(found.uses[use]) + 1 if use in found.uses else 0,
                format_func=lambda one: one or say("ui.questions.no_column", tongue),
                key=f"questions.{code}.{turn}",
            )
            if chosen:
                uses[use] = chosen
        if "question" in uses and uses != {use: found.uses.get(use) for use in uses}:
            state = {"state": found.uses["state"]} if "state" in found.uses else {}
            found = bench.question_sets.read(OWNER, file.name, data, uses | state)
    count = len(found.questions)
    st.caption(say("ui.questions.found", tongue, count=count, blank=found.blank))
    return found.questions


def _asked(bench: Workbench, turn: int, tongue: Tongue) -> Sequence[NewQuestion]:
    """Draw what was asked before, and return what is chosen of it."""
    asked = bench.asked.recent(OWNER)
    if not asked:
        st.caption(say("ui.questions.history_none", tongue))
        return ()
    chosen = st.multiselect(
        say("ui.questions.history", tongue),
        [one.text for one in asked],
        key=f"questions.history.{turn}",
    )
    if st.button(
        say("ui.questions.history_clear", tongue), key="questions.history_clear", type="tertiary"
    ):
        bench.asked.clear(OWNER)
        st.rerun()
    return [NewQuestion(text) for text in chosen]
