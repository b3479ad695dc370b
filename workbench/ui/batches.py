"""What became of the files that were handed in together: a sum, what failed, then the rest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus
from workbench.domain.jobs import Job
from workbench.services.batches import Batch, Handed
from workbench.services.ingestion import LOCKED
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui import jobs as job_views
from workbench.ui.notices import sentence
from workbench.ui.safe import md_escape
from workbench.words.say import Tongue, say

INLINE = 5
LISTED = 30
SHOWN_SECONDS = 24 * 3600
ORDER = ("failed", "reading", "read", "there", "left")


def state_of(one: Handed, jobs: Mapping[str, Job]) -> str:
    """Return what became of a file: read, reading, failed, there (before), or left (alone)."""
    if one.fate in ("skipped", "left"):
        return "there" if one.fate == "skipped" else "left"
    job = jobs.get(one.job_id or "")
    if job is None:
        return "failed"
    return "reading" if job.active else "read" if job.state == "done" else "failed"


def sum_of(batch: Batch, jobs: Mapping[str, Job], tongue: Tongue) -> str:
    """Return how many files there were and what became of them, as one line."""
    states = [state_of(one, jobs) for one in batch.files]
    parts = [
        say(f"ui.batch.{state}", tongue, count=states.count(state))
        for state in ("read", "reading", "failed", "there", "left")
        if state in states
    ]
    if batch.hidden:
        parts.append(say("ui.batch.hidden", tongue, count=batch.hidden))
    told = say("ui.batch.comma", tongue).join(parts)
    return say("ui.batch.sum", tongue, count=len(batch.files), parts=told)


def show_handed(bench: Workbench, corpus: Corpus, page: str, tongue: Tongue) -> None:
    """Draw what was handed in to a library, with progress, reasons and password prompts.

    It is read from the store, so that leaving or reloading the page loses nothing.
    """
    batch = bench.batches.last(OWNER, corpus.corpus_id)
    if not batch.files or _is_past(bench, batch):
        return

    def pick() -> Sequence[Job]:
        return list(bench.batches.jobs_of(OWNER, batch).values())

    def draw(jobs: Sequence[Job]) -> None:
        by_id = {job.job_id: job for job in jobs}
        st.markdown(md_escape(sum_of(batch, by_id, tongue)))
        _show_files(bench, corpus, batch, by_id, page, tongue)

    with st.container(border=True):
        head, clear = st.columns([5, 1], vertical_alignment="center")
        head.markdown(f"**{say('ui.uploads.results', tongue)}**")
        if clear.button(say("ui.uploads.clear", tongue), key=f"{page}.clear", type="tertiary"):
            bench.batches.clear(OWNER, corpus.corpus_id)
            st.rerun()
        job_views.watch(bench, page, pick, draw, each=page == "home")


def _is_past(bench: Workbench, batch: Batch) -> bool:
    """Return whether nothing of an older batch needs attention any more."""
    jobs = bench.batches.jobs_of(OWNER, batch)
    if any(state_of(one, jobs) in ("failed", "reading") for one in batch.files):
        return False
    age = datetime.now(UTC) - formats.when(batch.at)
    return age.total_seconds() > SHOWN_SECONDS


def _show_files(
    bench: Workbench,
    corpus: Corpus,
    batch: Batch,
    jobs: Mapping[str, Job],
    page: str,
    tongue: Tongue,
) -> None:
    found: dict[str, list[Handed]] = {state: [] for state in ORDER}
    for one in batch.files:
        found[state_of(one, jobs)].append(one)
    for one in found["failed"]:
        _line(bench, one, jobs, tongue)
        _password_prompt(bench, corpus, jobs.get(one.job_id or ""), page, tongue)
    active = [jobs[one.job_id or ""] for one in found["reading"]]
    for job in active:
        if job.state == "running":
            job_views.show_job(bench, job, tongue, page)
    if waiting := sum(job.state == "queued" for job in active):
        st.caption(say("ui.batch.waiting", tongue, count=waiting))
    for state in ("read", "there"):
        _fold(bench, found[state], state, jobs, tongue)
    if left := found["left"]:
        names = [one.place for one in left[:LISTED]]
        shown = say("ui.batch.between", tongue).join(names) + ("…" if len(left) > LISTED else "")
        told = say("ui.batch.left_alone", tongue, names=shown)
        st.caption(f":material/info: {md_escape(told)}")


def _fold(
    bench: Workbench, files: Sequence[Handed], state: str, jobs: Mapping[str, Job], tongue: Tongue
) -> None:
    if len(files) <= INLINE:
        for one in files:
            _line(bench, one, jobs, tongue)
        return
    with st.expander(say(f"ui.batch.list_{state}", tongue, count=len(files))):
        for one in files:
            _line(bench, one, jobs, tongue)


def _line(bench: Workbench, one: Handed, jobs: Mapping[str, Job], tongue: Tongue) -> None:
    job = jobs.get(one.job_id or "")
    if job is not None:
        icon, told = job_views.icon_of(job), job_views.outcome(bench, job, tongue)
    elif one.told is not None and one.fate == "refused":
        reason = say(f"error.{one.told.code}", tongue, **one.told.params)
        named = "name" in one.told.params
        icon = ":material/error:"
        told = (
            reason if named else say("ui.jobs.ingest_failed", tongue, name=one.name, reason=reason)
        )
    elif one.told is not None:
        icon, told = ":material/info:", sentence(one.told, tongue)
    else:
        icon, told = ":material/error:", say("ui.batch.unknown", tongue, name=one.name)
    place = "" if one.place == one.name else f" :gray[{md_escape(one.place)}]"
    st.markdown(f"{icon} {md_escape(told)}{place}")


def _password_prompt(
    bench: Workbench, corpus: Corpus, job: Job | None, page: str, tongue: Tongue
) -> None:
    if job is None or job.state != "failed" or not job.outcome or job.outcome.code not in LOCKED:
        return
    with st.form(f"{page}.unlock.{job.job_id}", border=False):
        field, button = st.columns([3, 1], vertical_alignment="bottom")
        password = field.text_input(
            say("ui.uploads.password", tongue),
            type="password",
            key=f"{page}.password.{job.job_id}",
        )
        if button.form_submit_button(say("ui.uploads.unlock", tongue)) and password:
            bench.batches.read_again(OWNER, corpus.corpus_id, job.job_id, password)
            st.rerun()
