import threading
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.samples import TickingClock
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, NotFound
from workbench.store.database import Database, utc_text
from workbench.store.jobs import JobRepository


@pytest.fixture
def jobs(database: Database) -> JobRepository:
    return JobRepository(database)


def _new(jobs: JobRepository, key: str = "k") -> str:
    job, new = jobs.submit("ingest", key, "local", {"name": "合同 🙂.pdf", "size": 3, "x": None})
    assert new
    return job.job_id


def test_a_submitted_job_waits_with_everything_it_was_given(
    jobs: JobRepository, clock: TickingClock
) -> None:
    job, new = jobs.submit("ingest", "k", "local", {"name": "合同 🙂.pdf", "share": 0.5, "x": None})
    assert new
    assert job == jobs.get(job.job_id)
    assert (job.kind, job.key, job.owner, job.state) == ("ingest", "k", "local", "queued")
    assert job.params == {"name": "合同 🙂.pdf", "share": 0.5, "x": None}
    assert (job.done, job.total, job.stage, job.outcome, job.result) == (0, 0, "", None, None)
    assert job.created_at.endswith("Z")
    assert (job.started_at, job.finished_at) == (None, None)
    assert job.active


def test_submitting_the_same_work_again_returns_the_active_job(jobs: JobRepository) -> None:
    first, _ = jobs.submit("ingest", "k", "local", {"n": 1})
    assert jobs.submit("ingest", "k", "local", {"n": 1}) == (first, False)
    jobs.claim(first.job_id, "me")
    again, new = jobs.submit("ingest", "k", "local", {"n": 1})
    assert (again.job_id, again.state, new) == (first.job_id, "running", False)
    other, new = jobs.submit("ingest", "another", "local", {"n": 1})
    assert new and other.job_id != first.job_id
    jobs.finish(first.job_id)
    later, new = jobs.submit("ingest", "k", "local", {"n": 1})
    assert new and later.job_id != first.job_id


def test_many_clicks_at_once_make_one_job(jobs: JobRepository) -> None:
    found = []
    start = threading.Barrier(8)

    def click() -> None:
        start.wait()
        found.append(jobs.submit("rerank", "k", "local", {}))

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job.job_id for job, _ in found}) == 1
    assert sorted(new for _, new in found) == [False] * 7 + [True]


def test_the_database_itself_refuses_two_active_jobs_of_a_key(
    jobs: JobRepository, database: Database
) -> None:
    _new(jobs)
    other = _new(jobs, "other")
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql("UPDATE jobs SET key = 'k' WHERE job_id = ?", (other,))


def test_only_one_of_many_workers_claims_a_job(jobs: JobRepository) -> None:
    job_id = _new(jobs)
    claimed = []
    start = threading.Barrier(6)

    def work(name: str) -> None:
        start.wait()
        claimed.append(jobs.claim(job_id, name))

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (mine,) = [job for job in claimed if job is not None]
    assert mine.state == "running"
    assert mine.started_at is not None
    assert jobs.claim(job_id, "late") is None


def test_progress_is_kept_while_the_job_runs(jobs: JobRepository) -> None:
    job_id = _new(jobs)
    assert jobs.progress(job_id, 1, 2, "reading") is False  # it only waits
    jobs.claim(job_id, "me")
    assert jobs.progress(job_id, 132, 250, "reading") is True
    job = jobs.get(job_id)
    assert (job.done, job.total, job.stage) == (132, 250, "reading")
    jobs.finish(job_id)
    assert jobs.progress(job_id, 0, 0, "") is False
    assert jobs.get(job_id).done == 132
    assert jobs.progress("nowhere", 1, 1, "") is False


def test_a_finished_job_tells_what_came_of_it(jobs: JobRepository) -> None:
    job_id = _new(jobs)
    jobs.claim(job_id, "me")
    outcome = Notice("document_added", {"name": "合同", "chunks": 96})
    job = jobs.finish(job_id, outcome, '{"rows": []}')
    assert job == jobs.get(job_id)
    assert (job.state, job.outcome, job.result) == ("done", outcome, '{"rows": []}')
    assert job.finished_at > job.started_at
    assert not job.active


def test_a_failed_job_tells_why(jobs: JobRepository) -> None:
    job_id = _new(jobs)
    jobs.claim(job_id, "me")
    job = jobs.fail(job_id, Notice("locked", {"name": "a.pdf"}))
    assert (job.state, job.outcome) == ("failed", Notice("locked", {"name": "a.pdf"}))


@pytest.mark.parametrize("end", ["finish", "fail", "cancel"])
def test_a_job_that_has_ended_stays_as_it_is(jobs: JobRepository, end: str) -> None:
    job_id = _new(jobs)
    jobs.claim(job_id, "me")
    ends = {
        "finish": lambda: jobs.finish(job_id),
        "fail": lambda: jobs.fail(job_id, Notice("x")),
        "cancel": lambda: jobs.cancel(job_id),
    }
    ended = ends[end]()
    for other in ends.values():
        assert other() == ended
    assert jobs.request_cancel(job_id) == ended
    assert jobs.claim(job_id, "me") is None


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(
    jobs: JobRepository,
) -> None:
    waiting, running = _new(jobs, "a"), _new(jobs, "b")
    jobs.claim(running, "me")
    assert jobs.cancel_requested(running) is False
    assert jobs.request_cancel(waiting).state == "cancelled"
    assert jobs.request_cancel(running).state == "running"
    assert jobs.cancel_requested(running) is True
    assert jobs.cancel(running).state == "cancelled"


