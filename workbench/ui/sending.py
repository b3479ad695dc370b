"""Asks before the first text of a session is sent to another host, and keeps the answer."""

import streamlit as st

from workbench.services.workbench import Workbench
from workbench.ui.notices import say_plain
from workbench.ui.state import Key
from workbench.words.model_words import model_name
from workbench.words.say import Tongue, say

AGREED: Key[tuple[str, ...]] = Key("remote.agreed", ())
"""Hosts that this session may send to."""
LOCAL: Key[bool] = Key("remote.local", False)
"""Whether this session keeps its texts on this machine, whatever reranker is active."""


def session_reranker(bench: Workbench) -> str:
    """Return the active reranker; the local default where this session keeps its texts here."""
    active = bench.models.choose()[0]
    return bench.models.local() if LOCAL.get() and bench.models.host_of(active) else active


def may_send(
    bench: Workbench, reranker: str, page: str, sentence: str, tongue: Tongue, **counts: str
) -> bool:
    """Return whether the texts may go where the reranker sends them; ask where nobody has agreed.

    ``sentence`` is the code of the question, ``counts`` its blanks besides the host.
    """
    host = bench.models.host_of(reranker)
    if host is None or host in AGREED.get():
        return True
    with st.container(border=True):
        st.markdown(say_plain(sentence, tongue, host=host, **counts))
        with st.container(horizontal=True):
            st.button(
                say("ui.remote.go", tongue),
                key=f"{page}.send_go",
                type="primary",
                on_click=lambda: AGREED.put((*AGREED.get(), host)),
            )
            st.button(
                say("ui.remote.local", tongue),
                key=f"{page}.send_local",
                on_click=lambda: LOCAL.put(True),
            )
    return False


def show_kept_here(bench: Workbench, tongue: Tongue) -> None:
    """Say that this session uses a local model though a remote one is active, and offer an end."""
    if not LOCAL.get():
        return
    name = model_name(session_reranker(bench), tongue)
    st.caption(say_plain("ui.remote.kept", tongue, name=name))
    st.button(
        say("ui.remote.again", tongue), key="model.send_again", on_click=lambda: LOCAL.put(False)
    )
