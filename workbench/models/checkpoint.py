"""Loads a checkpoint from a folder, and refuses what is not whole, finite and safe."""

from pathlib import Path
from typing import Any, TypeAlias

import torch
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    GteForSequenceClassification,
    PreTrainedConfig,
    Qwen3ForCausalLM,
    Qwen3ForSequenceClassification,
    Qwen3Model,
    XLMRobertaForSequenceClassification,
)

from workbench.domain.errors import Unavailable
from workbench.models.configuration import Family, architecture_of
from workbench.models.device import Placement, is_out_of_memory
from workbench.models.gte import gte_config
from workbench.models.safe_weights import require_safe_weights

CrossEncoder: TypeAlias = XLMRobertaForSequenceClassification | GteForSequenceClassification
Qwen3: TypeAlias = Qwen3ForCausalLM | Qwen3ForSequenceClassification

_CLASSES: dict[str, Any] = {
    "Qwen3ForCausalLM": Qwen3ForCausalLM,
    "Qwen3ForSequenceClassification": Qwen3ForSequenceClassification,
    "XLMRobertaForSequenceClassification": XLMRobertaForSequenceClassification,
    "NewForSequenceClassification": GteForSequenceClassification,
    "GteForSequenceClassification": GteForSequenceClassification,
}


def require_checkpoint(folder: Path, family: Family) -> None:
    """Return when ``folder`` holds a checkpoint of this family in safetensors.

    Raises:
        Unavailable: ``model_incomplete``, ``weights_not_safe`` where only pickled weights lie
            there, ``weights_damaged``, ``weights_truncated``, ``architecture_unsupported`` or
            ``labels_unsupported``.
    """
    architecture_of(folder, family)
    require_safe_weights(folder)


def load_qwen3(folder: Path, placement: Placement) -> Qwen3:
    """Return the model with all its weights, on its device.

    Raises:
        Unavailable: ``weights_damaged``, also where a tensor is missing.
    """
    model: Qwen3 = _load(folder, placement)
    return model


def load_qwen3_states(folder: Path, placement: Placement) -> Qwen3Model:
    """Return the model without what turns its states into tokens, on its device.

    Whether the checkpoint was saved with that or without makes no difference.

    Raises:
        Unavailable: ``weights_damaged``, also where a tensor is missing.
    """
    model: Qwen3Model = _load(folder, placement, Qwen3Model)
    return model


def load_cross_encoder(folder: Path, placement: Placement) -> CrossEncoder:
    """Return the model with all its weights, on its device.

    Raises:
        Unavailable: ``weights_damaged``, also where a tensor is missing, or
            ``architecture_unsupported`` for an option that is not known here.
    """
    model: CrossEncoder = _load(folder, placement)
    return model


def _load(folder: Path, placement: Placement, wanted: Any = None) -> Any:
    architecture = architecture_of(folder)
    try:
        model, report = (wanted or _CLASSES[architecture]).from_pretrained(
            folder,
            config=_config(folder, architecture),
            dtype=placement.torch_dtype,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        if is_out_of_memory(error):
            raise
        raise Unavailable("weights_damaged", file=str(folder), detail=str(error)[:300]) from error
    # transformers draws missing weights at random and only warns.
    missing = sorted(report["missing_keys"])
    if missing:
        detail = f"{len(missing)} tensors missing, first {missing[0]}"
        raise Unavailable("weights_damaged", file=str(folder), detail=detail)
    return model.to(placement.device).eval()


def _config(folder: Path, architecture: str) -> PreTrainedConfig:
    if architecture.startswith("New"):
        return gte_config(folder)
    config: PreTrainedConfig = AutoConfig.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    )
    return config


def require_finite(model: torch.nn.Module, folder: Path) -> None:
    """Return when every weight is a number.

    Raises:
        Unavailable: ``weights_not_finite`` with the first tensor that holds another.
    """
    for name, weights in model.named_parameters():
        low, high = torch.aminmax(weights.detach())
        if not (torch.isfinite(low) and torch.isfinite(high)):
            raise Unavailable("weights_not_finite", folder=str(folder), tensor=name)
