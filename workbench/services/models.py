"""Which reranker and embedder are in use, why, and what else could be."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, Unavailable, WorkbenchError
from workbench.domain.ports import BATCH, EmbedderInfo, Reranker
from workbench.domain.rankings import RerankerInfo
from workbench.logbook import Logbook
from workbench.models.client import ModelHost
from workbench.rerank.known_scores import uncached

RERANKERS = ("qwen3", "embedding", "lexical", "remote")
"""Names in the order in which they are preferred where nothing else decides."""

INTERACTIVE_SECONDS = 5.0
"""A model is a default only where 20 passages of 300 tokens are expected within this time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which reranker was asked for: by the environment, and by the user, who can change it."""

    setting: str
    get: Callable[[], str | None]
    put: Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A reranker by name; ``problem`` says why it cannot be used, None where it can."""

    name: str
    info: RerankerInfo | None
    problem: Notice | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on this machine before anything was loaded."""

    weights: str | None
    looked_in: tuple[str, ...]
    embedder: EmbedderInfo | None
    embedder_looked_in: tuple[str, ...]
    remote_host: str | None = None


@dataclass(frozen=True, slots=True)
class ModelState:
    """What the badge and the doctor show."""

    active: str
    info: RerankerInfo
    why: Notice
    offers: tuple[Offer, ...]
    found: Found
    device: str | None
    expected_seconds: float | None


class Models:
    """Chooses the reranker; loads nothing until it is used."""

    def __init__(
        self,
        policy: Policy,
        host: ModelHost,
        factories: Mapping[str, Callable[[], Reranker]],
        find: Callable[[], Found],
        log: Logbook,
        *,
        wish: Wish,
        answer_seconds: float = 600.0,
    ) -> None:
        self._policy = policy
        self._host = host
        self._factories = factories
        self._find = find
        self._log = log
        self._wish = wish
        self._answer_seconds = answer_seconds
        self._made: dict[str, Reranker] = {}
        self._lock = Lock()
        self._loads_logged = 0

    def deadline(self) -> float:
        """Return the latest ``time.monotonic()`` at which an answer that starts now may come."""
        return time.monotonic() + self._answer_seconds

    def found(self) -> Found:
        """Return what lies on this machine; looks again at every call, since a download may end."""
        return self._find()

    def reranker(self, name: str | None = None) -> Reranker:
        """Return the reranker called ``name``, or the active one.

        Raises:
            InvalidInput: ``reranker_unknown``.
            Unavailable: ``weights_missing``, ``embedder_missing`` or ``remote_missing``.
        """
        wanted = name or self.choose()[0]
        if wanted not in self._factories:
            known = ", ".join(self._factories)
            raise InvalidInput("reranker_unknown", name=wanted, known=known)
        problem = self._problem(wanted)
        if problem:
            raise Unavailable(problem.code, **problem.params)
        with self._lock:
            if wanted not in self._made:
                made = self._factories[wanted]()
                if made.info.host:
                    self._log.write("texts_are_sent", reranker=wanted, host=made.info.host)
                self._made[wanted] = made
            return self._made[wanted]

    def host_of(self, name: str | None = None) -> str | None:
        """Return where that reranker sends texts to; None: nowhere, or it cannot be used."""
        wanted = name or self.choose()[0]
        if wanted not in self._factories or self._problem(wanted):
            return None
        return self.reranker(wanted).info.host

    def local(self) -> str:
        """Return the reranker that would be the default here; it never sends a text anywhere."""
        return self._default()[0]

    def choose(self) -> tuple[str, Notice]:
        """Return the active reranker's name and why it is the one.

        A wish in the environment or the settings is obeyed where it can be; else qwen3 where its
        weights are here and 20 passages of 300 tokens are expected within five seconds; else the
        embedding stand-in; else word overlap. A wish that cannot be granted is told.

        Raises:
            InvalidInput: ``reranker_unknown`` where the wish names none there is.
        """
        wishes = (self._wish.setting, "chosen_by_setting"), (self._wish.get(), "chosen_by_user")
        for name, code in wishes:
            if name and name not in self._factories:
                known = ", ".join(self._factories)
                raise InvalidInput("reranker_unknown", name=name, known=known)
            if name and not self._problem(name):
                return name, Notice(code, {"name": name})
            if name:
                return self._next_best(name)
        return self._next_best(None)

    def _next_best(self, unusable: str | None) -> tuple[str, Notice]:
        name, why = self._default()
        if unusable:
            return name, Notice("chosen_instead", {"wanted": unusable, "name": name})
        return name, why

    def _default(self) -> tuple[str, Notice]:
        found = self._find()
        if found.weights:
            seconds = self.expected_seconds()
            if seconds <= INTERACTIVE_SECONDS:
                return "qwen3", Notice("chosen_fast_enough", {"seconds": round(seconds, 1)})
            if found.embedder:
                return "embedding", Notice("chosen_qwen3_slow", {"seconds": round(seconds)})
        if found.embedder:
            return "embedding", Notice("chosen_no_weights", {})
        return "lexical", Notice("chosen_no_embedder", {})

    def expected_seconds(self, pairs: int = 20, tokens: int = 300) -> float:
        """Return the seconds Qwen3-Reranker-0.6B is expected to take at this machine's speed.

        0.881 GFLOP a token for the body, and the attention's share at this length.
        """
        gflop = pairs * tokens * (0.881 + 4 * 28 * 2048 * (tokens + 1) / 2 / 1e9)
        return gflop / self._host.gflops()

    def select(self, actor: Actor, name: str | None) -> None:
        """Make ``name`` the active reranker of this workbench; None returns to the default.

        Raises:
            InvalidInput: ``reranker_unknown``.
            Unavailable: It cannot be used here.
        """
        self._policy.require(actor, "configure")
        if name is not None:
            self.reranker(name)
        self._wish.put(name)
        self._log.write("reranker_selected", actor=actor.id, reranker=name)

    def state(self, actor: Actor) -> ModelState:
        """Return the active reranker, why it is active, and the others."""
        self._policy.require(actor, "view")
        active, why = self.choose()
        found = self._find()
        offers = tuple(
            Offer(name, self._made[name].info if name in self._made else None, self._problem(name))
            for name in self._factories
        )
        stats = self._host.stats()
        return ModelState(
            active=active,
            info=self.reranker(active).info,
            why=why,
            offers=offers,
            found=found,
            device=stats.device,
            expected_seconds=self.expected_seconds() if found.weights else None,
        )

    def warm(self) -> None:
        """Load the active reranker before anybody waits for it; a failure is logged, not raised.

        Another server is not contacted before somebody asks a question.
        """
        try:
            if not self.host_of():
                model = uncached(self.reranker())
                model.score("warm", ["warm"], "", priority=BATCH, deadline=self.deadline())
        except WorkbenchError as error:
            self._log.write("warming_failed", code=error.code)
        self.log_loads()

    def log_loads(self) -> None:
        """Write a line for every model that was loaded since the last call, with its seconds."""
        loads = self._host.stats().loads
        for load in loads[self._loads_logged :]:
            self._log.write(
                "model_loaded",
                role=load.role,
                seconds=load.seconds,
                device=load.device,
                dtype=load.dtype,
            )
        self._loads_logged = len(loads)

    def _problem(self, name: str) -> Notice | None:
        if name == "lexical":
            return None
        found = self._find()
        if name == "embedding":
            places = "; ".join(found.embedder_looked_in)
            return None if found.embedder else Notice("embedder_missing", {"places": places})
        if name == "qwen3":
            places = "; ".join(found.looked_in)
            return None if found.weights else Notice("weights_missing", {"places": places})
        if name == "remote":
            return None if found.remote_host else Notice("remote_missing")
        return None
