"""Shows which reranker is active and why, changes it, and fetches Qwen3-Reranker after asking."""

from urllib.parse import urlsplit

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.services.fetching import MODEL_BYTES, SOURCES
from workbench.services.offers import ModelState
from workbench.services.workbench import Workbench
from workbench.ui.frame import guarded
from workbench.ui.notices import say_plain, sentence
from workbench.ui.safe import md_escape
from workbench.ui.sending import show_kept_here
from workbench.ui.state import language
from workbench.words.model_words import model_about, model_caution, model_name
from workbench.words.say import Tongue, say

MODELSCOPE = "modelscope.cn"


def model_badge(bench: Workbench) -> None:
    """Draw the active reranker with its device and reason, and the ways to another one."""
    tongue = language()
    with guarded("model", bench.log):
        state = bench.models.state(OWNER)
        trained = state.info.supports_instruction
        caution = model_caution(state.info, tongue)
        with st.container(gap="xsmall"):
            st.caption(f"**{say('ui.model.title', tongue)}**")
            st.badge(
                model_name(state.active, tongue, state.info),
                icon=":material/info:" if caution else ":material/check_circle:",
                color="orange" if not trained else "blue" if caution else "green",
            )
            st.caption(md_escape(model_line(state, tongue)))
            if caution:
                st.caption(md_escape(caution))
        if not state.found.weights:
            _fetch_button(bench, tongue)
        if state.info.host:
            show_kept_here(bench, tongue)
        _choice(bench, state, tongue)


def model_line(state: ModelState, tongue: Tongue) -> str:
    """Return the model's own name and where it runs, or where texts are sent."""
    if state.info.host:
        return " · ".join((state.info.model, say("model.host", tongue, host=state.info.host)))
    device = state.info.device or state.device or say("ui.model.not_loaded", tongue)
    return " · ".join((state.info.model, device))


def _choice(bench: Workbench, state: ModelState, tongue: Tongue) -> None:
    infos = {offer.name: offer.info for offer in state.offers if offer.problem is None}
    usable = list(infos)
    with st.popover(say("ui.model.change", tongue), width="stretch"):
        st.caption(md_escape(sentence(state.why, tongue)))
        chosen = st.radio(
            say("ui.model.choose", tongue),
            usable,
            index=usable.index(state.active) if state.active in usable else 0,
            format_func=lambda name: model_name(name, tongue, infos[name]),
            captions=[model_about(name, tongue, info) for name, info in infos.items()],
            key="model.chosen",
        )
        for offer in state.offers:
            if offer.problem is not None:
                st.caption(
                    say_plain("ui.model.unusable", tongue, name=model_name(offer.name, tongue))
                )
        if st.button(
            say("ui.model.use", tongue),
            key="model.use",
            type="primary",
            disabled=chosen == state.active,
        ):
            bench.models.select(OWNER, chosen)
            st.rerun()


def _fetch_button(bench: Workbench, tongue: Tongue) -> None:
    if any(job.active for job in bench.jobs.list(OWNER, 20, "fetch")):
        return
    if st.button(
        say(
            "ui.model.fetch",
            tongue,
            host=host_of(bench, "huggingface"),
            size=f"{MODEL_BYTES / 1e9:.1f} GB",
        ),
        key="model.fetch",
        icon=":material/download:",
        width="stretch",
    ):
        _confirm(bench, tongue)


def _confirm(bench: Workbench, tongue: Tongue) -> None:
    def body() -> None:
        with guarded("model", bench.log):
            source = st.radio(
                say("ui.model.source", tongue),
                SOURCES,
                format_func=lambda name: host_of(bench, name),
                key="model.source",
            )
            st.markdown(
                say_plain(
                    "ui.model.confirm",
                    tongue,
                    name=bench.fetching.name,
                    host=host_of(bench, source),
                    size=f"{MODEL_BYTES / 1e9:.1f} GB",
                )
            )
            yes, no = st.columns(2)
            if yes.button(
                say("ui.model.start", tongue), key="model.start", type="primary", width="stretch"
            ):
                bench.fetching.submit(OWNER, source)
                st.rerun()
            if no.button(say("ui.cancel", tongue), key="model.cancel", width="stretch"):
                st.rerun()

    st.dialog(say("ui.model.confirm_title", tongue))(body)()


def host_of(bench: Workbench, source: str) -> str:
    """Return the host that a download from ``source`` contacts."""
    if source == "modelscope":
        return MODELSCOPE
    return urlsplit(bench.fetching.hub).hostname or bench.fetching.hub
