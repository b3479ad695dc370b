"""Codes with parameters become boxes on the page, in the user's language."""

from collections.abc import Iterable

import streamlit as st

from workbench.domain.documents import Notice
from workbench.domain.errors import WorkbenchError
from workbench.ui.safe import md_escape
from workbench.words.say import Tongue, say, say_error

WARNINGS = frozenset(
    {
        "truncated",
        "extracted",
        "control_tokens",
        "dense_incomplete",
        "dense_unavailable",
        "needs_ocr",
        "pages_without_text",
        "pages_lost",
        "garbled_pages",
        "characters_unreadable",
    }
)
"""Codes that change what a result means; the others are advice."""


def sentence(notice: Notice, tongue: Tongue) -> str:
    """Return a notice as plain text."""
    return say(f"notice.{notice.code}", tongue, **notice.params)


def show_notices(notices: Iterable[Notice], tongue: Tongue) -> None:
    """Show what has to be told about a result: warnings first, then advice."""
    told = list({notice.code: notice for notice in notices}.values())
    for notice in sorted(told, key=lambda n: n.code not in WARNINGS):
        box = st.warning if notice.code in WARNINGS else st.info
        box(md_escape(sentence(notice, tongue)))


def show_error(error: WorkbenchError, tongue: Tongue) -> None:
    """Show what happened, what was kept and what to do."""
    st.error(md_escape(say_error(error, tongue)), icon=":material/error:")


def say_plain(code: str, tongue: Tongue, **params: str | int | float) -> str:
    """Return a sentence whose parameters may come from a user, ready for a Markdown label."""
    return md_escape(say(code, tongue, **params))
