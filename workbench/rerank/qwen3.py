"""Reranks with Qwen3-Reranker: prompts in, log-odds of yes against no out."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from workbench.domain.ports import INTERACTIVE, PairOdds, PairScorer, ProgressCall, Tokenizer
from workbench.domain.rankings import Cost, PairScore, RerankerInfo, Scores
from workbench.rerank.batches import plan
from workbench.rerank.guards import checked, require_time
from workbench.rerank.prompt import QWEN3, PromptTemplate, encode

T = TypeVar("T")
Prompts = Sequence[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """Most tokens (as if padded) and most prompts that are given to the model in one call."""

    tokens: int = 16_384
    pairs: int = 32


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
        template: PromptTemplate = QWEN3,
        limits: BatchLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokenizer = _Once(tokenizer_factory)
        self._scorer = _Once(scorer_factory)
        self._info = info
        self._max_length = max_length
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

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        deadline: float | None = None,
        progress: ProgressCall | None = None,
    ) -> Scores:
        """Return log-odds and P(yes) of each document, in the order given.

        Equal prompts are computed, counted and charged once. No documents give no scores.

        Raises:
            InvalidInput: ``prompt_too_long`` where instruction and query alone do not fit.
            Unavailable: The model is missing, ``scores_missing`` or ``score_not_finite``.
            DeadlineExceeded: ``deadline_exceeded``.
        """
        if not documents:
            return Scores(pairs=(), reranker=self.info)
        started = self._clock()
        pairs = encode(
            self._template, self._tokenizer.get(), query, documents, instruction, self._max_length
        )
        prompts = list(dict.fromkeys(pairs.prompts))
        odds = self._odds(prompts, len(documents), priority, deadline, progress)
        of_prompt = dict(zip(prompts, odds.log_odds, strict=True))
        cost = Cost(
            pairs=len(prompts),
            tokens=sum(map(len, prompts)),
            queue_seconds=odds.queue_seconds,
            compute_seconds=odds.compute_seconds,
            total_seconds=self._clock() - started,
        )
        scored = (
            pair_score(of_prompt[prompt], tokens, len(prompt))
            for prompt, tokens in zip(pairs.prompts, pairs.tokens, strict=True)
        )
        return Scores(pairs=tuple(scored), reranker=self.info, cost=cost)

    def _odds(
        self,
        prompts: Prompts,
        total: int,
        priority: int,
        deadline: float | None,
        progress: ProgressCall | None,
    ) -> PairOdds:
        """Return what the model answers to each prompt, asked a batch at a time.

        Of ``total`` documents those that repeat another's prompt count as done from the start.
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


def pair_score(log_odds: float, tokens: int, tokens_read: int) -> PairScore:
    """Return the numbers of one pair; the log-odds are what is sorted, as P(yes) saturates."""
    return PairScore(
        margin=log_odds,
        score=sigmoid(log_odds),
        log_odds=log_odds,
        tokens=tokens,
        tokens_read=tokens_read,
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
