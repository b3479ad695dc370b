"""Answers are computed once for each submission, kept for the session, and marked when outdated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from workbench.domain.errors import WorkbenchError
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

I = TypeVar("I")  # noqa: E741 - the inputs
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Held(Generic[I, A]):
    """An answer with the inputs that it belongs to.

    The inputs' class must not be defined in a page: a page is a new namespace at every run, and two
    values of its classes are never equal.
    """

    inputs: I
    answer: A


def ask_once(
    page: str,
    inputs: I,
    submitted: bool,
    compute: Callable[[I], A],
    permit: Callable[[I], I | None] | None = None,
) -> Held[I, A] | None:
    """Return the answer to what was last submitted; None before anything was.

    A click elsewhere aborts the script in the middle: the question stays and is asked again by the
    next run. A refused question is forgotten, so that it is not asked at every run. ``permit``
    gives the inputs that may be computed; while it gives None, the question waits.

    Raises:
        WorkbenchError: The question was refused.
    """
    asked: Key[I | None] = Key(f"{page}.asked", None)
    held: Key[Held[I, A] | None] = Key(f"{page}.held", None)
    if submitted:
        asked.put(inputs)
        held.put(None)
    waiting = asked.get()
    if waiting is not None and held.get() is None:
        permitted = permit(waiting) if permit else waiting
        if permitted is None:
            return None
        try:
            held.put(Held(permitted, compute(permitted)))
        except WorkbenchError:
            asked.put(None)
            raise
    return held.get()


def never_asked(page: str) -> bool:
    """Return whether nothing was submitted on the page in this session."""
    return f"{page}.asked" not in st.session_state


def show_outdated(held: Held[I, A], inputs: I, tongue: Tongue) -> None:
    """Say that what stands below belongs to earlier inputs, where it does."""
    if held.inputs != inputs:
        st.warning(say("ui.asking.outdated", tongue), icon=":material/history:")
