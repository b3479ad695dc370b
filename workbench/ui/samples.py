"""The sample libraries: load them with one click, begin with a question, measure, remove."""

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.services.questions import SetOverview
from workbench.services.samples import Sample
from workbench.services.workbench import Workbench
from workbench.ui.overview import page_path
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

CHOSEN: Key[list[str]] = Key("search.corpora", [])
"""The libraries that the page Search asks."""


def show_samples(bench: Workbench, tongue: Tongue, *, inviting: bool) -> None:
    """Draw the sample libraries; ``inviting`` opens the box, where nothing else is there yet."""
    samples = bench.samples.list(OWNER)
    if not samples:
        return
    waiting = [one for one in samples if one.corpus is None]
    head = say("ui.samples.title", tongue, count=len(samples), loaded=len(samples) - len(waiting))
    opened = inviting or any(one.corpus for one in samples)
    with st.expander(head, icon=":material/library_books:", expanded=opened):
        st.caption(say("ui.samples.lead", tongue))
        if waiting and st.button(
            say("ui.samples.load_all", tongue, count=len(waiting)),
            key="home.load_samples",
            type="primary" if inviting else "secondary",
            icon=":material/download:",
        ):
            load(bench, waiting, tongue)
            st.rerun()
        sets = bench.questions.sets(OWNER) if len(waiting) < len(samples) else ()
        by_corpus = {one.corpus.corpus_id: one for one in sets}
        with st.grid(3):
            for sample in samples:
                with st.container(border=True, height="stretch"):
                    _card(bench, sample, by_corpus, tongue)


def load(bench: Workbench, samples: Sequence[Sample], tongue: Tongue) -> None:
    """Hand every document of the samples in, as an upload would."""
    with st.spinner(say("ui.samples.loading", tongue, count=len(samples))):
        for sample in samples:
            bench.samples.load(OWNER, sample.sample_id, tongue)


def _card(
    bench: Workbench, sample: Sample, sets: Mapping[str, SetOverview], tongue: Tongue
) -> None:
    st.markdown(f"**{md_escape(sample.name[tongue])}**")
    st.caption(md_escape(sample.about[tongue]))
    one = sample.sample_id
    if sample.corpus is None:
        if st.button(say("ui.samples.load", tongue), key=f"home.sample.{one}", width="stretch"):
            load(bench, [sample], tongue)
            st.rerun()
        return
    st.caption(
        say(
            "ui.samples.holds",
            tongue,
            documents=sample.corpus.documents,
            chunks=sample.corpus.chunks,
        )
    )
    if st.button(
        sample.example[tongue],
        key=f"home.try.{one}",
        icon=":material/search:",
        help=say("ui.samples.try_help", tongue),
        width="stretch",
        disabled=not sample.corpus.chunks,
    ):
        _ask(sample, tongue)
    _measure_or_remove(bench, sample, sets.get(sample.corpus.corpus_id), tongue)


def _ask(sample: Sample, tongue: Tongue) -> None:
    question = sample.example[tongue]
    Key("search.question", "").put(question)
    Key("search.ask_now", False).put(True)
    params: dict[str, str | list[str]] = {"search.question": question}
    if sample.corpus is not None:
        CHOSEN.put([sample.corpus.corpus_id])
        params["search.corpora"] = [sample.corpus.name]
    st.switch_page(page_path("search"), query_params=params)


def _measure_or_remove(
    bench: Workbench, sample: Sample, its: SetOverview | None, tongue: Tongue
) -> None:
    with st.container(horizontal=True):
        pressed = st.button(
            say("ui.samples.measure", tongue),
            key=f"home.measure.{sample.sample_id}",
            icon=":material/straighten:",
            type="tertiary",
            disabled=its is None or not its.labels,
        )
        if pressed and its is not None:
            Key("compare.set", "").put(its.query_set.query_set_id)
            params = {"compare.set": its.query_set.name}
            st.switch_page(page_path("compare"), query_params=params)
        if st.button(
            say("ui.samples.remove", tongue),
            key=f"home.remove.{sample.sample_id}",
            help=say("ui.samples.remove_help", tongue),
            icon=":material/delete:",
            type="tertiary",
        ):
            bench.samples.remove(OWNER, sample.sample_id)
            st.rerun()
