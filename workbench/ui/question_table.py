"""The questions of a set as a table that can be edited, and what is odd about each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import pandas as pd
import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import HELD_OUT, MARKS, QuerySet, SetEntry
from workbench.services.question_files import split_tags
from workbench.services.question_review import Item
from workbench.services.question_sets import with_state
from workbench.services.workbench import Workbench
from workbench.words.say import Tongue, say

COLUMNS = (
    "question",
    "graded",
    "seen",
    "answered",
    "odd",
    "tags",
    "note",
    "criterion",
    "remove",
)
NO_CRITERION = "–"
WIDTHS: dict[str, Literal["large", "medium"]] = {"question": "large", "odd": "medium"}
EDITABLE = frozenset({"tags", "answered", "criterion", "note", "remove"})


def show_table_of(bench: Workbench, query_set: QuerySet, tongue: Tongue) -> None:
    """Draw the questions; saving makes one new version, whatever was changed."""
    items = bench.review.items(OWNER, query_set)
    if not items:
        st.caption(say("ui.questions.empty", tongue))
        return
    criteria = {one.criterion_id: one.text for one in bench.label_queues.criteria(OWNER, query_set)}
    rows = [row_of(item, criteria, tongue) for item in items]
    edited = st.data_editor(
        pd.DataFrame(rows),
        key=f"questions.table.{query_set.query_set_id}.{query_set.version}",
        hide_index=True,
        column_order=COLUMNS,
        column_config=_config(criteria, tongue),
        num_rows="fixed",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("ui.questions.save", tongue), key="questions.save", type="primary"):
            entries = entries_of(items, edited.to_dict("records"), criteria)
            saved = bench.question_sets.change(OWNER, query_set, entries)
            code = "unchanged" if saved == query_set else "saved"
            st.toast(say(f"ui.questions.{code}", tongue, version=saved.version))
            st.rerun()
        _downloads(bench, query_set, items, tongue)


def row_of(item: Item, criteria: Mapping[str, str], tongue: Tongue) -> dict[str, Any]:
    """Return a question as a row: what can be edited, its grades, and remarks."""
    odd = [
        say("ui.questions.held_out", tongue) if item.entry.held_out else "",
        say("ui.questions.like", tongue, text=item.like) if item.like else "",
        say("ui.questions.copied", tongue, text=item.copied) if item.copied else "",
    ]
    return {
        "question": item.query.text,
        "tags": ", ".join(tag for tag in item.entry.tags if tag not in MARKS),
        "answered": item.entry.answerable,
        "criterion": criteria.get(item.entry.criterion_id or "", NO_CRITERION),
        "note": item.entry.note,
        "graded": item.blind,
        "seen": item.seen,
        "odd": "; ".join(filter(None, odd)),
        "remove": False,
    }


def entries_of(
    items: Sequence[Item], rows: Sequence[Mapping[str, Any]], criteria: Mapping[str, str]
) -> tuple[SetEntry, ...]:
    """Return the entries that the edited rows stand for, those to be removed left out."""
    by_text = {text: criterion_id for criterion_id, text in criteria.items()}
    entries = []
    for item, row in zip(items, rows, strict=True):
        if row["remove"]:
            continue
        kept = (HELD_OUT,) if item.entry.held_out else ()
        own = tuple(tag for tag in split_tags(str(row["tags"] or "")) if tag not in MARKS)
        changed = replace(
            item.entry,
            tags=(*own, *kept),
            note=str(row["note"] or "").strip(),
            criterion_id=by_text.get(str(row["criterion"] or "")),
        )
        entries.append(with_state(changed, answerable=bool(row["answered"])))
    return tuple(entries)


def _config(criteria: Mapping[str, str], tongue: Tongue) -> dict[str, Any]:
    kinds = {
        "answered": st.column_config.CheckboxColumn,
        "remove": st.column_config.CheckboxColumn,
        "graded": st.column_config.NumberColumn,
        "seen": st.column_config.NumberColumn,
    }
    config: dict[str, Any] = {
        name: kinds.get(name, st.column_config.TextColumn)(
            say(f"ui.questions.{name}", tongue),
            disabled=name not in EDITABLE,
            help=say("ui.questions.answered_help", tongue) if name == "answered" else None,
            width=WIDTHS.get(name, "small"),
        )
        for name in COLUMNS
    }
    config["criterion"] = st.column_config.SelectboxColumn(
        say("ui.questions.criterion", tongue),
        options=[NO_CRITERION, *dict.fromkeys(criteria.values())],
    )
    return config


def _downloads(
    bench: Workbench, query_set: QuerySet, items: Sequence[Item], tongue: Tongue
) -> None:
    gaps = sum(not item.entry.answerable for item in items)
    told = {"questions": say("ui.questions.download", tongue)}
    if gaps:
        told["gaps"] = say("ui.questions.gaps", tongue, count=gaps)
    for name, label in told.items():
        st.download_button(
            label,
            bench.review.table(OWNER, query_set, gaps=name == "gaps"),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"questions.{name}_csv",
            icon=":material/download:",
            on_click="ignore",
        )
