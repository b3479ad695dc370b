"""Offers to rerank the found passages with Qwen3 in the background, and shows what came of it."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.jobs import Job
from workbench.services.answers import Answer
from workbench.services.later import LaterAnswer
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui import jobs as job_views
from workbench.ui.results import show_result
from workbench.ui.score_lines import show_explanation
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

MODEL = "qwen3"
MOST = 20
SHOWN = 10
JOB: Key[tuple[str, str]] = Key("search.later", ("", ""))
"""The job's id, and what it was asked: question, instruction and passages."""


def offer_later(bench: Workbench, answer: Answer, tongue: Tongue) -> LaterAnswer | None:
    """Draw the button where Qwen3 is here but did not answer, then the job; return its result."""
    if answer.reranker is None or answer.reranker.name == MODEL or not answer.pool.candidates:
        return None
    if not bench.models.found().weights:
        return None
    pairs = min(MOST, len(answer.pool.candidates))
    seconds = bench.models.expected_seconds(pairs=pairs)
    if st.button(
        say("ui.later.button", tongue, count=pairs, time=formats.duration(seconds, tongue)),
        key="search.later_button",
        icon=":material/schedule:",
    ):
        job = bench.later.submit(OWNER, answer.pool, answer.instruction.text, MODEL, keep=pairs)
        JOB.put((job.job_id, _asked(answer)))
        st.rerun()
    return _follow(bench, answer, tongue)


def _asked(answer: Answer) -> str:
    places = ",".join(candidate.chunk_id for candidate in answer.pool.candidates)
    return "\n".join((answer.query.text, answer.instruction.text, places))


def _follow(bench: Workbench, answer: Answer, tongue: Tongue) -> LaterAnswer | None:
    job_id, asked = JOB.get()
    if not job_id or asked != _asked(answer):
        return None

    def pick() -> Sequence[Job]:
        return [bench.jobs.get(OWNER, job_id)]

    def draw(jobs: Sequence[Job]) -> None:
        job_views.show_job(bench, jobs[0], tongue, "search.later")

    job_views.watch(bench, "search.later", pick, draw)
    if bench.jobs.get(OWNER, job_id).state != "done":
        return None
    return bench.later.answer(OWNER, job_id)


def show_later(bench: Workbench, found: LaterAnswer, question: str, tongue: Tongue) -> None:
    """Draw the passages in the order of Qwen3."""
    show_explanation(found.reranker, tongue)
    for result in found.results[:SHOWN]:
        show_result(bench, result, question, found.reranker, "search.later")
