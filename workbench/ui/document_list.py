"""The documents of a library: what was read of each, delete and restore."""

import math

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus, Document
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.frame import guarded
from workbench.ui.notices import WARNINGS, say_plain
from workbench.ui.safe import Html, element, show
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

PER_PAGE = 20
OPENED: Key[str] = Key("corpora.document", "")


def opened_document(bench: Workbench) -> Document | None:
    """Return the document that is looked into; None where there is none, or it was deleted."""
    document_id = OPENED.get()
    if not document_id:
        return None
    document = bench.corpora.document(OWNER, document_id)
    return None if document.deleted_at else document


def facts(document: Document, tongue: Tongue) -> list[str]:
    """Return what is worth knowing of a document: pages, passages, language, size."""
    return [
        say("ui.documents.pages", tongue, count=document.pages) if document.pages else "",
        say("ui.documents.chunks", tongue, count=document.chunks),
        say(f"language_of_text.{document.language}", tongue),
        formats.size(document.size),
    ]


def name_html(document: Document, tongue: Tongue) -> Html:
    """Return a document's name with its facts, and a mark where there is something to know."""
    told = [element("span", fact) for fact in facts(document, tongue) if fact]
    count = sum(notice.code in WARNINGS for notice in document.notices)
    warned = element(
        "span", say("ui.documents.notices", tongue, count=count), cls="wb-badge wb-warn"
    )
    return element(
        "div",
        element("div", document.name, cls="wb-crumb"),
        element("div", *told, *([warned] if count else []), cls="wb-meta"),
    )


def document_list(bench: Workbench, corpus: Corpus, tongue: Tongue) -> None:
    """Draw the library's documents, twenty a page, each with the ways to open and delete it."""
    documents = bench.corpora.documents(OWNER, corpus.corpus_id)
    st.subheader(say("ui.documents.title", tongue, count=len(documents)), anchor=False)
    if not documents:
        st.info(say("ui.documents.empty", tongue), icon=":material/folder_open:")
    shown = _page_of(documents)
    for document in shown:
        with st.container(border=True):
            name, look, away = st.columns([6, 1.3, 1], vertical_alignment="center")
            with name:
                show(name_html(document, tongue))
            if look.button(
                say("ui.documents.open", tongue),
                key=f"corpora.open.{document.document_id}",
                width="stretch",
            ):
                OPENED.put(document.document_id)
                st.rerun()
            if away.button(
                say("ui.documents.delete", tongue),
                key=f"corpora.remove.{document.document_id}",
                type="tertiary",
            ):
                confirm_delete(bench, document, tongue)
    _deleted_documents(bench, corpus, tongue)


def _page_of(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    pages = math.ceil(len(documents) / PER_PAGE)
    if pages < 2:
        return documents
    page = st.pagination(pages, key="corpora.documents_page", persist_state="page")
    return documents[(page - 1) * PER_PAGE : page * PER_PAGE]


def _deleted_documents(bench: Workbench, corpus: Corpus, tongue: Tongue) -> None:
    deleted = bench.corpora.documents(OWNER, corpus.corpus_id, deleted=True)
    if not deleted:
        return
    with st.expander(say("ui.documents.deleted", tongue, count=len(deleted))):
        for document in deleted:
            name, back = st.columns([6, 1.3], vertical_alignment="center")
            with name:
                show(name_html(document, tongue))
            if back.button(
                say("ui.restore", tongue),
                key=f"corpora.bring_back.{document.document_id}",
                width="stretch",
            ):
                bench.corpora.restore_document(OWNER, document.document_id)
                st.rerun()


def confirm_delete(bench: Workbench, document: Document, tongue: Tongue) -> None:
    """Ask before a document is taken out of every search, saying how it comes back."""

    def body() -> None:
        with guarded("corpora", bench.log):
            st.markdown(
                say_plain(
                    "ui.documents.delete_confirm",
                    tongue,
                    name=document.name,
                    chunks=document.chunks,
                )
            )
            yes, no = st.columns(2)
            if yes.button(
                say("ui.delete", tongue), key="corpora.remove_yes", type="primary", width="stretch"
            ):
                bench.corpora.delete_document(OWNER, document.document_id)
                OPENED.put("")
                st.rerun()
            if no.button(say("ui.cancel", tongue), key="corpora.remove_no", width="stretch"):
                st.rerun()

    st.dialog(say("ui.documents.delete_title", tongue))(body)()
