"""The instructions that are compared: rows that can be added, filled from examples and removed."""

from string import ascii_uppercase

import streamlit as st

from workbench.services.compare import ARM_LIMIT
from workbench.ui.presets import COMPARE
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

ROWS: Key[tuple[int, ...]] = Key("compare.rows", (1, 2))


def _text_key(row: int) -> str:
    return f"compare.arm.{row}"


def _add(text: str = "") -> None:
    rows = ROWS.get()
    for row in rows[1:]:
        if text and not st.session_state.get(_text_key(row), "").strip():
            st.session_state[_text_key(row)] = text
            return
    if len(rows) < ARM_LIMIT:
        fresh = max(rows) + 1
        ROWS.put((*rows, fresh))
        st.session_state[_text_key(fresh)] = text


def _remove(row: int) -> None:
    ROWS.put(tuple(other for other in ROWS.get() if other != row))


def arm_rows(tongue: Tongue) -> tuple[tuple[str, str], ...]:
    """Draw the rows and return (letter, instruction) of each, the first being the baseline."""
    rows = ROWS.get()
    ROWS.put(rows)
    told = []
    for letter, row in zip(ascii_uppercase, rows, strict=False):
        code = "ui.compare.baseline" if letter == "A" else "ui.compare.arm"
        removable = len(rows) > 2 and letter != "A"
        field, button = (
            st.columns([14, 1], vertical_alignment="center") if removable else (st, None)
        )
        text = field.text_area(
            say(code, tongue, letter=letter),
            key=_text_key(row),
            height=80,
            placeholder=say("ui.compare.default_instruction", tongue),
            persist_state="session",
            on_change="ignore",
        )
        if button is not None:
            button.button(
                "",
                icon=":material/close:",
                help=say("ui.compare.remove", tongue, letter=letter),
                key=f"compare.remove.{row}",
                on_click=_remove,
                args=(row,),
                type="tertiary",
            )
        told.append((letter, text.strip()))
    _buttons(len(rows), tongue)
    return tuple(told)


def _buttons(count: int, tongue: Tongue) -> None:
    with st.container(horizontal=True):
        st.button(
            say("ui.compare.add", tongue),
            icon=":material/add:",
            key="compare.add",
            on_click=_add,
            disabled=count >= ARM_LIMIT,
        )
        with st.popover(say("ui.compare.presets", tongue), icon=":material/lightbulb:"):
            for name in COMPARE:
                text = say(f"preset.instruction.{name}", tongue)
                st.button(
                    say(f"preset.instruction.{name}.label", tongue),
                    key=f"compare.preset.{name}",
                    help=text,
                    on_click=_add,
                    args=(text,),
                    width="stretch",
                )
