"""Jobs run once, can be cancelled, and are taken up after a crash."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.assembly import build
from workbench.domain.actors import OWNER, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict, InvalidInput, NotFound
from workbench.domain.jobs import Job
from workbench.logbook import Logbook
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.store.database import open_database
from workbench.store.jobs import JobRepository


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    database = open_database(tmp_path)
    return Jobs(Policy(), JobRepository(database), Logbook(tmp_path))


def ended(jobs: Jobs, job_id: str) -> Job:
    deadline = time.monotonic() + 20
    while (job := jobs.get(OWNER, job_id)).active and time.monotonic() < deadline:
        time.sleep(0.01)
    return job


def test_a_job_reports_progress_and_ends_with_its_result(jobs: Jobs) -> None:
    seen: list[tuple[int, int]] = []

    def work(run: JobRun) -> tuple[Notice, str]:
        for done in range(3):
            run.progress(done, 3, "reading")
        return Notice("embedded", {"count": 3}), "result"

    jobs.register("embed", "model", work)
    job = jobs.run_now(OWNER, "embed", "k", lambda done, total: seen.append((done, total)))
    assert (job.state, job.result) == ("done", "result")
    assert seen == [(0, 3), (1, 3), (2, 3)]


def test_the_same_work_is_submitted_once(jobs: Jobs) -> None:
    hold = threading.Event()
    runs: list[str] = []

    def work(run: JobRun) -> tuple[None, None]:
        runs.append(run.job.job_id)
        hold.wait(20)
        return None, None

    jobs.register("embed", "model", work)
    first = jobs.submit(OWNER, "embed", "same")
    second = jobs.submit(OWNER, "embed", "same")
    assert first.job_id == second.job_id
    with pytest.raises(Conflict):
        jobs.run_now(OWNER, "embed", "same")
    hold.set()
    assert ended(jobs, first.job_id).state == "done"
    assert runs == [first.job_id]


def test_a_running_job_is_cancelled(jobs: Jobs) -> None:
    started = threading.Event()

    def work(run: JobRun) -> tuple[None, None]:
        started.set()
        while not run.cancelled():
            time.sleep(0.01)
        raise Conflict("cancelled")

    jobs.register("embed", "model", work)
    job = jobs.submit(OWNER, "embed", "k")
    assert started.wait(10)
    jobs.cancel(OWNER, job.job_id)
    assert ended(jobs, job.job_id).state == "cancelled"


def test_failures_are_codes_and_the_lane_lives_on(jobs: Jobs) -> None:
    def work(run: JobRun) -> tuple[None, None]:
        if run.job.key == "typed":
            raise InvalidInput("query_empty")
        if run.job.key == "crash":
            raise RuntimeError("text that must not be kept")
        return None, None

    jobs.register("embed", "model", work)
    told = {}
    for key in ("typed", "crash", "fine"):
        job = ended(jobs, jobs.submit(OWNER, "embed", key).job_id)
        told[key] = (job.state, job.outcome)
    assert told["typed"] == ("failed", Notice("query_empty", {}))
    assert told["crash"] == ("failed", Notice("job_crashed", {"type": "RuntimeError"}))
    assert told["fine"] == ("done", None)


def test_a_job_that_closing_stops_waits_for_the_next_start(tmp_path: Path) -> None:
    repository = JobRepository(open_database(tmp_path))
    started = threading.Event()

    def work(run: JobRun) -> tuple[None, None]:
        started.set()
        while not run.cancelled():
            time.sleep(0.01)
        raise Conflict("cancelled")

    first = Jobs(Policy(), repository, Logbook(tmp_path))
    first.register("embed", "model", work)
    job = first.submit(OWNER, "embed", "k")
    assert started.wait(10)
    first.close()
    assert repository.get(job.job_id).state == "queued"  # type: ignore[union-attr]

    second = Jobs(Policy(), repository, Logbook(tmp_path))
    second.register("embed", "model", lambda run: (None, "done"))
    assert second.resume() == 1
    assert second.resume() == 0
    assert ended(second, job.job_id).result == "done"


def test_a_download_is_never_taken_up_by_itself(tmp_path: Path) -> None:
    repository = JobRepository(open_database(tmp_path))
    job, _ = repository.submit("fetch", "k", "local", {})
    jobs = Jobs(Policy(), repository, Logbook(tmp_path))
    fetched: list[str] = []
    jobs.register("fetch", "network", lambda run: (fetched.append("x"), (None, None))[1])
    assert jobs.resume() == 0
    assert repository.get(job.job_id).state == "cancelled"  # type: ignore[union-attr]
    assert fetched == []


def test_ctrl_c_leaves_no_job_behind(jobs: Jobs) -> None:
    def work(run: JobRun) -> tuple[None, None]:
        raise KeyboardInterrupt

    jobs.register("embed", "model", work)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_now(OWNER, "embed", "k")
    assert [job.state for job in jobs.list(OWNER)] == ["cancelled"]
    jobs.register("embed", "model", lambda run: (None, "again"))
    assert jobs.run_now(OWNER, "embed", "k").result == "again"


def test_an_unknown_job(jobs: Jobs) -> None:
    with pytest.raises(NotFound):
        jobs.get(OWNER, "none")


def test_what_a_dead_process_left_is_taken_up_again(tmp_path: Path) -> None:
    clock = [1_000.0]
    database = open_database(tmp_path, lambda: clock[0])
    repository = JobRepository(database)
    job, _ = repository.submit("embed", "k", "local", {"corpus": "c"})
    repository.claim(job.job_id, "elsewhere:1")
    waiting, _ = repository.submit("embed", "other", "local", {})
    clock[0] += 3_600
    jobs = Jobs(Policy(), repository, Logbook(tmp_path))
    done: list[str] = []
    jobs.register("embed", "model", lambda run: (done.append(run.job.key), (None, None))[1])
    assert jobs.resume() == 2
    assert ended(jobs, waiting.job_id).state == "done"
    while len(done) < 2:
        time.sleep(0.01)
    jobs.close()
    assert sorted(done) == ["k", "other"]
    assert repository.get(waiting.job_id).state == "done"  # type: ignore[union-attr]
    assert repository.get(job.job_id).state == "interrupted"  # type: ignore[union-attr]


def test_a_measurement_goes_on_under_its_own_number(tmp_path: Path) -> None:
    clock = [1_000.0]
    repository = JobRepository(open_database(tmp_path, lambda: clock[0]))
    cut, _ = repository.submit("measure", "k", "local", {})
    other, _ = repository.submit("measure", "twin", "local", {})
    for job in (cut, other):
        repository.claim(job.job_id, "elsewhere:1")
    clock[0] += 3_600
    repository.interrupt_stale(30)
    twin, new = repository.submit("measure", "twin", "local", {})
    assert new
    jobs = Jobs(Policy(), repository, Logbook(tmp_path))
    done: list[str] = []
    jobs.register("measure", "rerank", lambda run: (done.append(run.job.job_id), (None, None))[1])
    assert jobs.resume() == 2
    assert ended(jobs, cut.job_id).state == ended(jobs, twin.job_id).state == "done"
    jobs.close()
    # The one that was asked for again meanwhile is not done twice.
    assert sorted(done) == sorted([cut.job_id, twin.job_id])
    assert repository.get(other.job_id).state == "interrupted"  # type: ignore[union-attr]


def test_rerank_later_gives_the_slow_order_of_the_same_passages(
    filled: Workbench, wait_for: Callable[[str], Job]
) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    answer = filled.search.ask(OWNER, [corpus], "违约金", "暂停发货")
    job = filled.later.submit(OWNER, answer.pool, "暂停发货", "scripted")
    assert wait_for(job.job_id).state == "done"
    later = filled.later.answer(OWNER, job.job_id)
    assert [r.chunk.chunk_id for r in later.results] == [r.chunk.chunk_id for r in answer.results]
    assert later.reranker.name == "scripted"


def test_an_unfinished_job_has_no_answer(filled: Workbench) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    job = filled.jobs.run_now(OWNER, "embed", corpus, corpus=corpus)
    with pytest.raises(Conflict) as caught:
        filled.later.answer(OWNER, job.job_id)
    assert caught.value.code == "job_unfinished"


def test_a_closed_workbench_leaves_waiting_jobs_for_the_next_start(tmp_path: Path) -> None:
    first = build(Settings(home=tmp_path / "h"))
    corpus = first.corpora.list(OWNER)[0].corpus_id
    first.close()
    second = build(Settings(home=tmp_path / "h"))
    assert second.corpora.list(OWNER)[0].corpus_id == corpus
    second.close()
