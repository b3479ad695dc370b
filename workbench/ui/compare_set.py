"""Comparing with labels: a question set is chosen, measured in the background, and shown."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.jobs import Job
from workbench.services.measurements import MeasurePlan
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui import jobs as job_views
from workbench.ui.held_out_opening import opening_plan
from workbench.ui.measured_view import show_measurement
from workbench.ui.overview import page_path
from workbench.ui.sending import may_send, session_reranker
from workbench.ui.set_form import criteria_line, pick_set, plan_form
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

JOB: Key[str] = Key("compare.set_job", "")
WAITING: Key[MeasurePlan | None] = Key("compare.set_waiting", None)
"""What was submitted, until it is known whether its texts may be sent."""


def show_set_compare(bench: Workbench, tongue: Tongue) -> None:
    """Draw the choice of a set, what to measure, the job, and what it found."""
    sets = [one for one in bench.questions.sets(OWNER) if one.labels]
    if not sets:
        st.info(say("ui.measure.no_sets", tongue), icon=":material/checklist:")
        st.page_link(page_path("home"), label=say("ui.measure.to_samples", tongue))
        return
    chosen = pick_set(sets, tongue)
    labelled = bench.questions.labelled(OWNER, chosen).part(held_out=False)
    with st.expander(say("ui.measure.labels_say", tongue), icon=":material/rule:"):
        st.markdown(criteria_line(labelled.criteria, tongue))
        st.caption(say("ui.measure.grades_mean", tongue))
    plan = plan_form(labelled, tongue)
    held = sum(one.held_out for one in bench.question_sets.get(OWNER, chosen).queries)
    if held:
        st.caption(say("ui.held_out.not_asked", tongue, count=held))
    st.caption(_amount(bench, plan, len(labelled.queries), tongue))
    if st.button(
        say("ui.measure.submit", tongue),
        key="compare.measure",
        type="primary",
        icon=":material/straighten:",
        width="stretch",
        disabled=not (plan.arms or plan.methods),
    ):
        WAITING.put(plan)
    _submit(bench, len(labelled.queries), tongue)
    _follow(bench, chosen, tongue)


def _submit(bench: Workbench, queries: int, tongue: Tongue) -> None:
    """Begin what waits, once its texts may be sent where they are to go."""
    plan = WAITING.get()
    if plan is None:
        return
    wanted = plan.reranker or session_reranker(bench)
    plan = replace(plan, reranker=wanted if plan.arms else None)
    if plan.reranker and not may_send(
        bench,
        plan.reranker,
        "compare.set",
        "ui.remote.ask_set",
        tongue,
        queries=str(queries),
        count=str(plan.candidates),
    ):
        return
    WAITING.put(None)
    JOB.put(bench.measure.submit(OWNER, plan).job_id)
    st.rerun()  # the sidebar was drawn before there was a job


def _amount(bench: Workbench, plan: MeasurePlan, queries: int, tongue: Tongue) -> str:
    """Return how much work the plan is, and how long it takes if that is known."""
    pairs = queries * len(plan.arms) * plan.candidates
    if not pairs:
        return say("ui.measure.no_pairs", tongue, queries=queries)
    told = say("ui.measure.pairs", tongue, queries=queries, pairs=formats.count(pairs))
    pace = bench.experiments.seconds_a_pair(OWNER, session_reranker(bench) or bench.search.active())
    if pace is None:
        return told
    time = formats.duration(pace * pairs, tongue)
    gap = "" if tongue == "zh" else " "
    return f"{told}{gap}{say('ui.experiments.estimate', tongue, time=time)}"


def _follow(bench: Workbench, query_set_id: str, tongue: Tongue) -> None:
    """Draw the measurement that was asked for here, else the last one of this set."""
    job_id = _job_of(bench, query_set_id)
    if not job_id:
        st.caption(say("ui.measure.before", tongue))
        return

    def pick() -> Sequence[Job]:
        return [bench.jobs.get(OWNER, job_id)]

    def draw(jobs: Sequence[Job]) -> None:
        if jobs[0].state != "done":
            job_views.show_job(bench, jobs[0], tongue, "compare.set")

    job_views.watch(bench, "compare.set", pick, draw)
    job = bench.jobs.get(OWNER, job_id)
    if job.state == "done":
        found = bench.measure.answer(OWNER, job_id)
        st.subheader(say("ui.measure.result", tongue, name=found.set_name), anchor=False)
        _kept(bench, query_set_id, job_id, tongue)
        show_measurement(bench, found, tongue)
        opened = opening_plan(bench, query_set_id, found, tongue)
        if opened is not None:
            WAITING.put(opened)
            st.rerun()  # what waits is submitted above, where its texts may be refused


def _kept(bench: Workbench, query_set_id: str, job_id: str, tongue: Tongue) -> None:
    """Say where the result is kept, and how many instructions were tried on this set."""
    kept = bench.measure.experiment(OWNER, job_id)
    if kept is None:
        return
    st.page_link(
        page_path("experiments"),
        label=say("ui.experiments.kept_as", tongue),
        icon=":material/inventory_2:",
        query_params={"experiments.open": kept},
    )
    tried = bench.experiments.tried(OWNER, query_set_id)
    if tried:
        st.caption(say("ui.experiments.tried", tongue, count=tried))


def _job_of(bench: Workbench, query_set_id: str) -> str:
    asked = JOB.get()
    if asked and bench.jobs.get(OWNER, asked).params["set"] == query_set_id:
        return asked
    last = bench.measure.last(OWNER, query_set_id)
    return last.job_id if last else ""
