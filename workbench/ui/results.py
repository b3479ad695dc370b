"""Cards of results: rank, move, place in the document, marked text, score, citation, context."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Chunk
from workbench.domain.rankings import Ranked, RerankerInfo
from workbench.services.answers import Result
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.highlights import question_spans
from workbench.ui.safe import Html, element, highlight_html, language_tag, show, show_passage
from workbench.ui.score_lines import read_html, score_html
from workbench.ui.state import language
from workbench.words.say import Tongue, say

ARROW = " › "
LINE_LIMIT = 90


def breadcrumb(result: Result) -> str:
    """Return where the passage stands, from the document's name down."""
    path = result.chunk.path or (result.document,)
    return ARROW.join(path)


def page_text(chunk: Chunk, tongue: Tongue) -> str:
    """Return the page, or the first and last, and what is printed on it; empty without pages."""
    if chunk.page_start is None:
        return ""
    last = chunk.page_end or chunk.page_start
    pages = (
        say("ui.results.page", tongue, page=chunk.page_start)
        if last == chunk.page_start
        else say("ui.results.pages", tongue, first=chunk.page_start, last=last)
    )
    if chunk.printed_page and chunk.printed_page != str(chunk.page_start):
        pages += say("ui.results.printed", tongue, printed=chunk.printed_page)
    return pages


def move_text(row: Ranked, tongue: Tongue) -> str:
    """Return both ranks of a passage and the move between them, with glyph and number."""
    before = row.candidate.recall_rank
    return say(
        "ui.results.move",
        tongue,
        before=before,
        after=row.rank,
        move=formats.move(before, row.rank),
    )


def citation(result: Result, tongue: Tongue) -> str:
    """Return the passage as it can be pasted into a letter: text, document, place and page."""
    where = ", ".join(filter(None, (breadcrumb(result), page_text(result.chunk, tongue))))
    return say("ui.results.citation", tongue, text=result.chunk.text, where=where)


def head_html(result: Result, info: RerankerInfo | None, tongue: Tongue) -> Html:
    """Return the head of a card: rank, breadcrumb, page, move, tokens and score."""
    row = result.ranked
    facts = [
        page_text(result.chunk, tongue),
        move_text(row, tongue) if info else say("ui.results.recalled", tongue, rank=row.rank),
        say("ui.results.tied", tongue) if row.tied else "",
        say("ui.results.part", tongue, part=result.chunk.part, parts=result.chunk.parts)
        if result.chunk.parts > 1
        else "",
    ]
    spans = [element("span", fact) for fact in facts if fact]
    tokens = read_html(row.candidate, tongue)
    place = element(
        "div",
        element(
            "div", breadcrumb(result), cls="wb-crumb", lang=language_tag(result.chunk.language)
        ),
        element("div", *spans, *([tokens] if tokens else []), cls="wb-meta"),
        cls="wb-place",
    )
    rank = element("span", str(row.rank), cls="wb-rank")
    score = score_html(row.candidate, info, tongue) if info else Html("")
    return element("div", rank, place, score, cls="wb-head")


def show_result(
    bench: Workbench, result: Result, question: str, info: RerankerInfo | None, place: str
) -> None:
    """Draw one result as a card with its citation and its context."""
    tongue = language()
    key = f"{place}.{result.chunk.chunk_id}"
    with st.container(border=True, gap="xsmall"):
        show(head_html(result, info, tongue))
        chunk = result.chunk
        show_passage(chunk.text, chunk.language, question_spans(question, chunk.text))
        with st.expander(
            say("ui.results.cite", tongue), icon=":material/format_quote:", type="compact"
        ):
            st.code(citation(result, tongue), language=None, wrap_lines=True)
        context = st.expander(
            say("ui.results.context", tongue),
            icon=":material/unfold_more:",
            type="compact",
            key=f"{key}.context",
            on_change="rerun",
        )
        if context.open:
            with context:
                show_context(bench, result, tongue)


def show_context(bench: Workbench, result: Result, tongue: Tongue) -> None:
    """Draw the whole section of a passage with its neighbours, the passage itself marked."""
    chunks = bench.corpora.chunks(OWNER, result.document_id)
    for chunk in neighbourhood(chunks, result.chunk):
        itself = chunk.chunk_id == result.chunk.chunk_id
        if chunk.section_key != result.chunk.section_key:
            st.caption(say("ui.results.neighbour", tongue))
        show_passage(chunk.text, chunk.language, [(0, len(chunk.text))] if itself else [])


def neighbourhood(chunks: Sequence[Chunk], chunk: Chunk) -> list[Chunk]:
    """Return the passages of the chunk's section, and the one before and after that section."""
    inside = [at for at, other in enumerate(chunks) if other.section_key == chunk.section_key]
    if not inside:
        return [chunk]
    return list(chunks[max(inside[0] - 1, 0) : inside[-1] + 2])


def show_line(rank: int, text: str, question: str, move: str = "") -> None:
    """Draw one passage as a line of a list: its rank, its move, and the question's words marked."""
    line = " ".join(text.split())
    short = line if len(line) <= LINE_LIMIT else line[:LINE_LIMIT] + "…"
    show(
        element(
            "div",
            element("span", str(rank), cls="wb-no"),
            element("span", move, cls="wb-move") if move else Html(""),
            element("span", highlight_html(short, question_spans(question, short))),
            cls="wb-line",
        )
    )
