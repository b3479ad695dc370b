"""A glossary from a CSV file: what it would change is shown before anything is kept."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Notice
from workbench.domain.glossaries import Changes, Glossary, GlossaryEntry
from workbench.services.glossaries import Preview
from workbench.services.glossary_file import FILE_BYTES
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.notices import sentence, show_notices
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.ui.tables import Cell, show_table
from workbench.words.say import Tongue, say

TOLD = 10
SHOWN = 200
"""Most rows of changes on the page."""


def glossary_import(bench: Workbench, glossary: Glossary, saved: Key[bool], tongue: Tongue) -> None:
    """Draw the place for a file, what it would change, and the button that imports it."""
    place = f"{glossary.corpus_id}.{glossary.version}"
    file = st.file_uploader(
        say("ui.glossary.file", tongue),
        type=["csv", "tsv", "txt"],
        max_upload_size=FILE_BYTES // formats.MIB,
        key=f"corpora.glossary_file.{place}",
    )
    if file is None:
        return
    keep = bool(glossary.entries) and st.checkbox(
        say("ui.glossary.keep", tongue), value=True, key=f"corpora.glossary_keep.{place}"
    )
    data = file.getvalue()
    preview = bench.glossaries.preview(OWNER, glossary.corpus_id, data, keep=keep)
    _show(preview, tongue)
    if st.button(
        say("ui.glossary.apply", tongue),
        key="corpora.glossary_apply",
        type="primary",
        disabled=not preview.changes,
    ):
        bench.glossaries.take_in(OWNER, glossary.corpus_id, preview)
        saved.put(True)
        st.rerun()


def _show(preview: Preview, tongue: Tongue) -> None:
    show_notices(preview.notices, tongue)
    if preview.problems:
        told = say("ui.glossary.left_out", tongue, count=len(preview.problems))
        st.warning(f"{told}\n\n{listed(preview.problems, tongue)}")
    if not preview.changes:
        st.info(say("ui.glossary.no_change", tongue))
        return
    changes = preview.changes
    st.markdown(
        say(
            "ui.glossary.preview",
            tongue,
            added=len(changes.added),
            changed=len(changes.changed),
            removed=len(changes.removed),
            total=len(preview.entries),
        )
    )
    rows = change_rows(changes, tongue)
    show_table(rows[:SHOWN], say("ui.glossary.changes_alt", tongue, count=len(rows)))
    if len(rows) > SHOWN:
        st.caption(say("ui.glossary.more", tongue, count=len(rows) - SHOWN))


def listed(problems: Sequence[Notice], tongue: Tongue) -> str:
    """Return what is wrong with rows as Markdown, one line each."""
    lines = [f"- {md_escape(sentence(notice, tongue))}" for notice in problems[:TOLD]]
    if len(problems) > TOLD:
        lines.append(f"- {say('ui.glossary.more', tongue, count=len(problems) - TOLD)}")
    return "\n".join(lines)


def change_rows(changes: Changes, tongue: Tongue) -> list[dict[str, Cell]]:
    """Return each change as a row, one that was changed as two."""

    def row(code: str, entry: GlossaryEntry) -> dict[str, Cell]:
        return {
            say("ui.glossary.change", tongue): say(code, tongue),
            say("ui.glossary.zh", tongue): entry.zh,
            say("ui.glossary.en", tongue): entry.en,
            say("ui.glossary.note", tongue): entry.note,
        }

    rows = [row("ui.glossary.change_removed", one) for one in changes.removed]
    for before, after in changes.changed:
        rows += [
            row("ui.glossary.change_before", before),
            row("ui.glossary.change_after", after),
        ]
    return rows + [row("ui.glossary.change_added", one) for one in changes.added]
