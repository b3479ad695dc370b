"""How the columns of a table are read: a use for each, and a preview of the passages."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.columns import USES, ColumnMap, ColumnUse, Sheet, SheetColumns, row_reader
from workbench.domain.documents import Document
from workbench.domain.jobs import Job
from workbench.domain.languages import language_of
from workbench.services.workbench import Workbench
from workbench.ui import jobs as job_views
from workbench.ui.safe import element, md_escape, show, show_passage
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

SHOWN_COLUMNS = 40
SAMPLES = 2
SAMPLE_LENGTH = 60
SHEETS: Key[tuple[str, tuple[Sheet, ...]]] = Key("corpora.sheets", ("", ()))
JOB: Key[str] = Key("corpora.columns_job", "")


def columns_view(bench: Workbench, document: Document, tongue: Tongue) -> None:
    """Draw the columns of a table document, each with its use, and apply what was chosen."""
    _show_job(bench, document, tongue)
    sheets = _sheets(bench, document)
    if not sheets:
        st.info(say("ui.columns.none", tongue))
        return
    st.markdown(say("ui.columns.lead", tongue))
    sheet = _sheet(sheets, document, tongue)
    st.caption(say("ui.columns.chosen" if sheet.chosen else "ui.columns.recognised", tongue))
    # Another edition has other columns or another choice: its widgets begin afresh.
    place = f"corpora.use.{document.edition_id[:12]}.{sheets.index(sheet)}"
    uses = uses_of(sheet, _pick_uses(sheet, place, tongue))
    _preview(sheet, uses, tongue)
    _buttons(bench, document, sheets, sheet, uses, tongue)


def uses_of(sheet: Sheet, picked: Sequence[ColumnUse]) -> SheetColumns:
    """Return the uses picked for the columns, in order; the recognised answer comes first."""
    by_use = {
        use: [n for n, u in zip(sheet.columns, picked, strict=True) if u == use] for use in USES
    }
    answer = sheet.recognised.text[0] if sheet.recognised.question and sheet.recognised.text else ""
    return SheetColumns(
        sheet.name,
        by_use["question"][0] if by_use["question"] else None,
        # What stood second of several questions is text, rather than lost.
        tuple(sorted((*by_use["question"][1:], *by_use["text"]), key=lambda name: name != answer)),
        tuple(by_use["context"]),
        tuple(by_use["unused"]),
    )


def _sheets(bench: Workbench, document: Document) -> tuple[Sheet, ...]:
    """Return the document's sheets; read by a worker once an edition."""
    edition, sheets = SHEETS.get()
    if edition != document.edition_id:
        sheets = bench.uploads.columns(OWNER, document.document_id)
        SHEETS.put((document.edition_id, sheets))
    return sheets


def _sheet(sheets: Sequence[Sheet], document: Document, tongue: Tongue) -> Sheet:
    if len(sheets) == 1:
        return sheets[0]
    at = st.selectbox(
        say("ui.columns.sheet", tongue),
        range(len(sheets)),
        format_func=lambda n: sheets[n].name,
        key=f"corpora.sheet.{document.document_id}",
    )
    return sheets[at]


def _pick_uses(sheet: Sheet, place: str, tongue: Tongue) -> list[ColumnUse]:
    picked: list[ColumnUse] = []
    for at, name in enumerate(sheet.columns):
        use = sheet.uses.use_of(name)
        if at < SHOWN_COLUMNS:
            column, values, field = st.columns([2, 4, 2], vertical_alignment="center")
            column.markdown(f"**{md_escape(_shown(name, at, tongue))}**")
            with values:
                show(element("div", samples_of(sheet, at), cls="wb-meta"))
            use = field.selectbox(
                say("ui.columns.use_of", tongue, column=_shown(name, at, tongue)),
                USES,
                index=USES.index(use),
                format_func=lambda code: say(f"ui.columns.use_{code}", tongue),
                key=f"{place}.{at}",
                label_visibility="collapsed",
            )
        picked.append(use)
    if len(sheet.columns) > SHOWN_COLUMNS:
        st.caption(say("ui.columns.more", tongue, count=len(sheet.columns) - SHOWN_COLUMNS))
    if picked.count("question") > 1:
        st.warning(say("ui.columns.one_question", tongue))
    return picked


def samples_of(sheet: Sheet, at: int) -> str:
    """Return a few values of a column on one line, each cut short."""
    values = [" ".join(row[at].split()) for row in sheet.samples if at < len(row)]
    cut = [v if len(v) <= SAMPLE_LENGTH else v[:SAMPLE_LENGTH] + "…" for v in values if v]
    return " · ".join(cut[:3])


def _shown(name: str, at: int, tongue: Tongue) -> str:
    return say("ui.columns.unnamed", tongue, number=at + 1) if name == f"#{at + 1}" else name


def _preview(sheet: Sheet, uses: SheetColumns, tongue: Tongue) -> None:
    st.markdown(f"**{say('ui.columns.preview', tongue)}**")
    read = row_reader(sheet.heads, sheet.columns, uses)
    for row in sheet.samples[:SAMPLES]:
        found = read(row)
        with st.container(border=True):
            for line in found.context:
                show(element("div", line, cls="wb-meta"))
            if found.lines:
                text = "\n".join(found.lines)
                show_passage(text, language_of(text))
            else:
                st.caption(say("ui.columns.no_text", tongue))


def _buttons(
    bench: Workbench,
    document: Document,
    sheets: Sequence[Sheet],
    sheet: Sheet,
    uses: SheetColumns,
    tongue: Tongue,
) -> None:
    empty = uses.question is None and not uses.text
    if empty:
        st.warning(say("error.columns_empty", tongue))
    with st.container(horizontal=True):
        if st.button(
            say("ui.columns.apply", tongue),
            key="corpora.columns_apply",
            type="primary",
            disabled=empty or (sheet.chosen and uses == sheet.uses),
        ):
            others = [one.uses for one in sheets if one.chosen and one != sheet]
            _start(bench, document, ColumnMap((*others, uses)))
        if document.columns and st.button(
            say("ui.columns.automatic", tongue), key="corpora.columns_automatic"
        ):
            _start(bench, document, None)


def _start(bench: Workbench, document: Document, columns: ColumnMap | None) -> None:
    JOB.put(bench.uploads.map_columns(OWNER, document.document_id, columns).job_id)
    st.rerun()


def _show_job(bench: Workbench, document: Document, tongue: Tongue) -> None:
    if not JOB.get():
        return
    job = bench.jobs.get(OWNER, JOB.get())
    if job.params.get("document") != document.document_id:
        return

    def pick() -> Sequence[Job]:
        return [bench.jobs.get(OWNER, job.job_id)]

    job_views.watch(
        bench, "corpora.columns", pick, lambda jobs: job_views.show_job(bench, jobs[0], tongue, "c")
    )
