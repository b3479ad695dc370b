"""Examples that fill a page with one click, in Chinese and in English."""

from dataclasses import dataclass

import streamlit as st

from workbench.words.say import TONGUES, Tongue, say

RERANK = ("shop", "medical", "code")
COMPARE = ("default", "objection", "code", "exemption", "placebo")


@dataclass(frozen=True, slots=True)
class Preset:
    """An example question with candidates; ``split`` says how they are separated."""

    name: str
    query: str
    instruction: str
    documents: str
    split: str


def preset(name: str, tongue: Tongue) -> Preset:
    """Return an example in one language."""
    return Preset(
        name=name,
        query=say(f"preset.{name}.query", tongue),
        instruction=say(f"preset.{name}.instruction", tongue),
        documents=say(f"preset.{name}.documents", tongue),
        split="blocks" if name == "code" else "lines",
    )


def _load(name: str, tongue: Tongue) -> None:
    chosen = preset(name, tongue)
    st.session_state["rerank.query"] = chosen.query
    st.session_state["rerank.instruction"] = chosen.instruction
    st.session_state["rerank.documents"] = chosen.documents
    st.session_state["rerank.split"] = chosen.split


def rerank_presets(tongue: Tongue) -> None:
    """Draw one button an example, first in the page's language, then in the other one."""
    ordered = [tongue, *(other for other in TONGUES if other != tongue)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("ui.presets.title", tongue), width="content")
        for spoken in ordered:
            for name in RERANK:
                st.button(
                    say(f"preset.{name}.label", spoken),
                    key=f"rerank.preset.{name}.{spoken}",
                    on_click=_load,
                    args=(name, spoken),
                )


def footer(query: str, tongue: Tongue) -> str:
    """Return what has to stand below this question; empty where nothing has to."""
    medical = {say("preset.medical.query", spoken) for spoken in TONGUES}
    return say("preset.medical.footer", tongue) if query.strip() in medical else ""
