"""Reads the configuration of a gte checkpoint, whose own code is never run, for transformers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import GteConfig

from workbench.models.configuration import read_config, unsupported

_SIZES = (
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "hidden_act",
    "max_position_embeddings",
    "type_vocab_size",
    "layer_norm_eps",
    "pad_token_id",
)
_ONLY: Mapping[str, Any] = {
    "position_embedding_type": "rope",
    "layer_norm_type": "layer_norm",
    "pack_qkv": True,
    "logn_attention_scale": False,
}
"""Options of the architecture, each with the one value that transformers' class computes."""
_THETA = 10_000.0


def gte_config(folder: Path) -> GteConfig:
    """Return the configuration of a "New…" checkpoint as the native class takes it.

    Raises:
        Unavailable: ``architecture_unsupported`` with the option that is not known here, and as
            ``read_config``.

    Source: configuration and weights of Alibaba-NLP/gte-multilingual-reranker-base, and the models
    of that name in text-embeddings-inference and vLLM.
    """
    told = read_config(folder)
    for option, only in _ONLY.items():
        if told.get(option, only) != only:
            raise unsupported(folder, f"{option} {told[option]}", f"{option} {only}")
    sizes = {name: told[name] for name in _SIZES if name in told}
    if sizes.get("type_vocab_size", 1) > 1:
        found = f"type_vocab_size {sizes['type_vocab_size']}"
        raise unsupported(folder, found, "type_vocab_size 0, 1")
    heads, hidden = told.get("num_attention_heads", 12), told.get("hidden_size", 768)
    # The class declares its own fields only, and takes those of its base all the same.
    make: Any = GteConfig
    config: GteConfig = make(
        **sizes, num_labels=1, rope_parameters=_rope(folder, told, hidden // heads)
    )
    return config


def _rope(folder: Path, told: Mapping[str, Any], head: int) -> dict[str, Any]:
    theta = float(told.get("rope_theta") or _THETA)
    scaling = told.get("rope_scaling")
    if not scaling:
        return {"rope_type": "default", "rope_theta": theta}
    kind, factor = scaling.get("type") or scaling.get("rope_type"), scaling.get("factor")
    if kind != "ntk" or scaling.get("mixed_b") or not isinstance(factor, int | float):
        raise unsupported(folder, f"rope_scaling {scaling}", "rope_scaling ntk")
    # NTK-aware scaling stretches the base by the factor, and then every angle by its 2/head-th
    # power, which is what "linear" does.
    # Source: kexue.fm/archives/9706, equation 6.
    return {
        "rope_type": "linear",
        "rope_theta": theta * factor,
        "factor": float(factor) ** (2 / head),
    }
