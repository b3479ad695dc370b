"""Quick answers: a question's passages beside it, one press marks the right one, not blind."""

from functools import partial

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import Judgement, QuerySet, SetEntry
from workbench.services.answers import Request, Result
from workbench.services.judging import Said
from workbench.services.question_review import Item
from workbench.services.question_sets import with_state
from workbench.services.workbench import Workbench
from workbench.ui.results import breadcrumb, page_text
from workbench.ui.safe import element, md_escape, show, show_passage
from workbench.ui.state import Key, language
from workbench.words.say import Tongue, say

KEEP = 9
"""As many passages as there are keys from 1 to 9."""
BEST = 3
GIVEN: Key[tuple[Judgement, str] | None] = Key("questions.given", None)
"""The grade given last, and where its passage stands."""


def show_quick(bench: Workbench, query_set: QuerySet, tongue: Tongue) -> None:
    """Draw a question of the set, its best passages, and what was marked last."""
    st.caption(say("ui.questions.quick_about", tongue))
    items = {item.query.query_id: item for item in bench.review.items(OWNER, query_set)}
    if not items or not query_set.corpus_id:
        st.caption(say("ui.questions.empty", tongue))
        return
    chosen = st.selectbox(
        say("ui.questions.question", tongue),
        list(items),
        format_func=lambda one: _named(items[one], tongue),
        key="questions.quick",
    )
    item = items[chosen]
    _given(bench, tongue)
    if st.button(
        say("ui.questions.not_covered", tongue), key="questions.not_covered", type="tertiary"
    ):
        entries = [_closed(entry, chosen) for entry in query_set.queries]
        bench.question_sets.change(OWNER, query_set, entries)
        st.rerun()
    # As recall finds them: nothing is sent anywhere, and no instruction takes sides.
    request = Request(reranker="none", candidates=KEEP, keep=KEEP)
    found = bench.search.ask(OWNER, (query_set.corpus_id,), item.query.text, None, request)
    criterion = item.entry.criterion_id or _usual(bench, query_set, tongue)
    for number, result in enumerate(found.results, start=1):
        _passage(bench, query_set, Said(OWNER.id, chosen, criterion, BEST, "open"), number, result)


def _named(item: Item, tongue: Tongue) -> str:
    told = say("ui.questions.not_covered", tongue) if not item.entry.answerable else ""
    count = f"{item.blind + item.seen}" if item.blind + item.seen else ""
    return " · ".join(filter(None, (item.query.text, count, told)))


def _closed(entry: SetEntry, query_id: str) -> SetEntry:
    return with_state(entry, answerable=False) if entry.query_id == query_id else entry


def _usual(bench: Workbench, query_set: QuerySet, tongue: Tongue) -> str:
    """Return the set's usual criterion: the most labelled one that asks for an answer, or ours."""
    known = bench.label_queues.criteria(OWNER, query_set)
    asking = [one.criterion_id for one in known if one.kind == "question"]
    if asking:
        return asking[0]
    text = say("ui.questions.default_criterion", tongue)
    return bench.label_queues.add_criterion(OWNER, "question", text).criterion_id


def _passage(
    bench: Workbench, query_set: QuerySet, said: Said, number: int, result: Result
) -> None:
    tongue = language()
    with st.container(border=True):
        show(
            element("div", breadcrumb(result), cls="wb-crumb"),
            element("div", page_text(result.chunk, tongue), cls="wb-meta"),
        )
        show_passage(result.chunk.text, result.chunk.language)
        st.button(
            say("ui.questions.right", tongue),
            key=f"questions.right.{number}",
            shortcut=str(number),
            on_click=partial(_give, bench, query_set.corpus_id or "", said, result),
        )


def _give(bench: Workbench, corpus_id: str, said: Said, result: Result) -> None:
    kept = bench.judging.grade(OWNER, corpus_id, result.chunk.chunk_id, said)
    GIVEN.put((kept, breadcrumb(result)))


def _given(bench: Workbench, tongue: Tongue) -> None:
    """Say what was marked last, and offer to take it back."""
    last = GIVEN.get()
    if last is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(md_escape(say("ui.questions.given", tongue, where=last[1])))
        if st.button(say("ui.questions.undo", tongue), key="questions.undo_given", type="tertiary"):
            bench.judging.take_back(OWNER, last[0])
            GIVEN.put(None)
            st.rerun()
