"""Examples that fill a page with one click, in Chinese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from workbench.ui.candidates import field_of
from workbench.ui.state import Key
from workbench.words.presets import Preset, presets
from workbench.words.say import TONGUES, Tongue, say

COMPARE = ("default", "objection", "code", "exemption", "placebo")
FIELDS = ("rerank.query", "rerank.instruction", "rerank.documents")
OTHER: Key[bool] = Key("rerank.other_examples", False)
"""Whether the examples are shown in the language that the page is not in."""


LOADED: Key["Loaded | None"] = Key("rerank.loaded", None)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an example has put into the fields, and what stood there, by key of the field."""

    values: Mapping[str, str]
    before: Mapping[str, str]


def _load(preset: Preset) -> None:
    text, way = field_of(preset.documents)
    values = {
        "rerank.query": preset.query,
        "rerank.instruction": preset.instruction,
        "rerank.documents": text,
        "rerank.split": way,
    }
    LOADED.put(Loaded(values, {key: st.session_state.get(key, "") for key in FIELDS}))
    st.session_state.update(values)


def keep_loaded() -> None:
    """Fill the fields again where a click came before the browser had seen the example.

    With every click the browser sends what its fields hold. One that comes within moments of the
    example's button brings the old texts along, and would undo the example.
    """
    loaded = LOADED.get()
    if loaded is None:
        return
    held = {key: st.session_state.get(key, "") for key in FIELDS}
    if held == {key: loaded.values[key] for key in FIELDS}:
        return
    if held == loaded.before:
        st.session_state.update(loaded.values)
    LOADED.put(None)


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
