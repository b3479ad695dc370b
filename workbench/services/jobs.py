"""Long work in the background: progress that survives leaving the page, cancel, and resume."""

import contextlib
import os
import socket
import threading
import time
from queue import SimpleQueue

from workbench.domain.actors import OWNER, Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import Busy, Conflict, NotFound, Param, WorkbenchError
from workbench.domain.jobs import Job, JobKind
from workbench.domain.ports import ProgressCall
from workbench.logbook import Logbook
from workbench.services.job_run import JobRun, Work
from workbench.store.jobs import JobRepository

HEARTBEAT_SECONDS = 5.0
STALE_SECONDS = 30.0
POLL_SECONDS = 0.2
RESUMED: frozenset[JobKind] = frozenset({"ingest", "labels", "index", "embed", "measure"})
REQUEUED: frozenset[JobKind] = RESUMED | {"rerank"}


class Jobs:
    """Runs jobs in lanes of one thread each, so that reading never waits for a model."""

    def __init__(self, policy: Policy, repository: JobRepository, log: Logbook) -> None:
        self._policy = policy
        self._repository = repository
        self._log = log
        self._work: dict[JobKind, tuple[str, Work]] = {}
        self._lanes: dict[str, SimpleQueue[str | None]] = {}
        self._threads: list[threading.Thread] = []
        self._running: dict[str, JobRun] = {}
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        self._closing = threading.Event()
        self._lease = f"{socket.gethostname()}:{os.getpid()}"

    def register(self, kind: JobKind, lane: str, work: Work) -> None:
        """Say which function does jobs of ``kind``, and in which lane."""
        self._work[kind] = (lane, work)

    def submit(self, actor: Actor, kind: JobKind, key: str, **params: Param) -> Job:
        """Return the job for this work: a new one, or the active one with the same key."""
        self._policy.require(actor, f"job:{kind}")
        job, new = self._repository.submit(kind, key, actor.id, params)
        if new:
            self._queue(job)
        return job

    def run_now(
        self,
        actor: Actor,
        kind: JobKind,
        key: str,
        watch: ProgressCall | None = None,
        **params: Param,
    ) -> Job:
        """Do the work in this thread and return the finished job; for the command line.

        Raises:
            Conflict: ``job_active`` where the same work is being done elsewhere.
        """
        self._policy.require(actor, f"job:{kind}")
        self._repository.interrupt_stale(STALE_SECONDS)
        job, new = self._repository.submit(kind, key, actor.id, params)
        if not new:
            raise Conflict("job_active", job=job.job_id)
        job = self._run(job.job_id, watch)
        while job.active:  # a server on the same home was quicker and does the work
            time.sleep(POLL_SECONDS)
            job = self.get(actor, job.job_id)
        return job

    def list(self, actor: Actor, limit: int = 50, kind: JobKind | None = None) -> tuple[Job, ...]:
        """Return jobs (of one kind), active ones first, then the newest; ``get`` has their results.

        Progress is as memory has it.
        """
        self._policy.require(actor, "view")
        jobs = self._repository.list(limit, kind=kind)
        with self._lock:
            running = dict(self._running)
        return tuple(
            running[j.job_id].snapshot() if j.job_id in running and j.active else j for j in jobs
        )

    def at_work(self, actor: Actor) -> tuple[int, int]:
        """Return how many jobs run and how many wait, however many there are."""
        self._policy.require(actor, "view")
        counts = self._repository.counts()
        return counts.get("running", 0), counts.get("queued", 0)

    def get(self, actor: Actor, job_id: str) -> Job:
        """Return a job.

        Raises:
            NotFound: ``job_unknown``.
        """
        self._policy.require(actor, "view")
        job = self._repository.get(job_id)
        if job is None:
            raise NotFound("job_unknown", job=job_id)
        with self._lock:
            run = self._running.get(job_id)
        return run.snapshot() if run and job.active else job

    def active(self, kind: JobKind, key: str) -> bool:
        """Return whether this work waits or runs, here or in another process."""
        return self._repository.active(kind, key)

    def cancel(self, actor: Actor, job_id: str) -> None:
        """Ask a job to stop; a waiting one ends at once, a running one within a second or so."""
        self._policy.require(actor, "job:cancel", job_id)
        self._repository.request_cancel(job_id)

    def resume(self) -> int:
        """Take up what a crash left behind: requeue what can go on, mark the rest.

        Returns how many jobs were queued again. Called when a server starts, and now and then.
        """
        self._repository.interrupt_stale(STALE_SECONDS)
        again = 0
        # In the order of submission: labels wait in line behind the documents that they quote.
        for job in sorted(self._repository.list(1_000), key=lambda job: job.job_id):
            if job.state == "interrupted" and job.kind in RESUMED and job.kind in self._work:
                fresh, new = self._taken_up(job)
            elif job.state == "queued" and job.kind in self._work:
                if job.kind not in REQUEUED and job.job_id not in self._waiting:
                    # Nothing but a person's own act may contact a hub: a download is not resumed.
                    self._repository.cancel(job.job_id)
                    continue
                fresh, new = job, True
            else:
                continue
            if new and fresh.job_id not in self._waiting:
                self._queue(fresh)
                again += 1
        return again

    def _taken_up(self, job: Job) -> tuple[Job, bool]:
        """Return the job that goes on with interrupted work, and whether it is to be queued."""
        twin = self.active(job.kind, job.key)
        if job.kind == "measure" and not twin:
            # Its experiment is kept under its number: under another one it would be kept twice.
            return self._repository.requeue(job.job_id), True
        self._repository.retire(job.job_id)
        return self._repository.submit(job.kind, job.key, job.owner, job.params)

    def stop(self) -> None:
        """Tell the work in hand to stop; it is queued again, like what waits."""
        self._closing.set()

    def close(self, seconds: float = 5.0) -> None:
        """Stop, and wait for the lanes to end."""
        self.stop()
        with self._lock:
            lanes, threads = list(self._lanes.values()), list(self._threads)
        for lane in lanes:
            lane.put(None)
        for thread in threads:
            thread.join(seconds)

    def _queue(self, job: Job) -> None:
        self._waiting.add(job.job_id)
        self._lane(self._work[job.kind][0]).put(job.job_id)

    def _lane(self, name: str) -> "SimpleQueue[str | None]":
        with self._lock:
            if name not in self._lanes:
                lane: SimpleQueue[str | None] = SimpleQueue()
                self._lanes[name] = lane
                thread = threading.Thread(
                    target=self._drain, args=(lane,), name=f"jobs-{name}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
            return self._lanes[name]

    def _drain(self, lane: "SimpleQueue[str | None]") -> None:
        while (job_id := lane.get()) is not None and not self._closing.is_set():
            try:
                self._run(job_id, None)
            except WorkbenchError as error:
                # The store could not be written; the row is stale soon and taken up again.
                self._log.write("job_lost", job=job_id, code=error.code)
            finally:
                self._waiting.discard(job_id)

    def _run(self, job_id: str, watch: ProgressCall | None) -> Job:
        job = self._repository.claim(job_id, self._lease)
        if job is None:
            return self.get(OWNER, job_id)
        run = JobRun(job, self._repository, watch, self._closing)
        with self._lock:
            self._running[job_id] = run
        stop = threading.Event()
        heart = threading.Thread(target=self._beat, args=(run, stop), daemon=True)
        heart.start()
        started = time.monotonic()
        try:
            self._finish(run, started)
        finally:
            stop.set()
            with self._lock:
                self._running.pop(job_id, None)
        return self.get(OWNER, job_id)

    def _finish(self, run: JobRun, started: float) -> None:
        job = run.job
        state, code = "done", None
        try:
            outcome, result = self._work[job.kind][1](run)
            run.beat()
            self._repository.finish(job.job_id, outcome, result)
        except WorkbenchError as error:
            if self._closing.is_set() and job.kind in REQUEUED:
                state = "queued"
                self._repository.requeue(job.job_id)
            elif error.code.endswith("cancelled"):
                state = "cancelled"
                self._repository.cancel(job.job_id)
            else:
                state, code = "failed", error.code
                self._repository.fail(job.job_id, Notice(error.code, error.params))
        except Exception as error:  # noqa: BLE001 - a lane must outlive any job; the type is logged and told
            state, code = "failed", type(error).__name__
            self._repository.fail(job.job_id, Notice("job_crashed", {"type": code}))
        except BaseException:
            # Ctrl-C: the row must not stay active, or the same work could not be asked for again.
            self._repository.cancel(job.job_id)
            raise
        self._log.write(
            "job",
            kind=job.kind,
            job=job.job_id,
            state=state,
            code=code,
            seconds=time.monotonic() - started,
        )

    def _beat(self, run: JobRun, stop: threading.Event) -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            with contextlib.suppress(Busy):  # the next beat comes soon enough
                run.beat()
