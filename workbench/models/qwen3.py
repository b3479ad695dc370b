"""Runs a Qwen3 reranker: token ids of a prompt in, log-odds of yes against no out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import AutoConfig, Qwen3ForCausalLM

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.device import Placement
from workbench.models.token_ids import batches_of

ARCHITECTURE = "Qwen3ForCausalLM"
BUDGET = 4096
"""Most tokens, padded, in one pass through the model."""

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
        self, folder: Path, placement: Placement, answers: Answers, budget: int = BUDGET
    ) -> None:
        require_checkpoint(folder)
        self.placement = placement
        model = _loaded(folder, placement)
        self.parameters: int = sum(p.numel() for p in model.parameters())
        self.max_positions: int = model.config.max_position_embeddings
        self._vocabulary: int = model.config.vocab_size
        _require_finite(model, folder)
        self._direction = self._answer_direction(model, answers)
        self._body = model.model
        self._budget = budget

    @torch.inference_mode()
    def _answer_direction(self, model: Qwen3ForCausalLM, answers: Answers) -> torch.Tensor:
        _require_ids(np.array([answers.yes, answers.no]), self._vocabulary)
        rows = model.lm_head.weight
        # One difference in float32: rounding both logits first would add error at large values.
        direction: torch.Tensor = rows[answers.yes].float() - rows[answers.no].float()
        return direction

    def log_odds(self, prompts: Sequence[Ids]) -> NDArray[np.float64]:
        """Return log P(yes) - log P(no) after each prompt, in the order given.

        A prompt's number depends on no other prompt (beyond rounding), since padding stands on the
        right of a causal model. Where memory does not suffice, batches are halved down to one.

        Raises:
            InvalidInput: ``prompt_empty``, ``prompt_too_long`` or ``id_unknown``.
            Unavailable: ``out_of_memory`` where one prompt alone does not fit, ``not_finite``.
        """
        self._check(prompts)
        found = np.empty(len(prompts), np.float64)
        waiting = batches_of([len(ids) for ids in prompts], self._budget)
        while waiting:
            batch = waiting.pop(0)
            odds = self._attempt([prompts[i] for i in batch])
            if odds is None:
                waiting[:0] = self._halves(batch, prompts)
                continue
            found[batch] = odds
        if not np.isfinite(found).all():
            raise Unavailable("not_finite", tokens=sum(map(len, prompts)))
        return found

    def _check(self, prompts: Sequence[Ids]) -> None:
        for position, ids in enumerate(prompts):
            if not len(ids):
                raise InvalidInput("prompt_empty", position=position)
            if len(ids) > self.max_positions:
                raise InvalidInput("prompt_too_long", tokens=len(ids), limit=self.max_positions)
            _require_ids(ids, self._vocabulary)

    def _halves(self, batch: list[int], prompts: Sequence[Ids]) -> list[list[int]]:
        release_memory(self.placement.device)
        padded = len(batch) * len(prompts[batch[0]])
        if len(batch) == 1:
            raise Unavailable("out_of_memory", tokens=padded)
        self._budget = min(self._budget, max(padded // 2, 1))
        middle = len(batch) // 2
        return [batch[:middle], batch[middle:]]

    def _attempt(self, prompts: list[Ids]) -> NDArray[np.float64] | None:
        # None leaves the exception's frame, which would keep the tensors alive.
        try:
            return self._forward(prompts)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            return None

    @torch.inference_mode()
    def _forward(self, prompts: list[Ids]) -> NDArray[np.float64]:
        ids = np.zeros((len(prompts), max(map(len, prompts))), np.int64)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt)] = prompt
        # No mask: every token sees only what stands before it, so padding on the right changes
        # nothing, positions begin at 0, and the attention kernel stays the fast causal one.
        states = self._body(
            input_ids=torch.from_numpy(ids).to(self.placement.device), use_cache=False
        ).last_hidden_state
        last = torch.tensor([len(prompt) - 1 for prompt in prompts], device=states.device)
        hidden = states[torch.arange(len(prompts), device=states.device), last]
        odds = hidden.float() @ self._direction
        return np.asarray(odds.cpu().numpy(), np.float64)


def require_checkpoint(folder: Path) -> None:
    """Return when ``folder`` holds a Qwen3 checkpoint in safetensors.

    Raises:
        Unavailable: ``weights_missing``, ``weights_damaged``, ``architecture_unsupported``, or
            ``weights_not_safe`` where only pickled weights lie there.
    """
    config = _config(folder)
    found = config.get("architectures") or [config.get("model_type", "?")]
    if found != [ARCHITECTURE]:
        raise Unavailable(
            "architecture_unsupported",
            folder=str(folder),
            found=", ".join(map(str, found)),
            expected=ARCHITECTURE,
        )
    if any(folder.glob("*.safetensors")):
        return
    pickled = [p.name for p in sorted(folder.iterdir()) if p.suffix in {".bin", ".pt", ".pth"}]
    if pickled:
        raise Unavailable("weights_not_safe", folder=str(folder), found=", ".join(pickled))
    raise Unavailable("weights_missing", places=str(folder))


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise Unavailable("weights_missing", places=str(folder))
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unavailable("weights_damaged", file=str(path), detail=str(error)) from error
    if not isinstance(config, dict):
        raise Unavailable("weights_damaged", file=str(path), detail="not a JSON object")
    return config


def _loaded(folder: Path, placement: Placement) -> Qwen3ForCausalLM:
    # transformers leaves the type of this call open: here it is a pair.
    load: Any = Qwen3ForCausalLM.from_pretrained
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model, report = load(
            folder,
            config=config,
            dtype=placement.torch_dtype,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        if is_out_of_memory(error):
            raise
        raise Unavailable("weights_damaged", file=str(folder), detail=str(error)[:300]) from error
    # transformers draws missing weights at random and only warns.
    missing = sorted(report["missing_keys"])
    if missing:
        detail = f"{len(missing)} tensors missing, first {missing[0]}"
        raise Unavailable("weights_damaged", file=str(folder), detail=detail)
    loaded: Qwen3ForCausalLM = model.to(placement.device).eval()
    return loaded


def _require_finite(model: torch.nn.Module, folder: Path) -> None:
    for name, weights in model.named_parameters():
        low, high = torch.aminmax(weights.detach())
        if not (torch.isfinite(low) and torch.isfinite(high)):
            raise Unavailable("weights_not_finite", folder=str(folder), tensor=name)


def _require_ids(ids: NDArray[Any], vocabulary: int) -> None:
    for extreme in (int(ids.min()), int(ids.max())):
        if not 0 <= extreme < vocabulary:
            raise InvalidInput("id_unknown", id=extreme, limit=vocabulary)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether the error says that memory did not suffice, on a card or in the machine."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)
    )


def release_memory(device: str) -> None:
    """Give back to the card what torch keeps for later."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device.startswith("mps"):
        torch.mps.empty_cache()
