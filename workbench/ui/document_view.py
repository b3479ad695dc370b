"""One document from inside: its chapter tree with the evidence for it, and its passages."""

import math
from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.columns import TABLES
from workbench.domain.documents import Chunk, Document, Section
from workbench.services.workbench import Workbench
from workbench.ui.columns import columns_view
from workbench.ui.document_list import OPENED, confirm_delete, facts
from workbench.ui.notices import WARNINGS, sentence
from workbench.ui.results import ARROW, page_text
from workbench.ui.safe import element, language_tag, md_escape, show, show_passage
from workbench.ui.tables import Cell, download, show_table
from workbench.words.say import Tongue, say

PER_PAGE = 10
INDENT = "\u3000"


def document_view(bench: Workbench, document: Document, tongue: Tongue) -> None:
    """Draw a document with its tree, its passages, and what reading it gave reason to tell."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            say("ui.document.back", tongue), icon=":material/arrow_back:", key="corpora.back"
        ):
            OPENED.put("")
            st.rerun()
        if st.button(
            say("ui.documents.delete", tongue), key="corpora.remove_open", type="tertiary"
        ):
            confirm_delete(bench, document, tongue)
    st.subheader(md_escape(document.name), anchor=False)
    told = [element("span", fact) for fact in facts(document, tongue) if fact]
    show(element("div", *told, cls="wb-meta"))
    for notice in document.notices:
        told_of = md_escape(sentence(notice, tongue))
        if notice.code in WARNINGS:
            st.warning(told_of)
        else:
            st.caption(f":material/info: {told_of}")
    sections = bench.corpora.outline(OWNER, document.document_id)
    chunks = bench.corpora.chunks(OWNER, document.document_id)
    tree, passages, *columns = st.tabs(
        [
            say("ui.document.tree", tongue, count=max(len(sections) - 1, 0)),
            say("ui.document.passages", tongue, count=len(chunks)),
            *([say("ui.document.columns", tongue)] if document.kind in TABLES else []),
        ],
        # Tables have no chapters worth a first look, and their columns are read by a worker.
        key=f"corpora.tabs.{document.document_id}",
        on_change="rerun",
    )
    with tree:
        _tree(document, sections, tongue)
    with passages:
        _passages(sections, chunks, tongue)
    for tab in columns:
        if tab.open:
            with tab:
                columns_view(bench, document, tongue)


def tree_rows(sections: Sequence[Section], tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row a section in reading order: title, page, level and where it was seen."""
    return [
        {
            say("ui.document.section", tongue): INDENT * max(section.level - 1, 0) + section.title,
            say("ui.document.number", tongue): section.number or "",
            say("ui.document.page", tongue): section.page,
            say("ui.document.level", tongue): section.level,
            say("ui.document.evidence", tongue): say(f"evidence.{section.source}", tongue),
        }
        for section in sections
        if section.level
    ]


def _tree(document: Document, sections: Sequence[Section], tongue: Tongue) -> None:
    rows = tree_rows(sections, tongue)
    if not rows:
        st.info(say("ui.document.no_sections", tongue))
        return
    st.caption(say("ui.document.tree_help", tongue))
    show_table(
        rows,
        say("ui.document.tree_alt", tongue, count=len(rows)),
        height=min(36 * len(rows) + 40, 560),
        text_column=say("ui.document.section", tongue),
    )
    download(rows, f"outline-{document.document_id}", "corpora.outline_csv", tongue)


def _passages(sections: Sequence[Section], chunks: Sequence[Chunk], tongue: Tongue) -> None:
    if not chunks:
        st.info(say("ui.document.no_chunks", tongue))
        return
    held = {chunk.section_key for chunk in chunks}
    choices = {s.key: INDENT * max(s.level - 1, 0) + s.title for s in sections if s.key in held}
    chosen = st.selectbox(
        say("ui.document.only", tongue),
        list(choices),
        index=None,
        format_func=lambda key: choices.get(key, key),
        placeholder=say("ui.document.all_sections", tongue),
        key="corpora.section",
    )
    kept = [chunk for chunk in chunks if chosen is None or chunk.section_key == chosen]
    pages = math.ceil(len(kept) / PER_PAGE)
    page = st.pagination(pages, key=f"corpora.passages_page.{pages}") if pages > 1 else 1
    for chunk in kept[(page - 1) * PER_PAGE : page * PER_PAGE]:
        _passage(chunk, tongue)


def _passage(chunk: Chunk, tongue: Tongue) -> None:
    told = [
        page_text(chunk, tongue),
        say(f"chunk_kind.{chunk.kind}", tongue),
        say("ui.document.tokens", tongue, count=chunk.tokens),
        say("ui.results.part", tongue, part=chunk.part, parts=chunk.parts)
        if chunk.parts > 1
        else "",
    ]
    with st.container(border=True):
        place = ARROW.join(chunk.path)
        show(
            element("div", place, cls="wb-crumb", lang=language_tag(chunk.language)),
            element("div", *(element("span", t) for t in told if t), cls="wb-meta"),
        )
        show_passage(chunk.text, chunk.language)
