"""Download a model's weights: the only act that contacts a hub, and only when it is asked for."""

from pathlib import Path
from typing import Literal, TypeAlias

from workbench.domain.actors import Actor
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.jobs import Job
from workbench.domain.ports import ProgressCall
from workbench.models.fetch import Hub, fetch
from workbench.models.weights import folder_for
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs

Source: TypeAlias = Literal["huggingface", "modelscope"]
SOURCES: tuple[Source, ...] = ("huggingface", "modelscope")
MODEL_BYTES = 1_203_000_000
"""About what Qwen3-Reranker-0.6B weighs, for the button that names host and size."""


class Fetching:
    """Fetches weights as a job that can be cancelled and taken up again."""

    def __init__(self, jobs: Jobs, home: Path, hub: str, name: str) -> None:
        self._jobs = jobs
        self._home = home
        self.hub = hub
        self.name = name
        jobs.register("fetch", "network", self._fetch)

    def submit(self, actor: Actor, source: str = "huggingface", name: str | None = None) -> Job:
        """Return the job that downloads the model."""
        return self._jobs.submit(
            actor, "fetch", self._key(source, name), **self._params(source, name)
        )

    def now(
        self,
        actor: Actor,
        source: str = "huggingface",
        name: str | None = None,
        watch: ProgressCall | None = None,
    ) -> Job:
        """Download the model in this thread and return the finished job."""
        return self._jobs.run_now(
            actor, "fetch", self._key(source, name), watch, **self._params(source, name)
        )

    def _params(self, source: str, name: str | None) -> dict[str, str]:
        if source not in SOURCES:
            raise InvalidInput("source_unknown", name=source, known=", ".join(SOURCES))
        return {"source": source, "name": name or self.name}

    def _key(self, source: str, name: str | None) -> str:
        return f"{source}:{name or self.name}"

    def _fetch(self, run: JobRun) -> tuple[Notice | None, str | None]:
        source, name = str(run.job.params["source"]), str(run.job.params["name"])
        fetched = fetch(
            name,
            folder_for(self._home, name),
            Hub.of(source, self.hub),
            progress=lambda done, total: run.progress(done, total, "downloading"),
            cancelled=run.cancelled,
        )
        folder = str(fetched.folder)
        return Notice("model_fetched", {"name": name, "folder": folder}), folder
