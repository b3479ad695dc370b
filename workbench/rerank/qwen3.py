"""Reranks with Qwen3-Reranker: prompts in, log-odds of yes against no out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.errors import InvalidInput
from workbench.domain.pairs import Tokenizer
from workbench.domain.rankings import LongWay, RerankerInfo
from workbench.rerank.engine import Engine
from workbench.rerank.odds import best_pair
from workbench.rerank.prompt import QWEN3, PromptTemplate, encode
from workbench.rerank.queued import PromptReranker, Queued
from workbench.rerank.windows import WINDOW_TOKENS, DividedPrompts, encode_windows

WHOLE = 32_768
"""Most tokens that the model was made to read.

Source: model card of Qwen/Qwen3-Reranker-0.6B, context length 32K.
"""


@dataclass(frozen=True, slots=True)
class LongLimits:
    """Longest prompt of a document that is read whole, and longest window of one read in parts."""

    whole: int = WHOLE
    window: int = WINDOW_TOKENS


class Qwen3Reranker(PromptReranker[Tokenizer]):
    """Gives log-odds and P(yes) of each document; the log-odds are what is sorted.

    ``info`` tells which model it is and, once loaded, on
    which device; kind of score, template and longest prompt are decided here and filled in.
    """

    def __init__(
        self,
        tokenizer_factory: Callable[[], Tokenizer],
        engine: Engine,
        info: Callable[[], RerankerInfo],
        *,
        max_length: int = 8192,
        long: LongLimits | None = None,
        template: PromptTemplate = QWEN3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(tokenizer_factory, Queued(engine, best_pair, clock))
        self._info = info
        self._max_length = max_length
        self._long = long or LongLimits()
        self._template = template

    @property
    def info(self) -> RerankerInfo:
        """Return which reranker this is; device and dtype are None until it has been loaded."""
        return replace(
            self._info(),
            score_kind="probability",
            supports_instruction=True,
            max_length=self._max_length,
            template=self._template.template_id,
        )

    @property
    def longest(self) -> int:
        """Return the most tokens of a prompt that is read whole."""
        return max(self._long.whole, self._max_length)

    def _asked(
        self, query: str, documents: Sequence[str], instruction: str, long: LongWay
    ) -> list[DividedPrompts]:
        template, tokenizer = self._template, self._tokenizer.get()
        if long == "windows":
            limits = self._max_length, self._long.window
            return [
                encode_windows(template, tokenizer, query, text, instruction, *limits)
                for text in documents
            ]
        limit = self.longest if long == "whole" else self._max_length
        pairs = encode(template, tokenizer, query, documents, instruction, limit)
        for position, tokens in enumerate(pairs.tokens, start=1):
            if long == "whole" and tokens > limit:
                raise InvalidInput(
                    "document_beyond_model", position=position, tokens=tokens, limit=limit
                )
        return [
            DividedPrompts((prompt,), (), tokens)
            for prompt, tokens in zip(pairs.prompts, pairs.tokens, strict=True)
        ]
