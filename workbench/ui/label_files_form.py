"""Labels from a file, first rehearsed and then taken in, and the labels of a set as files."""

from collections.abc import Callable

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import Judgement, QuerySet
from workbench.services.experiment_runs import zipped
from workbench.services.label_files import GivenFile, Mapped
from workbench.services.workbench import Workbench
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.ui.tables import Cell, show_table
from workbench.words.say import Tongue, say, say_error

FILES = ["csv", "tsv", "xlsx", "txt", "qrels"]
SHOWN = 200
"""Refused lines that are shown; the rest is counted."""
TAKEN: Key[tuple[Judgement, ...]] = Key("label.files_taken", ())
"""The grades taken in last, for as long as that can be undone here."""
TURN: Key[int] = Key("label.files_turn", 0)
"""Counts files taken in, so that the field is empty after each."""


def show_label_files(bench: Workbench, query_set: QuerySet, criterion: str, tongue: Tongue) -> None:
    """Draw the downloads of a set's labels, and the way to take some in."""
    _downloads(bench, query_set, criterion, tongue)
    _undo(bench, tongue)
    st.caption(say("ui.label_files.help", tongue))
    turn = TURN.get()
    file = st.file_uploader(
        say("ui.label_files.file", tongue), type=FILES, key=f"label.file.{turn}"
    )
    if file is None:
        return
    judge = st.text_input(
        say("ui.label_files.judge", tongue), file.name, key=f"label.file_judge.{turn}", max_chars=80
    )
    given = GivenFile(file.name, file.getvalue(), (judge or file.name).strip())
    mapped = bench.label_files.preview_data(OWNER, query_set, criterion, given)
    if mapped.binary and st.checkbox(
        say("ui.label_files.one_is_right", tongue),
        key=f"label.file_right.{turn}",
        help=say("cli.labels_binary", tongue),
    ):
        right = GivenFile(given.name, given.data, given.judge, one_is_right=True)
        mapped = bench.label_files.preview_data(OWNER, query_set, criterion, right)
    _rehearsal(mapped, tongue)
    count = len(mapped.judgements)
    if st.button(
        say("ui.label_files.keep", tongue, count=count),
        key="label.file_keep",
        type="primary",
        disabled=not count,
    ):
        bench.label_files.keep(OWNER, mapped)
        TAKEN.put(mapped.judgements)
        TURN.put(turn + 1)
        st.rerun()


def _rehearsal(mapped: Mapped, tongue: Tongue) -> None:
    """Draw what taking the file in would do, and why lines cannot be used."""
    form = say(f"ui.label_files.format_{mapped.format}", tongue)
    st.info(
        md_escape(f"{form} {say('cli.labels_mapped', tongue, **mapped.counts)}"),
        icon=":material/rule:",
    )
    if not mapped.refused:
        return
    rows: list[dict[str, Cell]] = [
        {
            say("ui.label_files.line", tongue): line,
            say("ui.label_files.reason", tongue): say_error(error, tongue),
        }
        for line, error in mapped.refused[:SHOWN]
    ]
    show_table(
        rows,
        say("ui.label_files.refused_alt", tongue, count=len(mapped.refused)),
        text_column=say("ui.label_files.reason", tongue),
    )


def _undo(bench: Workbench, tongue: Tongue) -> None:
    taken = TAKEN.get()
    if not taken:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(say("ui.label_files.taken", tongue, count=len(taken)))
        if st.button(say("ui.label_files.undo", tongue), key="label.file_undo", type="tertiary"):
            bench.judging.take_back_all(OWNER, taken)
            TAKEN.take()
            st.rerun()


def _downloads(bench: Workbench, query_set: QuerySet, criterion: str, tongue: Tongue) -> None:
    one, export = query_set.query_set_id, bench.label_export
    graded = bench.questions.graded(OWNER, one)
    if not graded:
        st.caption(say("ui.label_files.none", tongue))
        return
    made: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "table": ("labels.csv", "text/csv", lambda: export.table(OWNER, one)[0]),
        "trec": ("labels.qrels", "text/plain", lambda: _qrels(bench, one, criterion)),
        "quepid": ("quepid.csv", "text/csv", lambda: export.quepid(OWNER, one, criterion)[0]),
        "beir": ("beir.zip", "application/zip", lambda: zipped(export.beir(OWNER, one)[0])),
    }
    of_criterion = ("trec", "quepid")
    with st.container(horizontal=True):
        for code, (name, mime, data) in made.items():
            st.download_button(
                say(f"ui.label_files.{code}", tongue),
                data,
                file_name=name,
                mime=mime,
                key=f"label.files_{code}",
                icon=":material/download:",
                on_click="ignore",
                disabled=code in of_criterion and criterion not in graded,
            )


def _qrels(bench: Workbench, query_set_id: str, criterion: str) -> bytes:
    return bench.label_export.qrels(OWNER, query_set_id, criterion)[0].encode()
