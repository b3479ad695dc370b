"""The model card's scoring of Qwen3-Reranker, kept as it is there: slow, and what ours must equal.

Source: README of QwenLM/Qwen3-Embedding, section "Qwen3 Reranker", transformers usage.
"""

from collections.abc import Sequence

import torch

PREFIX = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and "
    'the Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n'
    "<|im_start|>user\n"
)
SUFFIX = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
DEFAULT_INSTRUCTION = "Given a web search query, retrieve relevant passages that answer the query"
YES, NO, PAD = 9693, 2152, 151643


def format_instruction(instruction: str | None, query: str, doc: str) -> str:
    if instruction is None:
        instruction = DEFAULT_INSTRUCTION
    return f"<Instruct>: {instruction}\n<Query>: {query}\n<Document>: {doc}"


@torch.no_grad()
def compute_logits(model, sequences: Sequence[Sequence[int]], yes=YES, no=NO, pad=PAD):
    """Return the log-probabilities of (no, yes) of a batch that is padded on the left."""
    longest = max(map(len, sequences))
    ids = [[pad] * (longest - len(s)) + list(s) for s in sequences]
    mask = [[0] * (longest - len(s)) + [1] * len(s) for s in sequences]
    inputs = {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}
    batch_scores = model(**inputs).logits[:, -1, :]
    true_vector = batch_scores[:, yes]
    false_vector = batch_scores[:, no]
    batch_scores = torch.stack([false_vector, true_vector], dim=1)
    return torch.nn.functional.log_softmax(batch_scores, dim=1)


def reference_log_odds(model, sequences: Sequence[Sequence[int]], **answers) -> list[float]:
    """Return log P(yes) - log P(no) of each prompt, computed one at a time."""
    both = [compute_logits(model, [s], **answers)[0].tolist() for s in sequences]
    return [yes - no for no, yes in both]
