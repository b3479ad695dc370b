"""The choice of controls: instructions measured beside others that should change nothing."""

from collections.abc import Sequence

import streamlit as st

from workbench.services.controls import control_text
from workbench.services.measurements import FREE, ArmPlan
from workbench.words.say import TONGUES, Tongue, say


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
    placebos: dict[str, str] = {
        one: say("control.placebo", one) for one in sorted(TONGUES, key=tongue.__ne__)
    }
    texts = {name: control_text(name, arms[0].text, placebos) for name in FREE if name in chosen}
    if reworded.strip():
        texts["paraphrase"] = reworded.strip()
    return [
        ArmPlan(say(f"ui.control.{name}", tongue), text, arms[0].criterion_id, name)
        for name, text in texts.items()
    ]
