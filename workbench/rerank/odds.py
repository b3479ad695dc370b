"""What log-odds mean: a document's numbers from those of its prompts."""

import math
from collections.abc import Sequence

from workbench.domain.rankings import PairScore, Window
from workbench.rerank.windows import DividedPrompts


def best_pair(asked: DividedPrompts, log_odds: Sequence[float]) -> PairScore:
    """Return a document's numbers from those of its prompts: the best, and of equals the first.

    A document read in parts has been read to its end, and tells which part was the best.
    """
    best = max(range(len(log_odds)), key=lambda at: log_odds[at])
    read = asked.tokens if len(asked.prompts) > 1 else len(asked.prompts[0])
    window = asked.windows[best] if len(asked.prompts) > 1 else None
    return pair_score(log_odds[best], asked.tokens, read, window)


def pair_score(
    log_odds: float, tokens: int, tokens_read: int, window: Window | None = None
) -> PairScore:
    """Return the numbers of one pair; the log-odds are what is sorted, as P(yes) saturates."""
    return PairScore(
        margin=log_odds,
        score=sigmoid(log_odds),
        log_odds=log_odds,
        tokens=tokens,
        tokens_read=tokens_read,
        window=window,
    )


def sigmoid(log_odds: float) -> float:
    """Return P(yes) in [0, 1]; no log-odds overflow.

    Source: model card of Qwen/Qwen3-Reranker-0.6B: the softmax over the logits of no and yes.
    """
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1.0 + odds)
