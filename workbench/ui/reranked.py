"""The answer of the page Rerank: bars, table, what the model read, and code for other systems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.rankings import Ranked, Ranking
from workbench.figures.bars import BarLabels, score_bars
from workbench.services.long_documents import AS_THEY_ARE, LongDocuments
from workbench.services.rerank import RerankAnswer
from workbench.services.workbench import Workbench
from workbench.ui import formats, snippets, snippets_java
from workbench.ui.figures import show_figure
from workbench.ui.long_documents import offer_ways, window_text
from workbench.ui.notices import show_notices
from workbench.ui.score_lines import cost_line, score_name, score_title, show_explanation
from workbench.ui.tables import Cell, download, show_table
from workbench.words.say import Tongue, say

CODE: Mapping[str, tuple[str, Callable[[snippets.Asked], str]]] = {
    "Python": ("python", snippets.python),
    "curl": ("bash", snippets.curl),
    "JavaScript": ("javascript", snippets.javascript),
    "Java": ("java", snippets_java.java),
    "Excel VBA": ("vbnet", snippets_java.vba),
}
"""The tabs of code: a language's name, how it is coloured, and what writes it."""


@dataclass(frozen=True, slots=True)
class RerankInputs:
    """What was asked, of which reranker, and how long candidates are to be read."""

    query: str
    documents: tuple[str, ...]
    instruction: str
    reranker: str
    long: LongDocuments = AS_THEY_ARE


def show_answer(bench: Workbench, answer: RerankAnswer, tongue: Tongue) -> None:
    """Draw an answer with everything that belongs to its numbers."""
    st.subheader(say("ui.rerank.result", tongue, count=len(answer.rows)), anchor=False)
    show_notices(answer.notices, tongue)
    offer_ways(bench.models, answer, tongue)
    _bars(answer, tongue)
    rows = table_rows(answer, tongue)
    show_table(
        rows, say("ui.rerank.table_alt", tongue), text_column=say("ui.rerank.document", tongue)
    )
    show_explanation(answer.reranker, tongue)
    with st.container(horizontal=True, vertical_alignment="center"):
        download(rows, "reranked", "rerank.csv", tongue, answer.reranker)
        st.caption(cost_line(answer.cost, answer.reranker, tongue))
    _what_was_read(bench, answer, tongue)
    _code(bench, answer, tongue)


def table_rows(answer: RerankAnswer, tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row a document, best first: rank, tie, number, text, tokens read, place before.

    Which part counted is told where a document was read in parts.
    """
    in_parts = any(row.candidate.window for row in answer.rows)
    return [
        {
            say("ui.rerank.rank", tongue): f"{row.rank}{'=' if row.tied else ''}",
            score_name(answer.reranker, tongue): formats.value(row.candidate, answer.reranker),
            say("ui.rerank.document", tongue): row.document,
            say("ui.rerank.before_rank", tongue): row.index + 1,
            say("ui.rerank.move", tongue): formats.move(row.index + 1, row.rank),
            say("ui.rerank.tokens", tongue): (
                f"{row.candidate.tokens_read} / {row.candidate.tokens}"
            ),
            **(
                {say("ui.rerank.part", tongue): window_text(row.candidate.window)}
                if in_parts
                else {}
            ),
        }
        for row in answer.rows
    ]


def _bars(answer: RerankAnswer, tongue: Tongue) -> None:
    ranking = Ranking(
        answer.query.text,
        tuple(Ranked(row.rank, row.tied, row.candidate) for row in answer.rows),
    )
    labels = BarLabels(
        axis=score_title(answer.reranker, tongue),
        unscored=say("score.missing", tongue),
        tied=say("ui.results.tied", tongue),
    )
    names = {row.candidate.chunk_id: row.document for row in answer.rows}
    show_figure(
        score_bars(ranking, names, answer.reranker.score_kind, tongue, labels),
        "rerank.bars",
        say("ui.rerank.bars_alt", tongue, count=len(answer.rows)),
    )


def _what_was_read(bench: Workbench, answer: RerankAnswer, tongue: Tongue) -> None:
    box = st.expander(
        say("ui.rerank.read", tongue),
        icon=":material/visibility:",
        key="rerank.read",
        on_change="rerun",
    )
    if not box.open or not answer.rows:
        return
    with box:
        st.caption(say("ui.rerank.read_help", tongue))
        rank = st.number_input(
            say("ui.rerank.read_rank", tongue), 1, len(answer.rows), key="rerank.read_rank"
        )
        row = answer.rows[min(rank, len(answer.rows)) - 1]
        window, read = row.candidate.window, row.read.text
        part = read[window.start : window.end] if window else read
        text = bench.rerank.prompt_text(
            OWNER, answer.reranker, answer.query.text, part, answer.instruction.text
        )
        st.caption(
            say(
                "ui.rerank.read_tokens",
                tongue,
                tokens=formats.count(row.candidate.tokens or 0),
                read=formats.count(row.candidate.tokens_read or 0),
            )
        )
        st.code(text, language=None, wrap_lines=True)


def _code(bench: Workbench, answer: RerankAnswer, tongue: Tongue) -> None:
    box = st.expander(
        say("ui.rerank.code", tongue),
        icon=":material/code:",
        key="rerank.code",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        st.caption(say("ui.rerank.code_help", tongue))
        given = sorted(answer.rows, key=lambda row: row.index)
        documents = tuple(row.read.text for row in given)
        carried = snippets.excerpt(documents)
        if carried != documents:
            st.caption(
                say(
                    "ui.rerank.code_excerpt",
                    tongue,
                    count=formats.count(len(carried)),
                    documents=formats.count(len(documents)),
                )
            )
        address = f"http://{bench.settings.host}:{bench.settings.port}"
        asked = snippets.Asked(
            address, answer.query.text, carried, answer.instruction.text, answer.long.way
        )
        for tab, (language, write) in zip(st.tabs(list(CODE)), CODE.values(), strict=True):
            tab.code(write(asked), language=language, wrap_lines=True)
