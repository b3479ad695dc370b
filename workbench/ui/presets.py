"""Examples that fill a page with one click, in Chinese and in English."""

import streamlit as st

from workbench.ui.candidates import field_of
from workbench.ui.state import Key
from workbench.words.presets import Preset, presets
from workbench.words.say import TONGUES, Tongue, say

COMPARE = ("default", "objection", "code", "exemption", "placebo")
OTHER: Key[bool] = Key("rerank.other_examples", False)
"""Whether the examples are shown in the language that the page is not in."""


def _load(preset: Preset) -> None:
    text, way = field_of(preset.documents)
    st.session_state["rerank.query"] = preset.query
    st.session_state["rerank.instruction"] = preset.instruction
    st.session_state["rerank.documents"] = text
    st.session_state["rerank.split"] = way


def _switch() -> None:
    OTHER.put(not OTHER.get())


def rerank_presets(tongue: Tongue) -> None:
    """Draw one small button an example, and the switch to examples in the other language."""
    other = next(one for one in TONGUES if one != tongue)
    spoken, offered = (other, tongue) if OTHER.get() else (tongue, other)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="wb-examples"):
        st.caption(say("ui.presets.title", tongue), width="content")
        for name, preset in presets(spoken).items():
            st.button(
                preset.label,
                key=f"rerank.preset.{name}.{spoken}",
                help=preset.query,
                on_click=_load,
                args=(preset,),
            )
        st.button(
            say("ui.presets.switch", offered),
            key="rerank.preset_language",
            icon=":material/translate:",
            type="tertiary",
            on_click=_switch,
        )
