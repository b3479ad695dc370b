"""Sends token ids to be embedded in calls that are short, so that a question soon has its turn."""

import threading
from collections.abc import Sequence

from workbench.domain.errors import Unavailable
from workbench.models.client import ModelHost
from workbench.models.requests import ModelRequest
from workbench.models.token_ids import batches_of, pack_ids

CALL_SECONDS = 0.7
"""What an interactive call has to wait for at most, by the pace of the calls before it."""
FIRST_TOKENS = 1024
"""Most tokens of a call before the pace is known: a second's work on a slow processor."""
LEAST_TOKENS, MOST_TOKENS = 512, 32768
TELLING_TOKENS = 256
"""Fewer tokens than these tell nothing of the pace."""


class EmbeddingCalls:
    """Calls of texts of similar length, as many as the host reads in ``CALL_SECONDS``."""

    def __init__(self, host: ModelHost, model: ModelRequest) -> None:
        self._host = host
        self._model = model
        self._lock = threading.Lock()
        self._tokens = FIRST_TOKENS

    @property
    def tokens(self) -> int:
        """Return the most tokens of the next call, padding included."""
        return self._tokens

    def vectors(
        self, ids: Sequence[Sequence[int]], width: int, priority: int, *, exact: bool
    ) -> bytes:
        """Return one vector of ``width`` bytes a text, in the order given.

        Raises:
            Unavailable: ``model_error`` where the host answered something else, or its own error.
            Busy: ``queue_full``.
        """
        rows = [b""] * len(ids)
        waiting = sorted(range(len(ids)), key=lambda at: (-len(ids[at]), at))
        while waiting:
            # Planned anew after each call: the first ones show how many tokens are short.
            batch = batches_of([len(ids[at]) for at in waiting], self._tokens)[0]
            chosen, waiting = waiting[: len(batch)], waiting[len(batch) :]
            data = self._call([ids[at] for at in chosen], width, priority, exact=exact)
            for place, position in enumerate(chosen):
                rows[position] = data[place * width : (place + 1) * width]
        return b"".join(rows)

    def _call(
        self, ids: Sequence[Sequence[int]], width: int, priority: int, *, exact: bool
    ) -> bytes:
        lengths, payload = pack_ids(ids)
        header = {"lengths": lengths, "exact": exact}
        reply = self._host.call("embed", header, payload, model=self._model, priority=priority)
        if len(reply.payload) != width * len(ids):
            raise Unavailable("model_error", detail=f"{len(reply.payload)} bytes of vectors")
        self._learn(len(ids) * max(lengths), reply.compute_seconds)
        return reply.payload

    def _learn(self, tokens: int, seconds: float) -> None:
        if tokens < TELLING_TOKENS:
            return
        fitting = round(tokens / max(seconds, 1e-6) * CALL_SECONDS)
        with self._lock:
            # Not more than twice the last: one lucky call says little about much longer ones.
            allowed = min(fitting, 2 * self._tokens, MOST_TOKENS)
            self._tokens = max(allowed, LEAST_TOKENS)
