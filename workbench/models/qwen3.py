"""Runs a Qwen3 reranker: token ids of a prompt in, log-odds of yes against no out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import Qwen3ForCausalLM

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.attention import (
    KeysValues,
    Row,
    SegmentRow,
    Strategy,
    VarlenRow,
    tokens_of,
    use_rows,
)
from workbench.models.checkpoint import load_qwen3, require_checkpoint, require_finite
from workbench.models.device import Placement, is_out_of_memory, release_memory
from workbench.models.token_ids import batch_tokens, batches_of, shared_prefix
from workbench.models.varlen import varlen_kernel

BUDGET = 4096
"""Most tokens in one pass through the model, beside the prefix that the prompts share."""
MOST_SHARED = 1024
"""Most tokens of a prefix that are kept: their keys and values lie in memory for every layer."""

T = TypeVar("T")
Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Answers:
    """Token ids of the two answers; the defaults are "yes" and "no" in lower case.

    Source: model card of Qwen/Qwen3-Reranker-0.6B.
    """

    yes: int = 9693
    no: int = 2152


class Qwen3Body:
    """The model in memory, without its output matrix: two rows of it answer the question.

    Raises:
        Unavailable: ``weights_missing``, ``weights_not_safe``, ``weights_damaged``,
            ``weights_not_finite``, or ``architecture_unsupported`` with what was found.
        InvalidInput: ``id_unknown`` where an answer is not in the vocabulary.
    """

    kind = "qwen3"

    def __init__(
        self,
        folder: Path,
        placement: Placement,
        answers: Answers,
        budget: int = BUDGET,
        strategy: Literal["segments", "padded"] | None = None,
    ) -> None:
        require_checkpoint(folder)
        self.placement = placement
        model = load_qwen3(folder, placement)
        self.parameters: int = sum(p.numel() for p in model.parameters())
        self.max_positions: int = model.config.max_position_embeddings
        self._vocabulary: int = model.config.vocab_size
        require_finite(model, folder)
        self._direction = self._answer_direction(model, answers)
        self._body = model.model
        self._budget = budget
        self._kernel = None if strategy else varlen_kernel(placement)
        self.strategy: Strategy = strategy or self._best_strategy()
        if self.strategy != "padded":
            use_rows(self._body)

    def _best_strategy(self) -> Strategy:
        # A row's attention knows no window; the published rerankers have none.
        if self._body.has_sliding_layers:
            return "padded"
        if self._kernel:
            return "varlen"
        return "segments" if self.placement.device == "cpu" else "padded"

    @torch.inference_mode()
    def _answer_direction(self, model: Qwen3ForCausalLM, answers: Answers) -> torch.Tensor:
        _require_ids(np.array([answers.yes, answers.no]), self._vocabulary)
        rows = model.lm_head.weight
        # One difference in float32: rounding both logits first would add error at large values.
        direction: torch.Tensor = rows[answers.yes].float() - rows[answers.no].float()
        return direction

    def log_odds(self, prompts: Sequence[Ids]) -> NDArray[np.float64]:
        """Return log P(yes) - log P(no) after each prompt, in the order given.

        A prompt's number depends on no other prompt (beyond rounding): what all begin with is
        computed once, then each is read for itself. Where memory does not suffice, batches are
        halved down to one.

        Raises:
            InvalidInput: ``prompt_empty``, ``prompt_too_long`` or ``id_unknown``.
            Unavailable: ``out_of_memory`` where one prompt alone does not fit, ``not_finite``.
        """
        self._check(prompts)
        found = np.empty(len(prompts), np.float64)
        shared = self._shared(prompts)
        own = [ids[tokens_of(shared) :] for ids in prompts]
        lengths = [len(ids) for ids in own]
        waiting = batches_of(lengths, self._budget, packed=self._packed)
        while waiting:
            batch = waiting.pop(0)
            odds = self._attempt(partial(self._forward, [own[i] for i in batch], shared))
            if odds is None:
                waiting[:0] = self._halves(batch, lengths)
                continue
            found[batch] = odds
        if not np.isfinite(found).all():
            raise Unavailable("not_finite", tokens=sum(map(len, prompts)))
        return found

    @property
    def _packed(self) -> bool:
        return self.strategy != "padded"

    def _shared(self, prompts: Sequence[Ids]) -> Sequence[KeysValues]:
        length = min(shared_prefix(prompts), MOST_SHARED) if self._packed else 0
        if not length:
            return ()
        # Where not even this fits, every prompt is computed whole, in batches as small as needed.
        return self._attempt(partial(self._prefix, prompts[0][:length])) or ()

    def _check(self, prompts: Sequence[Ids]) -> None:
        for position, ids in enumerate(prompts):
            if not len(ids):
                raise InvalidInput("prompt_empty", position=position)
            if len(ids) > self.max_positions:
                raise InvalidInput("prompt_too_long", tokens=len(ids), limit=self.max_positions)
            _require_ids(ids, self._vocabulary)

    def _halves(self, batch: list[int], lengths: Sequence[int]) -> list[list[int]]:
        release_memory(self.placement.device)
        tokens = batch_tokens(batch, lengths, packed=self._packed)
        if len(batch) == 1:
            raise Unavailable("out_of_memory", tokens=tokens)
        self._budget = min(self._budget, max(tokens // 2, 1))
        middle = len(batch) // 2
        return [batch[:middle], batch[middle:]]

    def _attempt(self, compute: Callable[[], T]) -> T | None:
        # None leaves the exception's frame, which would keep the tensors alive.
        try:
            return compute()
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            return None

    @torch.inference_mode()
    def _forward(self, prompts: list[Ids], shared: Sequence[KeysValues]) -> NDArray[np.float64]:
        last = self._last_states if self._packed else self._last_states_padded
        odds = last(prompts, shared).float() @ self._direction
        return np.asarray(odds.cpu().numpy(), np.float64)

    @torch.inference_mode()
    def _prefix(self, ids: Ids) -> Sequence[KeysValues]:
        row = self._row([len(ids)], keep=True)
        self._states(ids, row)
        return row.kept

    def _last_states(self, prompts: list[Ids], shared: Sequence[KeysValues]) -> torch.Tensor:
        row = self._row([len(ids) for ids in prompts], shared)
        last = torch.tensor(row.lengths).cumsum(0) - 1
        return self._states(np.concatenate(prompts), row)[0, last.to(self.placement.device)]

    def _row(
        self, lengths: Sequence[int], shared: Sequence[KeysValues] = (), *, keep: bool = False
    ) -> Row:
        if self._kernel:
            device = self.placement.device
            return VarlenRow(self._kernel, lengths, shared, device=device, keep=keep)
        return SegmentRow(lengths, shared, keep=keep)

    def _states(self, ids: Ids, row: Row) -> torch.Tensor:
        # Without use_cache=False transformers would let the prompts of a row see each other.
        states: torch.Tensor = self._body(
            input_ids=torch.from_numpy(ids.astype(np.int64))[None].to(self.placement.device),
            position_ids=row.positions.to(self.placement.device),
            use_cache=False,
            row=row,
        ).last_hidden_state
        return states

    def _last_states_padded(self, prompts: list[Ids], shared: Sequence[KeysValues]) -> torch.Tensor:
        ids = np.zeros((len(prompts), max(map(len, prompts))), np.int64)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt)] = prompt
        # No mask: every token sees only what stands before it, so padding on the right changes
        # nothing, positions begin at 0, and the attention kernel stays the fast causal one.
        states = self._body(
            input_ids=torch.from_numpy(ids).to(self.placement.device), use_cache=False
        ).last_hidden_state
        last = torch.tensor([len(prompt) - 1 for prompt in prompts], device=states.device)
        found: torch.Tensor = states[torch.arange(len(prompts), device=states.device), last]
        return found


def _require_ids(ids: NDArray[Any], vocabulary: int) -> None:
    for extreme in (int(ids.min()), int(ids.max())):
        if not 0 <= extreme < vocabulary:
            raise InvalidInput("id_unknown", id=extreme, limit=vocabulary)
