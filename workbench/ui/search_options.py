"""How a search is done: method, numbers and filters, folded away."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.languages import LANGUAGES
from workbench.domain.queries import Narrowing
from workbench.domain.rankings import RecallMethod
from workbench.services.answers import CANDIDATE_LIMIT, CANDIDATES, KEEP, Request
from workbench.services.workbench import Workbench
from workbench.words.say import Tongue, say

METHODS: tuple[RecallMethod, ...] = ("hybrid", "bm25", "dense")
KINDS = ("article", "clause", "text", "table", "qa")


def options(bench: Workbench, corpus_ids: Sequence[str], tongue: Tongue) -> Request:
    """Draw the options and return how the question is to be answered."""
    with st.expander(say("ui.options.title", tongue), icon=":material/tune:", type="compact"):
        first, second, third = st.columns(3)
        # The codes themselves stand on the screen and in the address: a link keeps its meaning
        # in the other language.
        method = first.segmented_control(
            say("ui.options.method", tongue),
            METHODS,
            default=METHODS[0],
            key="search.method",
            bind="query-params",
            required=True,
            help=say("ui.options.method_help", tongue),
        )
        candidates = second.number_input(
            say("ui.options.candidates", tongue),
            1,
            CANDIDATE_LIMIT,
            CANDIDATES,
            key="search.candidates",
            bind="query-params",
            help=say("ui.options.candidates_help", tongue),
        )
        keep = third.number_input(
            say("ui.options.keep", tongue),
            1,
            CANDIDATE_LIMIT,
            KEEP,
            key="search.keep",
            bind="query-params",
        )
        narrowing = _filters(bench, corpus_ids, tongue)
        exact = st.checkbox(
            say("ui.options.exact", tongue),
            key="search.exact",
            bind="query-params",
            help=say("ui.options.exact_help", tongue),
        )
        glossary = not bench.glossaries.count(OWNER, corpus_ids) or st.checkbox(
            say("ui.options.glossary", tongue),
            value=True,
            key="search.glossary",
            bind="query-params",
            help=say("ui.options.glossary_help", tongue),
            disabled=method == "dense",
        )
    return Request(
        method=method or METHODS[0],
        candidates=candidates,
        keep=keep,
        narrowing=narrowing,
        glossary=glossary,
        exact=exact,
    )


def _filters(bench: Workbench, corpus_ids: Sequence[str], tongue: Tongue) -> Narrowing:
    names = sorted({d.name for c in corpus_ids for d in bench.corpora.documents(OWNER, c)})
    anything = say("ui.options.any", tongue)
    first, second, third = st.columns(3)
    document = first.selectbox(
        say("ui.options.document", tongue),
        names,
        index=None,
        placeholder=anything,
        key="search.document",
        persist_state="session",
    )
    kind = second.selectbox(
        say("ui.options.kind", tongue),
        KINDS,
        index=None,
        placeholder=anything,
        format_func=lambda code: say(f"chunk_kind.{code}", tongue),
        key="search.kind",
        persist_state="session",
    )
    language = third.selectbox(
        say("ui.options.language", tongue),
        LANGUAGES,
        index=None,
        placeholder=anything,
        format_func=lambda code: say(f"language_of_text.{code}", tongue),
        key="search.language",
        persist_state="session",
    )
    return Narrowing(document=document, kind=kind, language=language)