def test_a_job_that_does_not_run_any_more_should_stop(jobs: JobRepository) -> None:
    job_id = _new(jobs)
    jobs.claim(job_id, "me")
    jobs.finish(job_id)
    assert jobs.cancel_requested(job_id) is True
    assert jobs.cancel_requested("nowhere") is True


def test_only_jobs_without_a_recent_heartbeat_are_interrupted(
    jobs: JobRepository, clock: TickingClock
) -> None:
    dead, alive, waiting = _new(jobs, "dead"), _new(jobs, "alive"), _new(jobs, "waiting")
    jobs.claim(dead, "gone")
    jobs.claim(alive, "me")
    clock.now += 100
    jobs.progress(alive, 1, 2, "reading")
    (found,) = jobs.interrupt_stale(60)
    assert (found.job_id, found.state) == (dead, "interrupted")
    assert found.finished_at is not None
    assert [jobs.get(one).state for one in (alive, waiting)] == ["running", "queued"]
    assert jobs.interrupt_stale(60) == ()


def test_a_heartbeat_exactly_as_old_as_allowed_still_counts(
    jobs: JobRepository, database: Database, clock: TickingClock
) -> None:
    job_id = _new(jobs)
    jobs.claim(job_id, "me")
    beat = clock.now  # the claim's last look at the clock
    clock.now = beat + 59  # the next look is 60 s later
    assert jobs.interrupt_stale(60) == ()
    assert clock.now == beat + 60
    assert [job.job_id for job in jobs.interrupt_stale(60)] == [job_id]
    assert jobs.get(job_id).finished_at == utc_text(beat + 61)


def test_a_job_taken_for_dead_may_still_finish(jobs: JobRepository, clock: TickingClock) -> None:
    job_id = _new(jobs)
    jobs.claim(job_id, "slow")
    clock.now += 100
    jobs.interrupt_stale(60)
    assert jobs.fail(job_id, Notice("x")).state == "interrupted"
    assert jobs.finish(job_id, None, "result").state == "done"


def test_a_retired_job_is_not_listed_but_still_found(jobs: JobRepository) -> None:
    job_id = _new(jobs)
    ended = jobs.cancel(job_id)
    jobs.retire(job_id)
    assert jobs.list() == ()
    assert jobs.get(job_id) == ended


def test_active_jobs_stand_first_in_their_order_then_the_newest(jobs: JobRepository) -> None:
    assert jobs.list() == ()
    ids = [_new(jobs, key) for key in "abcd"]
    for ended in (ids[0], ids[2]):
        jobs.cancel(ended)
    jobs.claim(ids[3], "me")
    b, c, d, a = ids[1], ids[2], ids[3], ids[0]
    assert [job.job_id for job in jobs.list()] == [b, d, c, a]
    assert [job.job_id for job in jobs.list(active_first=False)] == [d, c, b, a]
    assert [job.job_id for job in jobs.list(1)] == [b]
    assert jobs.list(0) == ()


def test_one_kind_is_listed_alone_and_no_list_carries_results(jobs: JobRepository) -> None:
    measured = jobs.submit("measure", "m", "local", {})[0].job_id
    _new(jobs)
    jobs.claim(measured, "me")
    jobs.finish(measured, None, "a long result")
    (listed,) = jobs.list(kind="measure")
    assert (listed.job_id, listed.state, listed.result) == (measured, "done", None)
    kept = jobs.get(measured)
    assert kept is not None and kept.result == "a long result"
    assert jobs.list(kind="fetch") == ()
    assert len(jobs.list()) == 2


def test_jobs_are_counted_by_state(jobs: JobRepository) -> None:
    assert jobs.counts() == {}
    ids = [_new(jobs, key) for key in "abcd"]
    jobs.claim(ids[0], "me")
    jobs.cancel(ids[1])
    jobs.retire(ids[1])
    assert jobs.counts() == {"running": 1, "queued": 2}


def test_work_is_active_under_its_kind_and_key_until_it_ends(jobs: JobRepository) -> None:
    assert not jobs.active("embed", "k")
    job_id = jobs.submit("embed", "k", "local", {})[0].job_id
    assert jobs.active("embed", "k")
    assert not jobs.active("embed", "other")
    assert not jobs.active("ingest", "k")
    jobs.claim(job_id, "me")
    assert jobs.active("embed", "k")
    jobs.finish(job_id)
    assert not jobs.active("embed", "k")


@pytest.mark.parametrize("act", ["claim", "finish", "fail", "cancel", "request_cancel"])
def test_an_unknown_job_is_told(jobs: JobRepository, act: str) -> None:
    more = {"claim": ("me",), "fail": (Notice("x"),)}.get(act, ())
    with pytest.raises(NotFound) as caught:
        getattr(jobs, act)("nowhere", *more)
    assert (caught.value.code, caught.value.params) == ("job_unknown", {"job": "nowhere"})
    assert jobs.get("nowhere") is None


def test_a_number_that_is_none_is_refused(jobs: JobRepository) -> None:
    with pytest.raises(InvalidInput) as caught:
        jobs.submit("embed", "k", "local", {"share": float("nan")})
    assert caught.value.code == "not_finite"
    assert jobs.list() == ()
    job_id = _new(jobs)
    jobs.claim(job_id, "me")
    with pytest.raises(InvalidInput):
        jobs.finish(job_id, Notice("x", {"share": float("inf")}))
    assert replace(jobs.get(job_id), started_at=None).state == "running"
