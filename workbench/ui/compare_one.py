"""Comparing on one question: inputs, the computation with progress, and what is shown of it."""

from dataclasses import replace

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.services.answers import Request
from workbench.services.compare import Comparison
from workbench.services.workbench import Workbench
from workbench.ui.arms import arm_rows
from workbench.ui.asking import ask_once, show_outdated
from workbench.ui.comparison import (
    CompareInputs,
    show_passages,
    show_slopes,
    show_table_of,
    show_technical,
)
from workbench.ui.corpus_picker import filled, pick_corpora, show_no_documents
from workbench.ui.notices import show_notices
from workbench.ui.score_lines import cost_line, show_explanation
from workbench.ui.sending import may_send, session_reranker
from workbench.words.say import Tongue, say

TABS = {
    "slopes": show_slopes,
    "table": show_table_of,
    "passages": show_passages,
    "technical": show_technical,
}


def show_one_compare(bench: Workbench, tongue: Tongue) -> None:
    """Draw the question, its instructions, and their orders side by side."""
    corpora = filled(bench)
    if not corpora:
        show_no_documents(tongue)
        return
    chosen = pick_corpora(corpora, "compare", tongue)
    question, candidates = _question(tongue)
    arms = arm_rows(tongue)
    pressed = st.button(
        say("ui.compare.submit", tongue),
        key="compare.submit",
        type="primary",
        icon=":material/compare_arrows:",
        width="stretch",
    )
    inputs = CompareInputs(tuple(chosen), question, arms, candidates, session_reranker(bench))

    def permit(asked: CompareInputs) -> CompareInputs | None:
        asked = replace(asked, reranker=session_reranker(bench))
        count, sentence = str(asked.candidates), "ui.remote.ask_most"
        sent = may_send(bench, asked.reranker, "compare", sentence, tongue, count=count)
        return asked if sent else None

    held = ask_once(
        "compare", inputs, pressed, lambda asked: _compute(bench, asked, tongue), permit
    )
    if held is None:
        st.caption(say("ui.compare.before", tongue))
    else:
        show_outdated(held, inputs, tongue)
        _show(held.answer, tongue)


def _question(tongue: Tongue) -> tuple[str, int]:
    field, number = st.columns([5, 1], vertical_alignment="bottom")
    question = field.text_input(
        say("ui.search.question", tongue),
        key="compare.question",
        bind="query-params",
        placeholder=say("ui.home.placeholder", tongue),
        on_change="ignore",
    )
    candidates = number.number_input(
        say("ui.compare.candidates", tongue),
        2,
        100,
        20,
        key="compare.candidates",
        bind="query-params",
        help=say("ui.compare.candidates_help", tongue),
        on_change="ignore",
    )
    return question, candidates


def _compute(bench: Workbench, asked: CompareInputs, tongue: Tongue) -> Comparison:
    """Return the comparison that was submitted, with progress on the page."""
    pairs = len(asked.arms) * asked.candidates
    bar = st.progress(0.0, text=say("ui.compare.working", tongue, count=pairs))

    def shown(done: int, total: int) -> None:
        bar.progress(min(done / max(total, 1), 1.0))

    found = bench.compare.run(
        OWNER,
        asked.corpora,
        asked.question,
        asked.arms,
        Request(candidates=asked.candidates, reranker=asked.reranker),
        progress=shown,
    )
    bar.empty()
    return found


def _show(found: Comparison, tongue: Tongue) -> None:
    """Draw the comparison: what it is, then figure, table, passages and details."""
    st.caption(
        say(
            "ui.compare.summary",
            tongue,
            arms=len(found.arms),
            candidates=len(found.pool.candidates),
        )
        + " · "
        + cost_line(found.cost, found.reranker, tongue)
    )
    show_explanation(found.reranker, tongue, boxed=True)
    st.caption(say("ui.compare.no_verdict", tongue))
    show_notices([n for arm in found.arms for n in (*found.pool.notices, *arm.notices)], tongue)
    tabs = st.tabs([say(f"ui.compare.tab_{name}", tongue) for name in TABS])
    for tab, draw in zip(tabs, TABS.values(), strict=True):
        with tab:
            draw(found, tongue)
