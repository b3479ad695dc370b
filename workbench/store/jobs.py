"""Jobs as rows: submitted once, claimed once, and marked when their process died."""

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    case,
    func,
    insert,
    null,
    select,
    update,
)

from workbench.domain.documents import Notice
from workbench.domain.errors import NotFound, Param
from workbench.domain.jobs import ACTIVE, Job, JobKind
from workbench.store.columns import notice_columns, notice_of
from workbench.store.database import Database, utc_text
from workbench.store.tables import jobs

_ACTIVE = jobs.c.state.in_(sorted(ACTIVE))


class JobRepository:
    """Keeps jobs; a change asks for the state it starts from, so that two cannot both make it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(
        self, kind: JobKind, key: str, owner: str, params: dict[str, Param]
    ) -> tuple[Job, bool]:
        """Return the job for this work and whether it is new; one a key is active at most."""
        now = self._database.now()
        values = {"job_id": self._database.new_id(), "kind": kind, "key": key, "owner": owner}
        start = {"state": "queued", "done": 0, "total": 0, "stage": "", "created_at": now}
        with self._database.write() as connection:
            active = _first(connection, jobs.c.key == key, _ACTIVE)
            if active is not None:
                return active, False
            flags = {"cancel_requested": False, "retired": False}
            connection.execute(insert(jobs).values(**values, **start, **flags, params=params))
            return _existing(connection, values["job_id"]), True

    def claim(self, job_id: str, lease_owner: str) -> Job | None:
        """Return the job, running from now on; None where it does not wait (any more).

        Raises:
            NotFound: ``job_unknown``.
        """
        now = self._database.now()
        taken = {"state": "running", "lease_owner": lease_owner, "started_at": now}
        with self._database.write() as connection:
            waits = (jobs.c.job_id == job_id, jobs.c.state == "queued")
            mine = update(jobs).where(*waits).values(**taken, heartbeat_at=now)
            claimed = connection.execute(mine).rowcount == 1
            job = _existing(connection, job_id)
        return job if claimed else None

    def progress(self, job_id: str, done: int, total: int, stage: str) -> bool:
        """Note how far a running job is and that it lives; False where it does not run."""
        values = {"done": done, "total": total, "stage": stage}
        runs = (jobs.c.job_id == job_id, jobs.c.state == "running")
        noted = update(jobs).where(*runs).values(**values, heartbeat_at=self._database.now())
        with self._database.write() as connection:
            return connection.execute(noted).rowcount == 1

    def finish(self, job_id: str, outcome: Notice | None = None, result: str | None = None) -> Job:
        """Return the job, done.

        A job that was taken for dead and did its work all the same is done too; one that ended
        otherwise stays as it was.

        Raises:
            NotFound: ``job_unknown``.
        """
        return self._end(job_id, "done", outcome, ("running", "interrupted"), result)

    def fail(self, job_id: str, outcome: Notice) -> Job:
        """Return the job, failed for the reason given; one that has ended stays as it was.

        Raises:
            NotFound: ``job_unknown``.
        """
        return self._end(job_id, "failed", outcome, ("queued", "running"))

    def cancel(self, job_id: str) -> Job:
        """Return the job, cancelled; one that has ended stays as it was.

        Raises:
            NotFound: ``job_unknown``.
        """
        return self._end(job_id, "cancelled", None, ("queued", "running"))

    def request_cancel(self, job_id: str) -> Job:
        """Return the job: a waiting one is cancelled, a running one was asked to stop.

        Raises:
            NotFound: ``job_unknown``.
        """
        self._end(job_id, "cancelled", None, ("queued",))
        asked = update(jobs).where(jobs.c.job_id == job_id, jobs.c.state == "running")
        with self._database.write() as connection:
            connection.execute(asked.values(cancel_requested=True))
            return _existing(connection, job_id)

    def cancel_requested(self, job_id: str) -> bool:
        """Return whether the job should stop: somebody asked, or it does not run any more."""
        wanted = select(jobs.c.job_id).where(
            jobs.c.job_id == job_id, jobs.c.state == "running", ~jobs.c.cancel_requested
        )
        with self._database.read() as connection:
            return connection.execute(wanted).first() is None

    def requeue(self, job_id: str) -> Job:
        """Return the job, waiting again where its process stopped before the work was done.

        Raises:
            NotFound: ``job_unknown``.
        """
        unset = ("lease_owner", "started_at", "heartbeat_at", "finished_at")
        back = {"state": "queued", **dict.fromkeys(unset)}
        runs = (jobs.c.job_id == job_id, jobs.c.state.in_(("running", "interrupted")))
        with self._database.write() as connection:
            connection.execute(update(jobs).where(*runs).values(**back))
            return _existing(connection, job_id)

    def interrupt_stale(self, older_than_seconds: float) -> tuple[Job, ...]:
        """Return the running jobs without a heartbeat for so long; they are interrupted now."""
        now = self._database.clock()
        stale = (
            jobs.c.state == "running",
            jobs.c.heartbeat_at < utc_text(now - older_than_seconds),
        )
        with self._database.write() as connection:
            found = select(jobs.c.job_id).where(*stale).order_by(jobs.c.created_at)
            dead = list(connection.execute(found).scalars())
            connection.execute(
                update(jobs).where(*stale).values(state="interrupted", finished_at=utc_text(now))
            )
            return tuple(_existing(connection, job_id) for job_id in dead)

    def retire(self, job_id: str) -> None:
        """Leave the job out of ``list``: another one does its work. ``get`` still finds it."""
        with self._database.write() as connection:
            connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(retired=True))

    def get(self, job_id: str) -> Job | None:
        """Return a job, or None where it is unknown."""
        with self._database.read() as connection:
            return _first(connection, jobs.c.job_id == job_id)

    def active(self, kind: JobKind, key: str) -> bool:
        """Return whether a job for this work waits or runs."""
        wanted = select(jobs.c.job_id).where(jobs.c.key == key, jobs.c.kind == kind, _ACTIVE)
        with self._database.read() as connection:
            return connection.execute(wanted).first() is not None

    def counts(self) -> dict[str, int]:
        """Return how many jobs there are by state; a state without any is left out."""
        wanted = select(jobs.c.state, func.count()).where(~jobs.c.retired).group_by(jobs.c.state)
        with self._database.read() as connection:
            return {state: count for state, count in connection.execute(wanted)}

    def list(
        self, limit: int = 50, *, active_first: bool = True, kind: JobKind | None = None
    ) -> tuple[Job, ...]:
        """Return at most ``limit`` jobs, the newest first, without their results.

        With ``active_first`` those that run or wait stand before them, in the order of submission.
        """
        newest = (jobs.c.created_at.desc(), jobs.c.job_id.desc())
        queue = (case((_ACTIVE, 0), else_=1), case((_ACTIVE, jobs.c.created_at)))
        # A result may be as long as a measurement: ``get`` reads it, lists are drawn all the time.
        columns = [null().label("result") if c.name == "result" else c for c in jobs.c]
        wanted = select(*columns).where(~jobs.c.retired).limit(limit)
        if kind is not None:
            wanted = wanted.where(jobs.c.kind == kind)
        ordered = wanted.order_by(*queue, *newest) if active_first else wanted.order_by(*newest)
        with self._database.read() as connection:
            return tuple(map(_job, connection.execute(ordered).mappings()))

    def _end(
        self,
        job_id: str,
        state: str,
        outcome: Notice | None,
        before: tuple[str, ...],
        result: str | None = None,
    ) -> Job:
        told = {"outcome": notice_columns(outcome), "result": result}
        ended = update(jobs).where(jobs.c.job_id == job_id, jobs.c.state.in_(before))
        with self._database.write() as connection:
            now = self._database.now()
            connection.execute(ended.values(state=state, finished_at=now, **told))
            return _existing(connection, job_id)


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> Job | None:
    row = connection.execute(select(jobs).where(*conditions)).mappings().first()
    return None if row is None else _job(row)


def _existing(connection: Connection, job_id: str) -> Job:
    job = _first(connection, jobs.c.job_id == job_id)
    if job is None:
        raise NotFound("job_unknown", job=job_id)
    return job


def _job(row: RowMapping) -> Job:
    return Job(
        job_id=row["job_id"],
        kind=row["kind"],
        key=row["key"],
        owner=row["owner"],
        params=row["params"],
        state=row["state"],
        done=row["done"],
        total=row["total"],
        stage=row["stage"],
        outcome=notice_of(row["outcome"]),
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        result=row["result"],
    )
