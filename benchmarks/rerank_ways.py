"""Ways to score the prompts of Qwen3-Reranker, which ``rerank_bench`` compares."""

import gc
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import Qwen3Config, Qwen3ForCausalLM, Qwen3ForSequenceClassification

from tests.reference_scorer import NO, YES, compute_logits
from workbench.models.device import Placement
from workbench.models.qwen3 import Answers, Qwen3Body


@dataclass(slots=True)
class Memory:
    """The most memory this process (or the card) takes inside the block, over that before."""

    device: str
    extra: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Memory":
        gc.collect()
        if self.device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        self._before = self._now()
        self._watch = threading.Thread(target=self._sample)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()
        if self.device == "cuda":
            self.extra = torch.cuda.max_memory_allocated() - self._before

    def _sample(self) -> None:
        while not self._done.wait(0.003):
            self.extra = max(self.extra, self._now() - self._before)

    def _now(self) -> int:
        if self.device == "cuda":
            return int(torch.cuda.memory_allocated())
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    _before: int = 0
    _watch: Any = None


def padded(prompts: Sequence[Sequence[int]], device: str) -> dict[str, torch.Tensor]:
    """Return ids and mask, padded on the left as the model card pads them."""
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(p)) + list(p) for p in prompts], device=device)
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=device)
    return {"input_ids": ids, "attention_mask": mask}


Score = Callable[[Sequence[Sequence[int]]], list[float]]


def ours(folder: Path, where: Placement) -> Score:
    """Return the product's scorer."""
    body = Qwen3Body(folder / "causal", where, Answers())

    def score(prompts: Sequence[Sequence[int]]) -> list[float]:
        # What the call before left behind would be taken for speed.
        body.forget()
        return body.log_odds([np.array(p, np.int32) for p in prompts]).tolist()

    return score


def causal(folder: Path, where: Placement) -> Any:
    """Return the model as transformers loads it."""
    load: Any = Qwen3ForCausalLM.from_pretrained
    return load(folder / "causal", dtype=where.torch_dtype).to(where.device).eval()


def reference(folder: Path, where: Placement) -> Score:
    """Return the model card's scorer: one padded batch, logits of the whole vocabulary."""
    model = causal(folder, where)

    def score(prompts: Sequence[Sequence[int]]) -> list[float]:
        with torch.device(where.device):
            no, yes = compute_logits(model, prompts, pad=0).float().T.tolist()
        return [y - n for y, n in zip(yes, no, strict=True)]

    return score


def keep_one(folder: Path, where: Placement) -> Score:
    """Return what transformers does when it is told that only the last logits are wanted."""
    model = causal(folder, where)

    @torch.inference_mode()
    def score(prompts: Sequence[Sequence[int]]) -> list[float]:
        found = model(**padded(prompts, where.device), use_cache=False, logits_to_keep=1).logits
        return (found[:, -1, YES].float() - found[:, -1, NO].float()).tolist()

    return score


def cross_encoder(folder: Path, where: Placement) -> Score:
    """Return sentence-transformers' CrossEncoder where installed, else the same computation."""
    try:
        from sentence_transformers import CrossEncoder
    except ImportError:
        return sequence_classifier(folder, where)
    model = CrossEncoder(
        str(folder / "classifier"),
        device=where.device,
        max_length=40_960,
        model_kwargs={"dtype": where.torch_dtype},
    )

    def score(prompts: Sequence[Sequence[int]]) -> list[float]:
        def given(pairs: Sequence[tuple[str, str]], **_: Any) -> dict[str, Any]:
            ids = padded([prompts[int(number)] for number, _ in pairs], where.device)
            return {**ids, "modality": "text"}

        # Its sorting, batches and forward pass; ids are given as to the other ways, not text.
        model.preprocess = given
        pairs = [(str(number), "x" * len(prompt)) for number, prompt in enumerate(prompts)]
        found = model.predict(pairs, activation_fn=torch.nn.Identity())
        return [float(odds) for odds in found]

    return score


def sequence_classifier(folder: Path, where: Placement) -> Score:
    """Return transformers' classifier on one padded batch, which is what CrossEncoder runs."""
    load: Any = Qwen3ForSequenceClassification.from_pretrained
    model = load(folder / "classifier", dtype=where.torch_dtype).to(where.device).eval()

    @torch.inference_mode()
    def score(prompts: Sequence[Sequence[int]]) -> list[float]:
        logits = model(**padded(prompts, where.device), use_cache=False).logits
        return logits[:, 0].float().tolist()

    return score


def write_models(folder: Path, layers: int, vocabulary: int, **sizes: int) -> None:
    """Save the same random weights as a language model and as a classifier with a tokenizer."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    torch.manual_seed(0)
    shape = {"hidden_size": 1024, "intermediate_size": 3072, "head_dim": 128, **sizes}
    config = Qwen3Config(
        vocab_size=vocabulary,
        num_hidden_layers=layers,
        num_attention_heads=16,
        num_key_value_heads=8,
        tie_word_embeddings=True,
        max_position_embeddings=40_960,
        rope_theta=1_000_000,
        # Wide enough that the answers differ.
        initializer_range=0.04,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=None,
        **shape,
    )
    model = Qwen3ForCausalLM(config).eval()
    model.save_pretrained(folder / "causal")
    config.num_labels = 1
    classifier = Qwen3ForSequenceClassification(config)
    classifier.model = model.model
    with torch.no_grad():
        classifier.score.weight[0] = model.lm_head.weight[YES] - model.lm_head.weight[NO]
    classifier.save_pretrained(folder / "classifier")
    words = Tokenizer(models.WordLevel({str(i): i for i in range(vocabulary)}, unk_token="1"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="0", padding_side="left")
    fast.save_pretrained(folder / "classifier")


SCORES: dict[str, Callable[[Path, Placement], Score]] = {
    "reference": reference,
    "cross_encoder": cross_encoder,
    "keep_one": keep_one,
    "ours": ours,
}
