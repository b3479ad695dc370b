"""What a session remembers: language, and keys named ``<page>.<name>`` with typed defaults."""

from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import streamlit as st

from workbench.words.say import Tongue, say, tongue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """A place in the session's state; ``default`` is what it holds before anybody wrote to it."""

    name: str
    default: T

    def get(self) -> T:
        """Return what was stored, or the default."""
        return cast("T", st.session_state.get(self.name, self.default))

    def put(self, value: T) -> None:
        """Store a value; for a widget's key only before the widget is drawn."""
        st.session_state[self.name] = value

    def take(self) -> T:
        """Return what was stored, and forget it."""
        return cast("T", st.session_state.pop(self.name, self.default))


LANGUAGE: Key[Tongue | None] = Key("app.language", None)
STARTED: Key[str] = Key("app.started", "")


def language() -> Tongue:
    """Return the language of this session; Chinese before it was decided."""
    return LANGUAGE.get() or "zh"


def language_control(configured: str) -> Tongue:
    """Draw the choice of language and return it.

    It follows ``?lang=``, then the configured language, then the browser, then Chinese; what is
    chosen is kept in the address, so that a link that is sent on opens in the same language.
    """
    default = tongue(configured or st.context.locale)
    asked = st.query_params.get("lang")
    if LANGUAGE.get() is None:
        LANGUAGE.put(tongue(asked) if asked else default)
    chosen: Tongue = (
        st.segmented_control(
            say("ui.app.language", language()),
            ["zh", "en"],
            format_func=lambda code: say(f"language.{code}", language()),
            key=LANGUAGE.name,
            required=True,
            persist_state="session",
            label_visibility="collapsed",
        )
        or default
    )
    if asked != chosen and (asked or chosen != default):
        st.query_params["lang"] = chosen
    return chosen
