"""Long candidates on the page Rerank: extract first, read in parts, read whole."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.rankings import LONG_WAYS, LongWay, Window
from workbench.rerank.extract import is_long
from workbench.services.long_documents import LongDocuments
from workbench.services.models import Models
from workbench.services.rerank import RerankAnswer
from workbench.ui import formats
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

WAY: Key[LongWay] = Key("rerank.long", "cut")
AGAIN: Key[bool] = Key("rerank.again", False)
"""Whether an answer's button asked for the same question in another way."""


def way_control(tongue: Tongue) -> None:
    """Draw the choice of how candidates are read that do not fit the model."""
    st.session_state.setdefault(WAY.name, WAY.default)
    st.segmented_control(
        say("ui.rerank.long", tongue),
        LONG_WAYS,
        format_func=lambda way: say(f"ui.rerank.long_{way}", tongue),
        key=WAY.name,
        help=say("ui.rerank.long_help", tongue),
        required=True,
        persist_state="session",
    )


def offer_extract(documents: Sequence[str], tongue: Tongue) -> LongDocuments:
    """Offer to read an extract where candidates are long; return how they are to be read."""
    way = WAY.get() or WAY.default
    lengths = [len(document) for document in documents if is_long(document)]
    if not lengths:
        return LongDocuments(way)
    count, longest = formats.count(len(lengths)), formats.count(max(lengths))
    chosen = st.toggle(
        say("ui.rerank.extract", tongue, count=count, longest=longest),
        key="rerank.extract",
        help=say("ui.rerank.extract_help", tongue),
        persist_state="session",
    )
    return LongDocuments(way, chosen)


def offer_ways(models: Models, answer: RerankAnswer, tongue: Tongue) -> None:
    """Offer the two other ways of reading where the end of a candidate was not read."""
    tokens = [row.candidate.tokens or 0 for row in answer.rows]
    read = [row.candidate.tokens_read or 0 for row in answer.rows]
    if answer.longest is None or not any(r < t for r, t in zip(read, tokens, strict=True)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _again("windows", say("ui.rerank.read_parts", tongue))
        if max(tokens) <= answer.longest:
            seconds = sum(models.expected_seconds(1, one) for one in tokens)
            time = formats.duration(seconds, tongue)
            _again("whole", say("ui.rerank.read_whole", tongue, time=time))
    if max(tokens) > answer.longest:
        limit = formats.count(answer.longest)
        most = formats.count(max(tokens))
        st.caption(say("ui.rerank.beyond_whole", tongue, tokens=most, limit=limit))


def _again(way: LongWay, label: str) -> None:
    st.button(label, key=f"rerank.again_{way}", on_click=_ask_again, args=(way,))


def _ask_again(way: LongWay) -> None:
    WAY.put(way)
    AGAIN.put(True)


def window_text(window: Window | None) -> str:
    """Return which part counted, and its characters from 1; empty for what was not divided."""
    if window is None:
        return ""
    first, last = formats.count(window.start + 1), formats.count(window.end)
    return f"{window.number} / {window.count} · {first}–{last}"
