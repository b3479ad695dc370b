"""The glossary of a library: a table to write in, what of it the documents hold, save and undo."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus
from workbench.domain.glossaries import (
    TERM_LIMIT,
    Glossary,
    GlossaryEntry,
    GlossaryRow,
    checked,
)
from workbench.services.glossaries import Occurrences
from workbench.services.workbench import Workbench
from workbench.ui.frame import guarded
from workbench.ui.glossary_import import glossary_import, listed
from workbench.ui.notices import say_plain
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

TOLD = 10
"""Most rows or terms that are named one by one."""
TERMS = ("zh", "en", "note")
WHERE = "where"
SAVED: Key[bool] = Key("corpora.glossary_saved", False)


def glossary_form(bench: Workbench, corpus: Corpus, tongue: Tongue) -> None:
    """Draw the glossary of a library, folded away until somebody opens it."""
    count = bench.glossaries.count(OWNER, [corpus.corpus_id])
    title = (
        say("ui.glossary.title", tongue, count=count)
        if count
        else say("ui.glossary.title_empty", tongue)
    )
    box = _box(corpus.corpus_id, title)
    if not box.open:
        return
    with box, guarded("corpora", bench.log):
        glossary = bench.glossaries.get(OWNER, corpus.corpus_id)
        if SAVED.take():
            total = len(glossary.entries)
            st.success(say("ui.glossary.saved", tongue, count=total), icon=":material/check:")
        st.caption(say("ui.glossary.lead", tongue))
        if not glossary.entries:
            st.info(say("ui.glossary.empty", tongue), icon=":material/translate:")
        where = bench.glossaries.occurrences(OWNER, glossary)
        rows = _editor(glossary, where, tongue)
        _tell_nowhere(glossary.entries, where, tongue)
        _buttons(bench, glossary, rows, tongue)
        glossary_import(bench, glossary, SAVED, tongue)


def _box(corpus_id: str, title: str) -> ExpanderContainer:
    """Return the box; it stays open while its title, which tells it apart, counts on."""
    state: Key[bool] = Key(f"corpora.glossary.{corpus_id}", False)
    before: Key[str] = Key(f"corpora.glossary_title.{corpus_id}", "")
    if before.get() not in ("", title):
        state.put(True)
    box = st.expander(title, icon=":material/translate:", key=state.name, on_change="rerun")
    before.put(title if box.open else "")
    return box


def frame_of(
    entries: Sequence[GlossaryEntry], where: Occurrences | None, tongue: Tongue
) -> pd.DataFrame:
    """Return the table of the entries, its rows counted from 1."""
    columns: dict[str, list[str]] = {
        name: [getattr(entry, name) for entry in entries] for name in TERMS
    }
    if where is not None and entries:
        columns[WHERE] = [say(f"ui.glossary.{_place(*one)}", tongue) for one in where]
    index = pd.RangeIndex(1, len(entries) + 1)
    return pd.DataFrame(columns, index=index, dtype=object)


def rows_of(frame: pd.DataFrame) -> list[GlossaryRow]:
    """Return what stands in the table, an untouched cell as an empty one."""
    cells = frame[list(TERMS)].fillna("").astype(str)
    return [
        GlossaryRow(number, *row)
        for number, row in enumerate(cells.itertuples(index=False, name=None), start=1)
    ]


def _place(zh: bool, en: bool) -> str:
    if zh and en:
        return "where_both"
    return "where_zh" if zh else "where_en" if en else "where_none"


def _editor(glossary: Glossary, where: Occurrences | None, tongue: Tongue) -> list[GlossaryRow]:
    text = st.column_config.TextColumn
    configured = {
        name: text(say(f"ui.glossary.{name}", tongue), max_chars=TERM_LIMIT) for name in TERMS
    }
    told = say("ui.glossary.where_help", tongue)
    configured[WHERE] = text(say("ui.glossary.where", tongue), help=told, width=130)
    frame = st.data_editor(
        frame_of(glossary.entries, where, tongue),
        num_rows="dynamic",
        hide_index=False,
        placeholder="",
        column_config=configured,
        disabled=[WHERE],
        # What was typed belongs to one version: another one begins afresh.
        key=f"corpora.glossary_table.{glossary.corpus_id}.{glossary.version}",
        alt=say("ui.glossary.title_empty", tongue),
    )
    return rows_of(frame)


def _tell_nowhere(
    entries: Sequence[GlossaryEntry], where: Occurrences | None, tongue: Tongue
) -> None:
    """Name the entries of which neither side stands in any passage."""
    gone = [e for e, one in zip(entries, where or (), strict=False) if not any(one)]
    if not gone:
        return
    named = ", ".join(f"{entry.zh} / {entry.en}" for entry in gone[:TOLD])
    terms = named + (" …" if len(gone) > TOLD else "")
    st.caption(
        say_plain("ui.glossary.nowhere", tongue, count=len(gone), terms=terms),
        help=say("ui.glossary.where_help", tongue),
    )


def _buttons(
    bench: Workbench, glossary: Glossary, rows: Sequence[GlossaryRow], tongue: Tongue
) -> None:
    found = checked(rows)
    touched = bool(found.problems) or found.entries != glossary.entries
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            say("ui.glossary.save", tongue),
            key="corpora.glossary_save",
            type="primary",
            disabled=not touched or bool(found.problems),
        ):
            bench.glossaries.replace(OWNER, glossary.corpus_id, rows, glossary.version)
            SAVED.put(True)
            st.rerun()
        if st.button(
            say("ui.glossary.undo", tongue),
            key="corpora.glossary_undo",
            icon=":material/undo:",
            help=say("ui.glossary.undo_help", tongue),
            disabled=not glossary.undoable,
        ):
            bench.glossaries.undo(OWNER, glossary.corpus_id)
            SAVED.put(True)
            st.rerun()
        if glossary.entries:
            st.download_button(
                say("ui.glossary.download", tongue),
                bench.glossaries.export(OWNER, glossary.corpus_id),
                file_name="glossary.csv",
                mime="text/csv",
                icon=":material/download:",
                key="corpora.glossary_download",
                on_click="ignore",
            )
        if touched:
            st.caption(say("ui.glossary.unsaved", tongue))
    if found.problems:
        # A row that is being written is not whole yet: that is no reason for a box.
        st.caption(listed(found.problems, tongue))
