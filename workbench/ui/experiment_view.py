"""One stored experiment: its numbers as they were, its name, and ways to make it again."""

import json
from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.experiments import Experiment
from workbench.domain.jobs import Job
from workbench.services.experiment_files import document_of
from workbench.services.experiment_pairs import Reproduction, arms_of
from workbench.services.experiment_runs import run_files, zipped
from workbench.services.workbench import Workbench
from workbench.ui import jobs as job_views
from workbench.ui.experiment_list import ADDRESS, facts
from workbench.ui.experiment_pair import show_beside
from workbench.ui.measured import field_names
from workbench.ui.measured_view import show_measurement
from workbench.ui.overview import page_path
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

JOB: Key[str] = Key("experiments.job", "")
"""The measurement that was begun here."""


def show_experiment(bench: Workbench, experiment_id: str, tongue: Tongue) -> None:
    """Draw an experiment from what it froze; no model and no index is asked."""
    one = bench.experiments.get(OWNER, experiment_id)
    if st.button(
        say("ui.experiments.back", tongue), key="experiments.back", icon=":material/list:"
    ):
        del st.query_params[ADDRESS]
        st.rerun()
    st.subheader(md_escape(one.name), anchor=False)
    st.caption(md_escape(" · ".join(filter(None, (facts(bench, one, tongue), one.note)))))
    _actions(bench, one, tongue)
    _follow(bench, tongue)
    _again(bench, one, tongue)
    tried = bench.experiments.tried(OWNER, one.query_set_id)
    if tried:
        st.caption(say("ui.experiments.tried", tongue, count=tried))
    show_measurement(bench, bench.experiments.answer(OWNER, experiment_id), tongue)


def _actions(bench: Workbench, one: Experiment, tongue: Tongue) -> None:
    with st.container(horizontal=True):
        with st.popover(say("ui.experiments.rename", tongue), icon=":material/edit:"):
            _rename(bench, one, tongue)
        if arms_of(one):
            for act, begin in (
                ("reproduce", bench.measure.reproduce),
                ("renew", bench.measure.renew),
            ):
                pressed = st.button(
                    say(f"ui.experiments.{act}", tongue),
                    key=f"experiments.{act}",
                    help=say(f"ui.experiments.{act}_help", tongue),
                )
                if pressed:
                    JOB.put(begin(OWNER, one.experiment_id).job_id)
                    st.rerun()  # the sidebar was drawn before there was a job
        st.download_button(
            say("ui.experiments.download", tongue),
            lambda: _file(bench, one),
            file_name=f"experiment-{one.manifest.identity[:12]}.json",
            mime="application/json",
            key="experiments.download",
            icon=":material/download:",
            on_click="ignore",
        )
        if arms_of(one):
            st.download_button(
                say("ui.experiments.download_runs", tongue),
                lambda: zipped(run_files(one, bench.experiments.frozen(OWNER, one.experiment_id))),
                file_name=f"runs-{one.manifest.identity[:12]}.zip",
                mime="application/zip",
                key="experiments.download_runs",
                icon=":material/download:",
                on_click="ignore",
                help=say("ui.experiments.download_runs_help", tongue),
            )


def _file(bench: Workbench, one: Experiment) -> bytes:
    document = document_of(one, bench.experiments.frozen(OWNER, one.experiment_id))
    return json.dumps(document, ensure_ascii=False).encode()


def _rename(bench: Workbench, one: Experiment, tongue: Tongue) -> None:
    with st.form("experiments.rename", border=False):
        name = st.text_input(say("ui.experiments.name", tongue), one.name, key="experiments.name")
        note = st.text_area(say("ui.experiments.note", tongue), one.note, key="experiments.note")
        if st.form_submit_button(say("ui.experiments.save", tongue)):
            bench.experiments.describe(OWNER, one.experiment_id, name or "", note or "")
            st.rerun()


def _follow(bench: Workbench, tongue: Tongue) -> None:
    """Draw the measurement that was begun here, and go to what it made."""
    job_id = JOB.get()
    if not job_id:
        return

    def pick() -> Sequence[Job]:
        return [bench.jobs.get(OWNER, job_id)]

    def draw(jobs: Sequence[Job]) -> None:
        if jobs[0].state != "done":
            job_views.show_job(bench, jobs[0], tongue, "experiments")

    job_views.watch(bench, "experiments", pick, draw)
    if bench.jobs.get(OWNER, job_id).state == "done":
        JOB.put("")
        made = bench.measure.experiment(OWNER, job_id)
        if made is not None:
            st.query_params[ADDRESS] = made
            st.rerun()


def _again(bench: Workbench, one: Experiment, tongue: Tongue) -> None:
    """Draw how an experiment that was made again stands to the one before."""
    if one.reproduces is None:
        return
    st.page_link(
        page_path("experiments"),
        label=say("ui.experiments.of", tongue),
        icon=":material/history:",
        query_params={ADDRESS: one.reproduces},
    )
    found = bench.experiments.reproduction(OWNER, one.experiment_id)
    if found is None:
        st.markdown(f"**{say('ui.experiments.against', tongue)}**")
        show_beside(bench.experiments.beside(OWNER, one.reproduces, one.experiment_id), tongue)
        return
    exact = found.same == found.orders and found.margin == 0.0
    box = st.success if exact else st.info
    box(reproduction_text(found, tongue))


def reproduction_text(found: Reproduction, tongue: Tongue) -> str:
    """Return how an experiment came out when it was computed again."""
    if found.same == found.orders and found.margin == 0.0:
        told = say("ui.experiments.exact", tongue, orders=found.orders)
    else:
        told = say(
            "ui.experiments.close",
            tongue,
            orders=found.orders,
            same=found.same,
            first=found.first,
            margin=f"{found.margin:.3g}",
        )
    if not found.differs:
        return told
    fields = field_names(found.differs, tongue)
    gap = "" if tongue == "zh" else " "
    return f"{told}{gap}{say('ui.experiments.environment', tongue, fields=fields)}"
