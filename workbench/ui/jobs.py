"""Background work on the page: progress, time left, cancel, and how it ended."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.errors import Param, WorkbenchError
from workbench.domain.jobs import Job
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.corpus_picker import shown_name
from workbench.ui.frame import guarded
from workbench.ui.notices import WARNINGS, say_plain, sentence
from workbench.ui.safe import md_escape
from workbench.ui.state import STARTED, language
from workbench.words.say import Tongue, say

EVERY = "3s"
"""Streamlit lets a timer that fires just after a click on another page take that click back, so
the fewer timers the better."""
RECENT = 3
TITLE_LIMIT = 60
ICONS = {
    "done": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "interrupted": ":material/pause_circle:",
}


def title(bench: Workbench, job: Job, tongue: Tongue) -> str:
    """Return what a job does, naming the file, library or question."""
    params = {name: _short(value) for name, value in job.params.items()}
    if job.kind in ("embed", "index"):
        params["corpus_name"] = _corpus_name(bench, str(job.params["corpus"]), tongue)
    return say(f"job.{job.kind}", tongue, **params)


def _short(value: Param) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= TITLE_LIMIT else text[:TITLE_LIMIT] + "…"


def _corpus_name(bench: Workbench, corpus_id: str, tongue: Tongue) -> str:
    try:
        return shown_name(bench.corpora.get(OWNER, corpus_id).name, tongue)
    except WorkbenchError:
        return say("ui.jobs.deleted_corpus", tongue)


def outcome(bench: Workbench, job: Job, tongue: Tongue) -> str:
    """Return how a job ended, as one sentence that names its file."""
    name = str(job.params.get("name", ""))
    if job.state == "failed" and job.outcome:
        told = say(f"error.{job.outcome.code}", tongue, **job.outcome.params)
        return (
            say("ui.jobs.ingest_failed", tongue, name=name, reason=told)
            if job.kind == "ingest"
            else told
        )
    if job.state == "done" and job.outcome:
        told = sentence(job.outcome, tongue)
        unnamed = job.kind == "ingest" and "name" not in job.outcome.params
        return say("ui.jobs.ingest_done", tongue, name=name, told=told) if unnamed else told
    return say(f"ui.jobs.{job.state}", tongue, title=title(bench, job, tongue))


def progress_text(job: Job, tongue: Tongue) -> str:
    """Return how far a job is, and how long it is expected to take, where that is known."""
    if job.state == "queued" or not job.total:
        return say(f"ui.jobs.{job.state}", tongue)
    told = say(f"stage.{job.stage or 'working'}", tongue, **_amounts(job))
    left = seconds_left(job)
    if left is None:
        return told
    if job.stage == "embedding" and left:
        pace = (job.total - job.done) / left
        shown = formats.count(round(pace)) if pace >= 10 else f"{pace:.1f}"
        told += say("ui.jobs.pace", tongue, count=shown)
    return told + say("ui.jobs.left", tongue, time=formats.duration(left, tongue))


def _amounts(job: Job) -> dict[str, str]:
    if job.stage == "downloading":
        return {"done": formats.size(job.done), "total": formats.size(job.total)}
    return {"done": formats.count(job.done), "total": formats.count(job.total)}


def seconds_left(job: Job, now: datetime | None = None) -> float | None:
    """Return the seconds that a job still needs at its present pace; None before it has one."""
    if not job.started_at or not job.total or not 0 < job.done <= job.total:
        return None
    spent = ((now or datetime.now(UTC)) - formats.when(job.started_at)).total_seconds()
    return spent * (job.total - job.done) / job.done if spent >= 1 else None


def show_job(bench: Workbench, job: Job, tongue: Tongue, place: str) -> None:
    """Draw one job: a bar and a way to stop it while it is active, else how it ended."""
    if not job.active:
        st.markdown(f"{icon_of(job)} {md_escape(outcome(bench, job, tongue))}")
        return
    told, stop = st.columns([12, 1], vertical_alignment="center")
    text = f"**{md_escape(title(bench, job, tongue))}** · {md_escape(progress_text(job, tongue))}"
    if job.total:
        told.progress(min(job.done / job.total, 1.0), text=text)
    else:
        told.markdown(f":material/hourglass_empty: {text}")
    if stop.button(
        "",
        icon=":material/close:",
        help=say("ui.jobs.cancel", tongue),
        key=f"{place}.cancel.{job.job_id}",
        type="tertiary",
    ):
        bench.jobs.cancel(OWNER, job.job_id)


def icon_of(job: Job) -> str:
    """Return the icon of how a job ended; a file without text is no success to tick off."""
    if job.outcome and job.outcome.code in WARNINGS:
        return ":material/warning:"
    return ICONS[job.state]


def watch(
    bench: Workbench,
    place: str,
    pick: Callable[[], Sequence[Job]],
    draw: Callable[[Sequence[Job]], None],
    *,
    each: bool = False,
) -> None:
    """Draw jobs, again every three seconds while one is active, and the whole page when none is.

    ``pick`` is asked for the jobs at every drawing; ``place`` names the spot on the page. With
    ``each`` the whole page is drawn whenever one has ended: not where a dialog may stand open.
    """
    before = sum(job.active for job in pick())

    def body() -> None:
        with guarded(place, bench.log):
            jobs = pick()
            active = sum(job.active for job in jobs)
            if before and (not active or (each and active < before)):
                st.rerun()
            draw(jobs)

    st.fragment(body, run_every=EVERY if before else None)()


def sidebar_panel(bench: Workbench) -> None:
    """Draw the sidebar's jobs: those at work, and the last few that ended in this session."""
    tongue = language()

    def pick() -> Sequence[Job]:
        jobs = bench.jobs.list(OWNER, 20)
        ended = [job for job in jobs if not job.active and (job.finished_at or "") >= STARTED.get()]
        return [*(job for job in jobs if job.active), *ended[:RECENT]]

    watch(bench, "jobs", pick, lambda jobs: _panel(bench, jobs, tongue))


def _panel(bench: Workbench, jobs: Sequence[Job], tongue: Tongue) -> None:
    if not jobs:
        st.caption(say("ui.jobs.none", tongue))
        return
    st.caption(f"**{say_plain('ui.jobs.title', tongue)}**")
    _, waiting = bench.jobs.at_work(OWNER)
    for job in jobs:
        if job.state == "running":
            _small(bench, job, tongue)
        elif not job.active:
            st.caption(f"{icon_of(job)} {md_escape(outcome(bench, job, tongue))}")
    if waiting:
        st.caption(say("ui.jobs.waiting", tongue, count=waiting))
    if any(job.active for job in jobs):
        st.caption(say("ui.jobs.may_leave", tongue))


def _small(bench: Workbench, job: Job, tongue: Tongue) -> None:
    share = min(job.done / job.total, 1.0) if job.total else 0.0
    told = f"{title(bench, job, tongue)} · {progress_text(job, tongue)}"
    with st.container(gap="xsmall"):
        st.caption(md_escape(told))
        st.progress(share)
        st.button(
            say("ui.jobs.cancel", tongue),
            key=f"jobs.cancel.{job.job_id}",
            type="tertiary",
            on_click=bench.jobs.cancel,
            args=(OWNER, job.job_id),
        )
