"""The frame of a page: title, lead, and every failure as one sentence in the user's language."""

import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from workbench.domain.errors import WorkbenchError
from workbench.logbook import Logbook
from workbench.ui.notices import show_error
from workbench.ui.state import language
from workbench.words.say import Tongue, say


@contextmanager
def framed(page: str, log: Logbook) -> Iterator[Tongue]:
    """Draw the page's title and lead, give its language, and catch what fails inside."""
    tongue = language()
    st.title(say(f"ui.{page}.title", tongue), anchor=False)
    st.markdown(say(f"ui.{page}.lead", tongue))
    with guarded(page, log):
        yield tongue


@contextmanager
def guarded(page: str, log: Logbook) -> Iterator[None]:
    """Show a failure inside as a sentence; one that nobody expected is logged under a reference."""
    tongue = language()
    try:
        yield
    except WorkbenchError as error:
        log.write("page_refused", page=page, code=error.code)
        show_error(error, tongue)
    except Exception as error:  # noqa: BLE001 - a page ends in a sentence; type and place are logged
        reference = secrets.token_hex(4)
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.write(
            "page_failed",
            page=page,
            type=type(error).__name__,
            place=f"{place.filename}:{place.lineno}",
            reference=reference,
        )
        st.error(say("ui.frame.failed", tongue, reference=reference), icon=":material/error:")
