"""A Qwen3 reranker behind the model host: prompts' token ids in, log-odds out."""

from collections.abc import Sequence

import numpy as np

from workbench.domain.errors import Unavailable
from workbench.domain.pairs import PairOdds, Prompt
from workbench.domain.ports import INTERACTIVE
from workbench.models.client import ModelHost
from workbench.models.requests import ModelRequest
from workbench.models.token_ids import batches_of, pack_ids, shared_prefix

FRAME_TOKENS = 4096
"""Most tokens in one call beside what its prompts share: what an interactive call waits for."""


class HostPairScorer:
    """Scores prompts in calls of similar length; answers that have come survive a restart."""

    def __init__(
        self, host: ModelHost, model: ModelRequest, *, frame_tokens: int = FRAME_TOKENS
    ) -> None:
        self._host = host
        self._model = model
        self._frame_tokens = frame_tokens

    def log_odds(
        self,
        prompts: Sequence[Prompt],
        *,
        groups: Sequence[int] = (),
        priority: int = INTERACTIVE,
        deadline: float | None = None,
    ) -> PairOdds:
        """Return log-odds of yes against no after each prompt, in the order given.

        Raises:
            InvalidInput: ``prompt_empty``, ``prompt_too_long`` or ``id_unknown``.
            Unavailable: The weights or the model host failed, or ``out_of_memory``.
            DeadlineExceeded: ``answer_too_late``.
            Busy: ``queue_full``.
        """
        found = np.empty(len(prompts), np.float64)
        queue = compute = 0.0
        shared = shared_prefix(prompts)
        own = [len(ids) - shared for ids in prompts]
        for batch in batches_of(own, self._frame_tokens, packed=True):
            lengths, payload = pack_ids([prompts[i] for i in batch])
            reply = self._host.call(
                "odds",
                {"lengths": lengths},
                payload,
                model=self._model,
                priority=priority,
                deadline=deadline,
            )
            odds = np.frombuffer(reply.payload, "<f8")
            if len(odds) != len(batch):
                raise Unavailable("model_error", detail=f"{len(odds)} odds for {len(batch)}")
            found[batch] = odds
            queue += reply.queue_seconds
            compute += reply.compute_seconds
        return PairOdds(tuple(found.tolist()), queue, compute)
