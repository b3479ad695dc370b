"""Which reranker and embedder are in use, why, and what else could be."""

import time
from collections.abc import Callable, Mapping
from threading import Lock

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, Unavailable, WorkbenchError
from workbench.domain.ports import BATCH, Reranker
from workbench.domain.rankings import RerankerInfo
from workbench.logbook import Logbook
from workbench.models.client import ModelHost
from workbench.models.references import is_reference
from workbench.rerank.known_scores import uncached
from workbench.services.offers import Found, ModelState, Offer, Refer, Wish, problem_of

INTERACTIVE_SECONDS = 5.0
"""A model is a default only where 20 passages of 300 tokens are expected within this time."""


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
        refer: Refer | None = None,
        answer_seconds: float = 600.0,
    ) -> None:
        """Take how rerankers are made by name, and by what a path or "owner/model" refers to."""
        self._policy = policy
        self._host = host
        self._factories = factories
        self._find = find
        self._log = log
        self._wish = wish
        self._refer = refer
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

        ``name`` may be the path of a folder, or "owner/model" as a hub calls it.

        Raises:
            InvalidInput: ``reranker_unknown``.
            Unavailable: ``weights_missing``, ``embedder_missing`` or ``remote_missing``; for a path
                or "owner/model" what is wrong with the model there, such as ``model_missing``.
        """
        wanted = name or self.choose()[0]
        self._require_known(wanted)
        problem = self._problem(wanted)
        if problem:
            raise Unavailable(problem.code, **problem.params)
        with self._lock:
            if wanted not in self._made:
                made = self._factory(wanted)()
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

    def offered(self) -> tuple[str, ...]:
        """Return every reranker's own name, and the paths and hub names that were configured."""
        configured = (self._wish.setting, self._wish.get())
        return tuple(
            dict.fromkeys((*self._factories, *(n for n in configured if n and is_reference(n))))
        )

    def require_offered(self, name: str | None) -> None:
        """Return where somebody elsewhere may ask for this reranker: not for any folder there is.

        Raises:
            InvalidInput: ``reranker_unknown``.
        """
        if name and name not in (*self.offered(), "none"):
            raise InvalidInput("reranker_unknown", name=name, known=", ".join(self.offered()))

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
            if name:
                self._require_known(name)
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
            Offer(name, self._info(name), self._problem(name)) for name in self.offered()
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

    def _require_known(self, name: str) -> None:
        if name not in self._factories and not (self._refer and is_reference(name)):
            known = ", ".join(self._factories)
            raise InvalidInput("reranker_unknown", name=name, known=known)

    def _factory(self, name: str) -> Callable[[], Reranker]:
        if name in self._factories or self._refer is None:
            return self._factories[name]
        return self._refer(name)

    def _info(self, name: str) -> RerankerInfo | None:
        """Return what is known of a reranker that was made, or that is made of files at hand."""
        if name not in self._factories and not self._problem(name):
            return self.reranker(name).info
        return self._made[name].info if name in self._made else None

    def _problem(self, name: str) -> Notice | None:
        if name == "lexical":
            return None
        if name not in self._factories:
            try:
                self._factory(name)
            except Unavailable as error:
                return Notice(error.code, error.params)
            return None
        return problem_of(name, self._find())
