"""Long work that survives leaving the page: its states and what is shown of it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.domain.documents import Notice
from workbench.domain.errors import Param

JobKind: TypeAlias = Literal["ingest", "labels", "index", "embed", "rerank", "measure", "fetch"]
JobState: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]

ACTIVE: frozenset[JobState] = frozenset({"queued", "running"})


@dataclass(frozen=True, slots=True)
class Job:
    """A snapshot of a job; ``total`` 0 means that it is not known yet.

    ``key`` is the same for the same work: submitting it again returns the job that is active.
    ``outcome`` is a code and parameters, never a sentence: the error of a failed job, what to know
    of a finished one. Times are UTC with Z.
    """

    job_id: str
    kind: JobKind
    key: str
    owner: str
    params: dict[str, Param]
    state: JobState
    done: int
    total: int
    stage: str
    outcome: Notice | None
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    result: str | None = None

    @property
    def active(self) -> bool:
        """Return whether the job waits or runs."""
        return self.state in ACTIVE
