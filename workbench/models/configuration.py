"""Reads a checkpoint's config.json and says which of the model bodies can run it."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from workbench.domain.errors import Unavailable

Family: TypeAlias = Literal["qwen3", "cross_encoder"]

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "Qwen3ForCausalLM": "qwen3",
        "Qwen3ForSequenceClassification": "qwen3",
        "XLMRobertaForSequenceClassification": "cross_encoder",
        "NewForSequenceClassification": "cross_encoder",
        "GteForSequenceClassification": "cross_encoder",
    }
)
"""Which body runs an architecture: "New" is what gte's checkpoints call theirs."""

_CLASSIFIER = "ForSequenceClassification"
_DEFAULT_LABELS = 2
"""What transformers takes where a configuration names no labels."""


def read_config(folder: Path) -> dict[str, Any]:
    """Return what config.json says.

    Raises:
        Unavailable: ``model_incomplete`` where there is none, ``weights_damaged`` where it cannot
            be read.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise Unavailable("model_incomplete", folder=str(folder), missing=path.name)
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unavailable("weights_damaged", file=str(path), detail=str(error)) from error
    if not isinstance(config, dict):
        raise Unavailable("weights_damaged", file=str(path), detail="not a JSON object")
    return config


def architecture_of(folder: Path, family: Family | None = None) -> str:
    """Return the one architecture that the checkpoint has: of this family, or of any known here.

    Raises:
        Unavailable: ``architecture_unsupported`` with what was found and what is needed,
            ``labels_unsupported`` for a classifier of more or fewer than one label, and as
            ``read_config``.
    """
    config = read_config(folder)
    told = config.get("architectures") or [config.get("model_type", "?")]
    found = list(map(str, told)) if isinstance(told, list) else [str(told)]
    wanted = [name for name, of in FAMILIES.items() if family in (None, of)]
    if len(found) != 1 or found[0] not in wanted:
        raise unsupported(folder, ", ".join(found), ", ".join(wanted))
    if found[0].endswith(_CLASSIFIER) and _labels(config) != 1:
        raise Unavailable("labels_unsupported", folder=str(folder), found=_labels(config))
    return found[0]


def family_of(folder: Path) -> Family:
    """Return which body runs the checkpoint in ``folder``; raises as ``architecture_of``."""
    return FAMILIES[architecture_of(folder)]


def unsupported(folder: Path, found: str, expected: str) -> Unavailable:
    """Return the error that says which kind of model was found and which is needed."""
    return Unavailable(
        "architecture_unsupported", folder=str(folder), found=found, expected=expected
    )


def position_limit(folder: Path) -> int | None:
    """Return how many tokens the model in ``folder`` reads; None where it says nothing.

    Raises:
        Unavailable: As ``read_config``.
    """
    config = read_config(folder)
    found = config.get("max_position_embeddings")
    if not isinstance(found, int):
        return None
    if str(config.get("model_type")) == "xlm-roberta":
        # Its positions begin after the number of the padding token.
        return found - _padding(config) - 1
    return found


def vocabulary_size(folder: Path) -> int | None:
    """Return how many token ids the model in ``folder`` knows; None where it says nothing.

    Raises:
        Unavailable: As ``read_config``.
    """
    found = read_config(folder).get("vocab_size")
    return found if isinstance(found, int) else None


def _padding(config: Mapping[str, Any]) -> int:
    found = config.get("pad_token_id")
    return found if isinstance(found, int) else 1


def _labels(config: Mapping[str, Any]) -> int:
    names = config.get("id2label")
    if isinstance(names, Mapping):
        return len(names)
    told = config.get("num_labels")
    return told if isinstance(told, int) else _DEFAULT_LABELS
