"""A Qwen3 reranker behind the model host: prompts' token ids in, log-odds out."""

from collections.abc import Sequence

import numpy as np

from workbench.domain.errors import Param, Unavailable, revive
from workbench.domain.pairs import PairOdds, Prompt
from workbench.domain.ports import INTERACTIVE
from workbench.models.client import ModelHost
from workbench.models.requests import ModelRequest, Reply
from workbench.models.token_ids import pack_ids


class HostPairScorer:
    """Scores what it is given in one call of the host; none where nothing is given."""

    def __init__(self, host: ModelHost, model: ModelRequest) -> None:
        self._host = host
        self._model = model

    def log_odds(
        self,
        prompts: Sequence[Prompt],
        *,
        groups: Sequence[int] = (),
        priority: int = INTERACTIVE,
        deadline: float | None = None,
    ) -> PairOdds:
        """Return log-odds of yes against no after each prompt, in the order given.

        A prompt for which memory does not suffice or whose number is not finite fails alone.

        Raises:
            InvalidInput: ``prompt_empty``, ``prompt_too_long``, ``id_unknown`` or
                ``groups_do_not_match``.
            Unavailable: The weights or the model host failed.
            DeadlineExceeded: ``answer_too_late``.
            Busy: ``queue_full``.
        """
        if not prompts:
            return PairOdds((), 0.0, 0.0)
        lengths, payload = pack_ids(prompts)
        reply = self._host.call(
            "odds",
            {"lengths": lengths, "groups": list(groups)},
            payload,
            model=self._model,
            priority=priority,
            deadline=deadline,
        )
        odds = np.frombuffer(reply.payload, "<f8")
        if len(odds) != len(prompts):
            raise Unavailable("model_error", detail=f"{len(odds)} odds for {len(prompts)}")
        failed = {at: revive(kind, code, params) for at, kind, code, params in _failed(reply)}
        return PairOdds(tuple(odds.tolist()), reply.queue_seconds, reply.compute_seconds, failed)


def _failed(reply: Reply) -> list[tuple[int, str, str, dict[str, Param]]]:
    found: list[tuple[int, str, str, dict[str, Param]]] = reply.header.get("failed", [])
    return found
