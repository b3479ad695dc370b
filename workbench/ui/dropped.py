"""A file dropped on the page Rerank: its paragraphs fill the candidates, nothing is kept."""

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Notice, Reading, Span, derived_text
from workbench.domain.errors import WorkbenchError
from workbench.services.uploads import KINDS
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.candidates import AUTO, field_of
from workbench.ui.notices import show_error, show_notices
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

AS_WRITTEN = ("text", "markdown")
BY_PARAGRAPH = ("docx", "html")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of a file; it is told of as long as ``text`` stands in the field."""

    name: str
    text: str
    notices: tuple[Notice, ...] = ()
    error: WorkbenchError | None = None


TURN: Key[int] = Key("rerank.file_turn", 0)
OUTCOME: Key[Dropped | None] = Key("rerank.dropped", None)


def candidates_field(reading: Reading) -> tuple[str, str]:
    """Return what a file puts into the field, and the way to read it.

    Plain text comes as it stands, Word and HTML paragraph by paragraph and row by row, a table
    file row by row, and a PDF in passages, because its pages know no paragraphs.
    """
    if reading.edition.kind in AS_WRITTEN:
        return "\n".join(_kept(reading)).strip("\n"), AUTO
    if reading.edition.kind in BY_PARAGRAPH:
        return field_of([line for part in _kept(reading) for line in part.split("\n")])
    return field_of([chunk.text for chunk in reading.chunks])


def _kept(reading: Reading) -> Iterator[str]:
    """Return the text of a file between the ranges that cleaning takes out."""
    edition, at = reading.edition, 0
    for removed in (*edition.removed, None):
        end = removed.start if removed else len(edition.text)
        if at < end and (text := derived_text(edition.text, [Span(at, end)], edition.joins)):
            yield text
        at = max(at, removed.end) if removed else end


def take_dropped(bench: Workbench, tongue: Tongue) -> None:
    """Put a file that was dropped into the field; to be called before the field is drawn.

    A click elsewhere aborts the reading: the file still lies there, and the next run reads it.
    """
    file = st.session_state.get(_key())
    if file is None:
        return
    before = st.session_state.get("rerank.documents", "")
    try:
        with st.spinner(say("ui.rerank.file_reading", tongue)):
            reading = bench.slicing.read_bytes(OWNER, file.name, file.getvalue())
        text, way = candidates_field(reading)
        text = text or before
        outcome = Dropped(file.name, text, reading.edition.notices)
        st.session_state["rerank.documents"] = text
        st.session_state["rerank.split"] = way
    except WorkbenchError as error:
        outcome = Dropped(file.name, before, error=error)
    OUTCOME.put(outcome)
    TURN.put(TURN.get() + 1)


def show_dropped(text: str, count: int, tongue: Tongue) -> None:
    """Say what became of the last file, until the field holds something else."""
    outcome = OUTCOME.get()
    if outcome is None or outcome.text != text:
        return
    if outcome.error is not None:
        show_error(outcome.error, tongue)
        return
    show_notices(outcome.notices, tongue)
    if not any(notice.code == "needs_ocr" for notice in outcome.notices):
        name = md_escape(outcome.name)
        shown = formats.count(count)
        st.success(say("ui.rerank.file_read", tongue, name=name, count=shown))


def drop_field(bench: Workbench, tongue: Tongue) -> None:
    """Draw the place to drop a file."""
    limit = bench.settings.upload_bytes // formats.MIB
    st.file_uploader(
        say("ui.rerank.file", tongue),
        type=[ending.removeprefix(".") for ending in KINDS],
        max_upload_size=limit,
        key=_key(),
    )
    st.caption(say("ui.rerank.file_help", tongue, limit=limit))


def _key() -> str:
    return f"rerank.file.{TURN.get()}"
