"""Reranks with a cross-encoder, which reads question and passage together and no instruction."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from workbench.domain.rankings import LongWay, PairScore, RerankerInfo
from workbench.rerank.engine import Engine
from workbench.rerank.pair_prompts import Joined, PairTokenizer
from workbench.rerank.queued import PromptReranker, Queued
from workbench.rerank.windows import WINDOW_TOKENS, DividedPrompts

TEMPLATE = "pair/v1"
"""Name of how a prompt is made: the tokenizer's own frame around question and passage."""


class CrossEncoderReranker(PromptReranker[PairTokenizer]):
    """Gives the logit of each document; it follows no instruction.

    What is sorted is the model's own logit; it has neither a probability nor log-odds. Nothing is
    loaded before the first score. Kind of score and template are decided here and filled in.
    """

    def __init__(
        self,
        tokenizer_factory: Callable[[], PairTokenizer],
        engine: Engine,
        info: Callable[[], RerankerInfo],
        *,
        max_length: int,
        whole: int | None = None,
        window: int = WINDOW_TOKENS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the longest prompt, and the longest of a document that is to be read whole."""
        super().__init__(tokenizer_factory, Queued(engine, best_logit, clock))
        self._info = info
        self._max_length = max_length
        self._whole = max(whole or 0, max_length)
        self._window = window

    @property
    def info(self) -> RerankerInfo:
        """Return which reranker this is; device and dtype are None until it has been loaded."""
        return replace(
            self._info(),
            score_kind="logit",
            supports_instruction=False,
            max_length=self._max_length,
            template=TEMPLATE,
        )

    @property
    def longest(self) -> int:
        """Return the most tokens of a prompt that is read whole."""
        return self._whole

    def _asked(
        self, query: str, documents: Sequence[str], instruction: str, long: LongWay
    ) -> list[DividedPrompts]:
        limit = self._whole if long == "whole" else self._max_length
        joined = Joined.of(self._tokenizer.get(), query, instruction, limit)
        if long == "windows":
            return [joined.windows(text, self._window) for text in documents]
        return joined.whole(documents) if long == "whole" else joined.cut(documents)


def best_logit(asked: DividedPrompts, logits: Sequence[float]) -> PairScore:
    """Return a document's numbers from those of its prompts: the best, and of equals the first.

    A document read in parts has been read to its end, and tells which part was the best.
    """
    best = max(range(len(logits)), key=lambda at: logits[at])
    parts = len(asked.prompts) > 1
    return PairScore(
        margin=logits[best],
        score=None,
        log_odds=None,
        tokens=asked.tokens,
        tokens_read=asked.tokens if parts else len(asked.prompts[0]),
        window=asked.windows[best] if parts else None,
    )
