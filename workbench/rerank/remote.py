"""Reranks on another server, which the texts are sent to, in the dialect that it speaks."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import get_args

from workbench.domain.errors import Unavailable
from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import Cost, PairScore, RerankerInfo, ScoreKind, Scores
from workbench.rerank.guards import checked, require_time
from workbench.rerank.odds import sigmoid
from workbench.rerank.prompt import question, well_formed
from workbench.rerank.remote_dialects import Dialect, Question, model_told, total_tokens
from workbench.rerank.remote_probe import Probed, kind_of, probe
from workbench.rerank.remote_transport import Post


@dataclass(frozen=True, slots=True)
class _Answer:
    values: list[float]
    kind: ScoreKind | None
    tokens: int | None
    model: str | None


class RemoteReranker:
    """Scores documents on the server behind ``post``; its first use asks what it can do.

    ``count_tokens`` estimates one text: servers do not tell the length of each.
    """

    def __init__(
        self,
        post: Post,
        dialect: Dialect,
        host: str,
        count_tokens: Callable[[str], int],
        *,
        model: str = "",
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._post = post
        self._dialect = dialect
        self._host = host
        self._count_tokens = count_tokens
        self._model = model
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._probed: Probed | None = None
        self._kind: ScoreKind = "probability"
        self._told_model: str | None = None

    @property
    def info(self) -> RerankerInfo:
        """Return which server this is; before its first use it has not shown that it follows."""
        probed = self._probed
        return RerankerInfo(
            name="remote",
            model=self._model or self._told_model or self._dialect.name,
            score_kind=self._kind,
            supports_instruction=probed is not None and probed.follows,
            host=self._host,
        )

    @property
    def probed(self) -> Probed | None:
        """Return what the server showed in this process, None before it was asked."""
        return self._probed

    def check(self, deadline: float | None = None) -> Probed:
        """Return what the server shows; asked once for a process, again only after a failure.

        Raises:
            Unavailable: ``remote_ranks_wrong`` where the known answer does not come first.
        """
        with self._lock:
            if self._probed is None:
                self._probed = self._ask_what_it_can(deadline)
                self._kind = self._probed.score_kind
            return self._probed

    def _ask_what_it_can(self, deadline: float | None) -> Probed:
        def ask(
            query: str, documents: Sequence[str], instruction: str
        ) -> tuple[list[float], ScoreKind | None]:
            answer = self._call(query, documents, instruction, deadline)
            return answer.values, answer.kind

        at = self._now().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        probed = probe(ask, self._dialect.instructs, at)
        if not probed.ranks:
            raise Unavailable("remote_ranks_wrong", host=self._host)
        return probed

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
    ) -> Scores:
        """Return the server's number for each document, in the order given.

        Equal documents are sent once. A server that does not follow instructions is asked with
        ``{instruction} {query}``. ``priority`` and ``user`` are not used, as the server has a queue
        of its own. No documents give no scores, and nothing is sent.

        Raises:
            Busy: ``remote_busy``.
            DeadlineExceeded: ``remote_slow`` or ``deadline_exceeded``.
            Unavailable: The server failed, or its answer cannot be used.
        """
        if not documents:
            return Scores(pairs=(), reranker=self.info)
        started = self._clock()
        follows = self.check(deadline).follows
        texts = [well_formed(document) for document in documents]
        waiting = list(dict.fromkeys(texts))
        asked = well_formed(query) if follows else question(query, instruction)
        values: dict[str, float] = {}
        read, spared = 0, len(texts) - len(waiting)
        for start in range(0, len(waiting), self._dialect.texts):
            require_time(deadline, self._clock(), spared + start, len(texts))
            batch = waiting[start : start + self._dialect.texts]
            answer = self._call(asked, batch, instruction if follows else "", deadline)
            values.update(zip(batch, answer.values, strict=True))
            read += answer.tokens or sum(map(self._count_tokens, batch))
            self._settle_kind(answer)
            if progress:
                progress(spared + len(values), len(texts))
        kind = self._kind
        pairs = tuple(pair_of(values[text], kind, self._count_tokens(text)) for text in texts)
        spent = self._clock() - started
        cost = Cost(pairs=len(waiting), tokens=read, compute_seconds=spent, total_seconds=spent)
        return Scores(pairs=pairs, reranker=replace(self.info, score_kind=kind), cost=cost)

    def _call(
        self, query: str, documents: Sequence[str], instruction: str, deadline: float | None
    ) -> _Answer:
        asked = Question(query, tuple(documents), well_formed(instruction), self._model)
        reply = self._post(self._dialect.path, self._dialect.body(asked), deadline)
        values = list(checked(self._dialect.scores(reply.value, asked), len(documents)))
        told = reply.headers.get("x-score-kind")
        kind = next((one for one in get_args(ScoreKind) if one == told), None)
        if kind == "probability" and kind_of(values) != kind:
            kind = None
        self._told_model = self._told_model or model_told(reply.value)
        return _Answer(values, kind, total_tokens(reply.value), self._told_model)

    def _settle_kind(self, answer: _Answer) -> None:
        """A number outside [0, 1] shows that the earlier ones were no probabilities either."""
        if answer.kind is not None:
            self._kind = answer.kind
        elif self._kind == "probability":
            self._kind = kind_of(answer.values)


def pair_of(value: float, kind: ScoreKind, tokens: int) -> PairScore:
    """Return the numbers of one pair; what is sorted is the server's own number.

    A probability of 0 or 1 has no finite log-odds, so it has none; it ties with others like it.
    """
    score, log_odds = None, None
    if kind == "probability":
        score = value
        log_odds = math.log(value / (1.0 - value)) if 0.0 < value < 1.0 else None
    elif kind == "logit":
        score, log_odds = sigmoid(value), value
    return PairScore(value, score, log_odds, tokens, tokens)
