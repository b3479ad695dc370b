"""The choice of controls: instructions measured beside others that should change nothing."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.languages import language_of
from workbench.services.measurements import ArmPlan
from workbench.words.say import Tongue, say

FREE = ("empty", "placebo", "again")
"""Controls that need no text from the user."""


def control_arms(arms: Sequence[ArmPlan], tongue: Tongue) -> list[ArmPlan]:
    """Draw the choice and return the controls of the first instruction; none without one."""
    chosen = st.pills(
        say("ui.control.add", tongue),
        FREE,
        format_func=lambda one: say(f"ui.control.{one}", tongue),
        selection_mode="multi",
        key="compare.controls",
        disabled=not arms,
        help=say("ui.control.add_help", tongue),
    )
    reworded = st.text_input(
        say("ui.control.reworded", tongue),
        key="compare.paraphrase",
        disabled=not arms,
        placeholder=say("ui.control.reworded_placeholder", tongue),
    )
    if not arms:
        return []
    texts = {name: _text(name, arms[0], tongue) for name in FREE if name in chosen}
    if reworded.strip():
        texts["paraphrase"] = reworded.strip()
    return [
        ArmPlan(say(f"ui.control.{name}", tongue), text, arms[0].criterion_id, name)
        for name, text in texts.items()
    ]


def _text(name: str, baseline: ArmPlan, tongue: Tongue) -> str:
    """Return a control's instruction; the empty phrase is in the language of the baseline."""
    if name == "again":
        return baseline.text
    if name == "empty":
        return ""
    written: Tongue = tongue
    if baseline.text:
        written = "zh" if language_of(baseline.text) == "zh" else "en"
    return say("control.placebo", written)
