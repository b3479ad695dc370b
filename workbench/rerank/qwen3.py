"""Reranks with Qwen3-Reranker: prompts in, log-odds of yes against no out."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from workbench.domain.errors import InvalidInput
from workbench.domain.pairs import PairOdds, PairScorer, Tokenizer
from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import Cost, LongWay, PairScore, RerankerInfo, Scores, Window
from workbench.rerank.batches import plan
from workbench.rerank.guards import checked, require_time
from workbench.rerank.prompt import QWEN3, PromptTemplate, encode, well_formed
from workbench.rerank.windows import WINDOW_TOKENS, DividedPrompts, encode_windows

T = TypeVar("T")
Prompts = Sequence[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """Most tokens (as if padded) and most prompts that are given to the model in one call."""

    tokens: int = 16_384
    pairs: int = 32


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
        scorer_factory: Callable[[], PairScorer],
        info: Callable[[], RerankerInfo],
        *,
        max_length: int = 8192,
        long: LongLimits | None = None,
        template: PromptTemplate = QWEN3,
        limits: BatchLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokenizer = _Once(tokenizer_factory)
        self._scorer = _Once(scorer_factory)
        self._info = info
        self._max_length = max_length
        self._long = long or LongLimits()
        self._template = template
        self._limits = limits or BatchLimits()
        self._clock = clock

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
        """
        if not documents:
            return Scores(pairs=(), reranker=self.info)
        started = self._clock()
        asked = self._asked(query, documents, instruction, long)
        every = [prompt for one in asked for prompt in one.prompts]
        prompts = list(dict.fromkeys(every))
        odds = self._odds(prompts, len(every), priority, deadline, progress)
        of_prompt = dict(zip(prompts, odds.log_odds, strict=True))
        cost = Cost(
            pairs=len(prompts),
            tokens=sum(map(len, prompts)),
            queue_seconds=odds.queue_seconds,
            compute_seconds=odds.compute_seconds,
            total_seconds=self._clock() - started,
        )
        scored = tuple(
            best_pair(one, [of_prompt[prompt] for prompt in one.prompts]) for one in asked
        )
        return Scores(pairs=scored, reranker=self.info, cost=cost)

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

    def _odds(
        self,
        prompts: Prompts,
        total: int,
        priority: int,
        deadline: float | None,
        progress: ProgressCall | None,
    ) -> PairOdds:
        """Return what the model answers to each prompt, asked a batch at a time.

        Of ``total`` prompts those that repeat another count as done from the start.
        """
        log_odds = [0.0] * len(prompts)
        queued = computed = 0.0
        done = total - len(prompts)
        for batch in plan([len(p) for p in prompts], self._limits.tokens, self._limits.pairs):
            require_time(deadline, self._clock(), done, total)
            asked = [prompts[index] for index in batch]
            reply = self._scorer.get().log_odds(asked, priority=priority, deadline=deadline)
            for index, value in zip(batch, checked(reply.log_odds, len(batch)), strict=True):
                log_odds[index] = value
            queued += reply.queue_seconds
            computed += reply.compute_seconds
            done += len(batch)
            if progress:
                progress(done, total)
        return PairOdds(tuple(log_odds), queued, computed)


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


class _Once(Generic[T]):
    """Makes a value at its first use, once for all threads; a failed attempt is made again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._value: T | None = None

    def get(self) -> T:
        with self._lock:
            if self._value is None:
                self._value = self._make()
            return self._value
