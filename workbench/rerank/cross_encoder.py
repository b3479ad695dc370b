"""Reranks with a cross-encoder, which reads question and passage together and no instruction."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from workbench.domain.pairs import PairOdds, PairScorer, Prompt
from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import Cost, LongWay, PairScore, RerankerInfo, Scores
from workbench.rerank.batches import plan
from workbench.rerank.guards import checked, require_time
from workbench.rerank.once import Once
from workbench.rerank.pair_prompts import Joined, PairTokenizer
from workbench.rerank.prompt import well_formed
from workbench.rerank.windows import WINDOW_TOKENS, DividedPrompts

TEMPLATE = "pair/v1"
"""Name of how a prompt is made: the tokenizer's own frame around question and passage."""
CALL_TOKENS, CALL_PAIRS = 16_384, 32
"""Most tokens (as if padded) and most prompts that are given to the model in one call."""


class CrossEncoderReranker:
    """Scores each document in a prompt of its own, so that no score depends on another candidate.

    What is sorted is the model's own logit; it has neither a probability nor log-odds. Nothing is
    loaded before the first score. Kind of score and template are decided here and filled in.
    """

    def __init__(
        self,
        tokenizer_factory: Callable[[], PairTokenizer],
        scorer_factory: Callable[[], PairScorer],
        info: Callable[[], RerankerInfo],
        *,
        max_length: int,
        whole: int | None = None,
        window: int = WINDOW_TOKENS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the longest prompt, and the longest of a document that is to be read whole."""
        self._tokenizer = Once(tokenizer_factory)
        self._scorer = Once(scorer_factory)
        self._info = info
        self._max_length = max_length
        self._whole = max(whole or 0, max_length)
        self._window = window
        self._clock = clock

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
        """Return the logit of each document, in the order given; ``user`` is not used here.

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
        found = self._logits(prompts, len(every), priority, deadline, progress)
        of_prompt = dict(zip(prompts, found.log_odds, strict=True))
        cost = Cost(
            pairs=len(prompts),
            tokens=sum(map(len, prompts)),
            queue_seconds=found.queue_seconds,
            compute_seconds=found.compute_seconds,
            total_seconds=self._clock() - started,
        )
        scored = tuple(best_logit(one, [of_prompt[ids] for ids in one.prompts]) for one in asked)
        return Scores(pairs=scored, reranker=self.info, cost=cost)

    def _asked(
        self, query: str, documents: Sequence[str], instruction: str, long: LongWay
    ) -> list[DividedPrompts]:
        limit = self._whole if long == "whole" else self._max_length
        joined = Joined.of(self._tokenizer.get(), query, instruction, limit)
        if long == "windows":
            return [joined.windows(text, self._window) for text in documents]
        return joined.whole(documents) if long == "whole" else joined.cut(documents)

    def _logits(
        self,
        prompts: Sequence[Prompt],
        total: int,
        priority: int,
        deadline: float | None,
        progress: ProgressCall | None,
    ) -> PairOdds:
        """Return what the model answers to each prompt, asked a batch at a time.

        Of ``total`` prompts those that repeat another count as done from the start.
        """
        logits = [0.0] * len(prompts)
        queued = computed = 0.0
        done = total - len(prompts)
        for batch in plan([len(ids) for ids in prompts], CALL_TOKENS, CALL_PAIRS):
            require_time(deadline, self._clock(), done, total)
            asked = [prompts[at] for at in batch]
            reply = self._scorer.get().log_odds(asked, priority=priority, deadline=deadline)
            for position in sorted(reply.failed):
                raise reply.failed[position]
            for at, value in zip(batch, checked(reply.log_odds, len(batch)), strict=True):
                logits[at] = value
            queued += reply.queue_seconds
            computed += reply.compute_seconds
            done += len(batch)
            if progress:
                progress(done, total)
        return PairOdds(tuple(logits), queued, computed)


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
