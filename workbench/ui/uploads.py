"""The place to drop files, and what became of each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus, Notice
from workbench.domain.errors import WorkbenchError
from workbench.domain.jobs import Job
from workbench.services.uploads import KINDS
from workbench.services.workbench import Workbench
from workbench.ui import jobs as job_views
from workbench.ui.notices import sentence
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed in: the job that reads it, or why there is none."""

    name: str
    job_id: str | None
    skipped: Notice | None
    refused: Notice | None


def drop_zone(bench: Workbench, corpus: Corpus, page: str, tongue: Tongue) -> None:
    """Draw the uploader and hand every file that lies in it to the corpus.

    The uploader is emptied afterwards. Handing the same file in twice changes nothing, so an
    interruption half-way costs nothing either.
    """
    turn: Key[int] = Key(f"{page}.upload_turn", 0)
    files = st.file_uploader(
        say("ui.uploads.label", tongue),
        type=[ending.removeprefix(".") for ending in KINDS],
        accept_multiple_files=True,
        max_upload_size=bench.settings.upload_bytes // MIB,
        key=f"{page}.upload.{turn.get()}",
    )
    st.caption(say("ui.uploads.kinds", tongue, limit=bench.settings.upload_bytes // MIB))
    if not files:
        return
    with st.spinner(say("ui.uploads.keeping", tongue, count=len(files))):
        handed = [_hand_in(bench, corpus, file.name, file.getvalue()) for file in files]
    _handed(page).put([*handed, *_handed(page).get()][:200])
    turn.put(turn.get() + 1)
    st.rerun()


def _handed(page: str) -> Key[list[Handed]]:
    return Key(f"{page}.handed", [])


def _hand_in(bench: Workbench, corpus: Corpus, name: str, data: bytes) -> Handed:
    try:
        upload = bench.uploads.upload(OWNER, corpus.corpus_id, name, data)
    except WorkbenchError as error:
        return Handed(name, None, None, Notice(error.code, error.params))
    return Handed(upload.name, upload.job.job_id if upload.job else None, upload.skipped, None)


def show_handed(bench: Workbench, page: str, tongue: Tongue) -> None:
    """Draw what became of the files of this session, with progress and password prompts."""
    handed = _handed(page).get()
    if not handed:
        return

    def pick() -> Sequence[Job]:
        return [bench.jobs.get(OWNER, one.job_id) for one in handed if one.job_id]

    def draw(jobs: Sequence[Job]) -> None:
        by_id = {job.job_id: job for job in jobs}
        for one in handed:
            if one.job_id is None:
                _show_left_alone(one, tongue)
                continue
            job_views.show_job(bench, by_id[one.job_id], tongue, page)
            _password_prompt(bench, by_id[one.job_id], page, tongue)

    with st.container(border=True):
        head, clear = st.columns([5, 1], vertical_alignment="center")
        head.markdown(f"**{say('ui.uploads.results', tongue)}**")
        if clear.button(say("ui.uploads.clear", tongue), key=f"{page}.clear", type="tertiary"):
            _handed(page).put([])
            st.rerun()
        job_views.watch(bench, page, pick, draw)


def _show_left_alone(one: Handed, tongue: Tongue) -> None:
    if one.skipped:
        st.markdown(f":material/info: {md_escape(sentence(one.skipped, tongue))}")
    elif one.refused:
        told = say(f"error.{one.refused.code}", tongue, **one.refused.params)
        st.markdown(f":material/error: {md_escape(told)}")


def _password_prompt(bench: Workbench, job: Job, page: str, tongue: Tongue) -> None:
    if job.state != "failed" or job.outcome is None or job.outcome.code not in LOCKED:
        return
    with st.form(f"{page}.unlock.{job.job_id}", border=False):
        field, button = st.columns([3, 1], vertical_alignment="bottom")
        password = field.text_input(
            say("ui.uploads.password", tongue),
            type="password",
            key=f"{page}.password.{job.job_id}",
        )
        if button.form_submit_button(say("ui.uploads.unlock", tongue)) and password:
            again = bench.uploads.read_again(OWNER, job.job_id, password=password)
            _handed(page).put(
                [
                    Handed(one.name, again.job.job_id, None, None)
                    if one.job_id == job.job_id and again.job
                    else one
                    for one in _handed(page).get()
                ]
            )
            st.rerun()


LOCKED = frozenset({"locked", "wrong_password"})
"""Codes of a file that can be read once its password is known."""
