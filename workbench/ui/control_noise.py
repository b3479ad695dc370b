"""How far instructions that should change nothing move the result, and what drowns in it."""

from collections.abc import Sequence

import streamlit as st

from workbench.services.controls import floor_of
from workbench.services.measurements import Row
from workbench.ui import formats
from workbench.ui.row_names import row_name
from workbench.ui.safe import md_escape
from workbench.words.say import Tongue, say

DIGITS = 3


def noise_floor(rows: Sequence[Row]) -> float | None:
    """Return the largest mean difference that any control makes; None without a control."""
    return floor_of([row.noise for row in rows])


def below_floor(row: Row, floor: float | None, tongue: Tongue) -> str:
    """Return what is said where an instruction differs by less than the controls do, else ""."""
    if floor is None or row.versus is None:
        return ""
    difference = abs(row.versus.comparison.difference)
    if difference >= floor:
        return ""
    return say(
        "ui.control.below",
        tongue,
        difference=f"{difference:.{DIGITS}f}",
        floor=f"{floor:.{DIGITS}f}",
    )


def noise_lines(rows: Sequence[Row], tongue: Tongue) -> list[str]:
    """Return one sentence a control; a paraphrase also says what the worse wording reaches."""
    told = []
    for row in rows:
        if row.noise is None or row.arm is None:
            continue
        one = row.noise
        line = say(
            "ui.control.line",
            tongue,
            name=row_name(row, tongue),
            delta=f"{one.delta:.{DIGITS}f}",
            shift=f"{one.shift:.1f}",
            changed=one.changed_first,
            n=one.n,
            share=formats.percent(one.changed_share),
        )
        if row.arm.control == "paraphrase":
            line += ("" if tongue == "zh" else " ") + say(
                "ui.control.worst", tongue, worst=f"{one.worst:.{DIGITS}f}"
            )
        told.append(line)
    return told


def show_noise(rows: Sequence[Row], tongue: Tongue) -> None:
    """Draw what the controls moved; nothing where none was measured."""
    told = noise_lines(rows, tongue)
    if not told:
        return
    st.markdown(f"**{say('ui.control.title', tongue)}**")
    st.markdown("\n".join(f"- {md_escape(one)}" for one in told))
    st.caption(say("ui.control.help", tongue, floor=f"{noise_floor(rows) or 0.0:.{DIGITS}f}"))
