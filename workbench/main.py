"""Streamlit's entry: language, navigation over pages/*.py, and what the sidebar shows."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from workbench.assembly import current
from workbench.ui import state
from workbench.ui.frame import guarded
from workbench.ui.jobs import sidebar_panel
from workbench.ui.model_badge import model_badge
from workbench.ui.safe import show_styles
from workbench.words.say import Tongue, say

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent / "pages"
ICON = HERE / "static" / "favicon.png"
SECTIONS: dict[str, dict[str, str]] = {
    "use": {
        "home": ":material/home:",
        "rerank": ":material/sort:",
        "corpora": ":material/folder_open:",
        "search": ":material/search:",
    },
    "evaluate": {
        "questions": ":material/quiz:",
        "label": ":material/edit_note:",
        "compare": ":material/compare_arrows:",
        "experiments": ":material/inventory_2:",
    },
}


def navigation(tongue: Tongue) -> StreamlitPage:
    """Register every page under its own address, the first one at the root."""
    sections = {
        say(f"ui.section.{section}", tongue): [
            st.Page(
                PAGES / f"{name}.py",
                title=say(f"ui.{name}.nav", tongue),
                icon=icon,
                url_path=name,
                default=name == "home",
                help=say(f"ui.{name}.lead", tongue),
            )
            for name, icon in pages.items()
        ]
        for section, pages in SECTIONS.items()
    }
    return st.navigation(sections)


def guide(tongue: Tongue) -> None:
    """Draw the button that opens the README of this language; its pictures are left out."""
    if st.button(
        say("ui.app.docs", tongue), key="app.guide", icon=":material/menu_book:", type="tertiary"
    ):
        name = "README.zh.md" if tongue == "zh" else "README.md"
        lines = (HERE.parent / name).read_text(encoding="utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.startswith(("![", "[")))

        @st.dialog(say("ui.app.docs", tongue), width="large")
        def show_guide() -> None:
            st.markdown(text)

        show_guide()


def start() -> None:
    """Draw one run of the page that was asked for, inside the common sidebar."""
    bench = current()
    if not state.STARTED.get():
        state.STARTED.put(datetime.now(UTC).isoformat())
    with st.sidebar:
        panel = st.container()
        with st.container(horizontal=True, vertical_alignment="center"):
            tongue = state.language_control(bench.settings.language)
            guide(tongue)
    st.set_page_config(
        page_title=say("ui.app.name", tongue),
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="auto",
    )
    show_styles(say("ui.uploads.choose", tongue))
    page = navigation(tongue)
    with panel:
        model_badge(bench)
        with guarded("jobs", bench.log):
            sidebar_panel(bench)
    page.run()


start()
