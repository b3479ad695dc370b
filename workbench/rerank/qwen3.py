"""Reranks with Qwen3-Reranker: prompts in, log-odds of yes against no out."""

import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace

from workbench.domain.errors import InvalidInput
from workbench.domain.pairs import Tokenizer
from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import LongWay, RerankerInfo, Scores
from workbench.rerank.engine import Engine
from workbench.rerank.odds import best_pair
from workbench.rerank.once import Once
from workbench.rerank.prompt import QWEN3, PromptTemplate, encode, well_formed
from workbench.rerank.queued import Queued
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


class Qwen3Reranker:
    """Scores each document in a prompt of its own, so that no score depends on another candidate.

    Nothing is loaded before the first score. ``info`` tells which model it is and, once loaded, on
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
        self._tokenizer = Once(tokenizer_factory)
        self._queue = Queued(engine, best_pair, clock)
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

    def without_cache(self) -> "Qwen3Reranker":
        """Return the same reranker, which computes what it has computed before once more."""
        other = copy(self)
        other._queue = self._queue.without_cache()
        return other

    def count(self, documents: Sequence[str]) -> tuple[int, ...]:
        """Return how many tokens each document has by itself, in the order given."""
        encoded = self._tokenizer.get().encode([well_formed(text) for text in documents])
        return tuple(map(len, encoded))

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
        long: LongWay = "cut",
    ) -> Scores:
        """Return log-odds and P(yes) of each document, in the order given.

        What does not fit a prompt is cut off at its end, or with ``windows`` read in parts, of
        which the best counts and the first of equals, or with ``whole`` read in one longer prompt.
        Equal prompts are computed, counted and charged once. No documents give no scores.

        Raises:
            InvalidInput: ``prompt_too_long`` where instruction and query alone do not fit,
                ``document_beyond_model`` for a document that cannot be read whole.
            Unavailable: The model is missing, ``scores_missing`` or ``score_not_finite``.
            DeadlineExceeded: ``deadline_exceeded``.
            Busy: ``engine_busy``.
        """
        if not documents:
            return Scores(pairs=(), reranker=self.info)
        (scores,) = self._queue.scores(
            [self._asked(query, documents, instruction, long)],
            lambda: self.info,
            priority=priority,
            user=user,
            deadline=deadline,
            progress=progress,
        )
        return scores

    def score_each(
        self,
        query: str,
        documents: Sequence[str],
        instructions: Sequence[str],
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
    ) -> tuple[Scores, ...]:
        """Return the scores under each instruction, all of which wait in line together.

        Raises:
            WorkbenchError: As ``score``, where one instruction fails.
        """
        if not documents:
            return tuple(Scores(pairs=(), reranker=self.info) for _ in instructions)
        return self._queue.scores(
            [self._asked(query, documents, one, "cut") for one in instructions],
            lambda: self.info,
            priority=priority,
            user=user,
            deadline=deadline,
            progress=progress,
        )

    def _asked(
        self, query: str, documents: Sequence[str], instruction: str, long: LongWay
    ) -> list[DividedPrompts]:
        """Return what the model is asked about each document."""
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
