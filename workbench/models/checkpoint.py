"""Loads a Qwen3 checkpoint from a folder, and refuses what is not whole, finite and safe."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, Qwen3ForCausalLM

from workbench.domain.errors import Unavailable
from workbench.models.device import Placement, is_out_of_memory

ARCHITECTURE = "Qwen3ForCausalLM"


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


def load_qwen3(folder: Path, placement: Placement) -> Qwen3ForCausalLM:
    """Return the model with all its weights, on its device.

    Raises:
        Unavailable: ``weights_damaged``, also where a tensor is missing.
    """
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


def require_finite(model: torch.nn.Module, folder: Path) -> None:
    """Return when every weight is a number.

    Raises:
        Unavailable: ``weights_not_finite`` with the first tensor that holds another.
    """
    for name, weights in model.named_parameters():
        low, high = torch.aminmax(weights.detach())
        if not (torch.isfinite(low) and torch.isfinite(high)):
            raise Unavailable("weights_not_finite", folder=str(folder), tensor=name)
