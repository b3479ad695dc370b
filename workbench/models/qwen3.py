"""Runs a Qwen3 reranker: token ids of a prompt in, log-odds of yes against no out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import Qwen3ForCausalLM

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.attention import Row, SegmentRow, Strategy, VarlenRow, use_rows
from workbench.models.checkpoint import load_qwen3, require_checkpoint, require_finite
from workbench.models.device import Placement, release_memory
from workbench.models.heartbeat import Heartbeat, layer_gflop
from workbench.models.passes import MOST_SHARED, Ids, groups_of, sizes_of
from workbench.models.precision import in_float32
from workbench.models.prefixes import KeptPrefixes, Prefix
from workbench.models.run import Budget, Run, Scored
from workbench.models.varlen import varlen_kernel

BUDGET = 4096
"""Most tokens in one pass through the model, beside the prefixes that its prompts share."""
_VAIN = 3
"""After as many readings in float32 in a row that gave no number, a model gets no more of them."""


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
    beats = True

    def __init__(
        self,
        folder: Path,
        placement: Placement,
        answers: Answers,
        budget: int = BUDGET,
        strategy: Literal["segments", "padded"] | None = None,
        heart: Heartbeat | None = None,
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
        self._budget = Budget(budget)
        self._kept = KeptPrefixes()
        self._heart = heart or Heartbeat()
        self._heart.watch(self._body.layers, placement.device)
        self._computed = 0
        self._in_vain = 0
        self._exact = False
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

    def log_odds(self, prompts: Sequence[Ids], groups: Sequence[int] = ()) -> NDArray[np.float64]:
        """Return log P(yes) - log P(no) after each prompt, in the order given.

        Raises:
            InvalidInput: As ``scored``.
            Unavailable: What the first prompt without a number failed with.
        """
        scored = self.scored(prompts, groups)
        for position in sorted(scored.failed):
            raise scored.failed[position]
        return scored.log_odds

    def scored(self, prompts: Sequence[Ids], groups: Sequence[int] = ()) -> Scored:
        """Return log P(yes) - log P(no) after each prompt, or why there is none.

        ``groups`` are the sizes of runs of prompts that begin alike, () for one of all. A prompt's
        number depends on no other prompt (beyond rounding): what a group begins with is computed
        once, then each is read for itself. Where memory does not suffice, passes are halved down to
        one prompt, which fails alone with ``out_of_memory``. What is not finite in half precision
        is read again in float32, and fails alone with ``not_finite`` where it is not finite there.

        Raises:
            InvalidInput: ``prompt_empty``, ``prompt_too_long``, ``id_unknown`` or
                ``groups_do_not_match``.
        """
        self._check(prompts)
        together = groups_of(prompts, groups, MOST_SHARED if self.packed else 0)
        run = Run(self, prompts, self._budget, self._kept)
        run.read(together)
        odd = [at for at in run.scored.unanswered() if at not in run.scored.failed]
        if odd and self.placement.dtype != "float32" and self._in_vain < _VAIN:
            run.scored.take(
                odd, self._exactly([prompts[at] for at in odd], sizes_of(together, odd))
            )
            self._in_vain += 1
            if any(np.isfinite(run.scored.log_odds[odd])):
                self._in_vain = 0
        for at in run.scored.unanswered():
            run.scored.log_odds[at] = np.nan
            run.scored.failed.setdefault(at, Unavailable("not_finite", tokens=len(prompts[at])))
        return run.scored

    def _exactly(self, prompts: Sequence[Ids], sizes: Sequence[int]) -> Scored:
        """Return what the model says in float32, in which numbers have room that half ones lack."""
        # Twice the bytes, so half the tokens; what is learned holds for this format only.
        run = Run(self, prompts, Budget(max(self._budget.tokens // 2, 1)), KeptPrefixes())
        self.forget()
        self._exact = True
        try:
            with in_float32([*self._body.layers, self._body.norm]):
                run.read(groups_of(prompts, sizes, MOST_SHARED if self.packed else 0))
        finally:
            self._exact = False
            self.release()
        return run.scored

    @property
    def packed(self) -> bool:
        """Return whether prompts lie in rows, each beside its prefix, instead of being padded."""
        return self.strategy != "padded"

    @property
    def computed(self) -> int:
        """Return how many tokens have gone through the model so far."""
        return self._computed

    def forget(self) -> None:
        """Keep nothing of what prompts began with."""
        self._kept.forget()

    def release(self) -> None:
        """Give back memory that is not in use."""
        release_memory(self.placement.device)

    def _check(self, prompts: Sequence[Ids]) -> None:
        for position, ids in enumerate(prompts):
            if not len(ids):
                raise InvalidInput("prompt_empty", position=position)
            if len(ids) > self.max_positions:
                raise InvalidInput("prompt_too_long", tokens=len(ids), limit=self.max_positions)
            _require_ids(ids, self._vocabulary)

    @torch.inference_mode()
    def odds(self, own: Sequence[Ids], after: Sequence[Prefix]) -> NDArray[np.float64]:
        """Return the log-odds of prompts in one pass: each is its prefix and then its own ids."""
        last = self._last_states(own, after) if self.packed else self._last_states_padded(own)
        odds = last.float() @ self._direction
        return np.asarray(odds.cpu().numpy(), np.float64)

    @torch.inference_mode()
    def prefixes(self, ids: Sequence[Ids], after: Sequence[Prefix]) -> list[Prefix]:
        """Return keys and values of each of ``ids``, of which ``after`` is known already."""
        own = [each[len(known) :] for each, known in zip(ids, after, strict=True)]
        row = self._row(own, after, keep=True)
        self._states(np.concatenate(own), row)
        return [
            known.extended(each, row.kept, span)
            for each, known, span in zip(ids, after, row.spans, strict=True)
        ]

    def _last_states(self, own: Sequence[Ids], after: Sequence[Prefix]) -> torch.Tensor:
        row = self._row(own, after)
        last = torch.tensor(row.lengths).cumsum(0) - 1
        return self._states(np.concatenate(own), row)[0, last.to(self.placement.device)]

    def _row(self, own: Sequence[Ids], after: Sequence[Prefix], *, keep: bool = False) -> Row:
        lengths = [len(ids) for ids in own]
        prefixes = [prefix.layers for prefix in after]
        # The kernel knows half precision only.
        if self._kernel and not self._exact:
            device = self.placement.device
            return VarlenRow(self._kernel, lengths, prefixes, device=device, keep=keep)
        return SegmentRow(lengths, prefixes, keep=keep)

    def _states(self, ids: Ids, row: Row) -> torch.Tensor:
        positions = row.positions.to(self.placement.device)
        read = sum(own * seen for own, seen in zip(row.lengths, row.seen, strict=True))
        return self._through(ids[None], read, row=row, position_ids=positions)

    def _last_states_padded(self, prompts: Sequence[Ids]) -> torch.Tensor:
        ids = np.zeros((len(prompts), max(map(len, prompts))), np.int32)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt)] = prompt
        # No mask: every token sees only what stands before it, so padding on the right changes
        # nothing, positions begin at 0, and the attention kernel stays the fast causal one.
        states = self._through(ids, ids.size * ids.shape[1])
        last = torch.tensor([len(prompt) - 1 for prompt in prompts], device=states.device)
        found: torch.Tensor = states[torch.arange(len(prompts), device=states.device), last]
        return found

    def _through(self, ids: Ids, read: int, **how: Any) -> torch.Tensor:
        """Return the last states; ``read`` counts the pairs of a token and one that it sees."""
        self._computed += ids.size
        self._heart.begin(layer_gflop(self._body, ids.size, read), known=not self._exact)
        given = torch.from_numpy(ids.astype(np.int64)).to(self.placement.device)
        rows = self._body.embed_tokens(given)
        # Without use_cache=False transformers would let the prompts of a row see each other.
        states: torch.Tensor = self._body(
            inputs_embeds=rows.float() if self._exact else rows, use_cache=False, **how
        ).last_hidden_state
        return states


def _require_ids(ids: NDArray[Any], vocabulary: int) -> None:
    for extreme in (int(ids.min()), int(ids.max())):
        if not 0 <= extreme < vocabulary:
            raise InvalidInput("id_unknown", id=extreme, limit=vocabulary)
