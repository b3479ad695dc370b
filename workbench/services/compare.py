"""One question under several instructions on the same candidates."""

import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Json, Manifest
from workbench.domain.identity import digest, text_hash
from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.queries import Instruction
from workbench.domain.rankings import Cost, Ranking, RerankerInfo, Scores
from workbench.evaluation.moves import Difference, differences
from workbench.logbook import Logbook
from workbench.rerank.hints import hints
from workbench.services.answers import Pool, Request
from workbench.services.rerank import log_answer, scored
from workbench.services.search import Search

ARM_LIMIT = 6
DEPTH = 10
FEW = Request(candidates=20)
RERANKER_FIELDS = (
    "name",
    "model",
    "revision",
    "device",
    "dtype",
    "max_length",
    "template",
    "score_kind",
    "supports_instruction",
    "host",
)
PACKAGES = ("torch", "transformers", "numpy", "rank-bm25", "rjieba", "pypdf")


@dataclass(frozen=True, slots=True)
class Arm:
    """One instruction's order; ``difference`` is against the baseline, the first arm."""

    instruction: Instruction
    ranking: Ranking
    difference: Difference
    cost: Cost
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several instructions on frozen candidates; numbers, and no verdict."""

    pool: Pool
    arms: tuple[Arm, ...]
    reranker: RerankerInfo
    manifest: Manifest
    cost: Cost


class Compare:
    """Compares instructions on one question."""

    def __init__(self, policy: Policy, search: Search, log: Logbook) -> None:
        self._policy = policy
        self._search = search
        self._log = log

    def run(
        self,
        actor: Actor,
        corpus_ids: Sequence[str],
        text: str,
        instructions: Sequence[tuple[str, str]],
        request: Request = FEW,
        *,
        priority: int = INTERACTIVE,
        progress: ProgressCall | None = None,
    ) -> Comparison:
        """Return the orders under ``instructions`` (name, text), the first being the baseline.

        Recall runs once; every instruction scores the same candidates.

        Raises:
            InvalidInput: Fewer than two instructions, more than six, two of the same name, no
                reranker, or nothing recalled.
        """
        started = time.monotonic()
        told = _instructions(instructions)
        if request.reranker == "none":
            raise InvalidInput("compare_without_reranker")
        pool = self._search.pool(actor, corpus_ids, text, request)
        if not pool.candidates:
            raise InvalidInput("nothing_recalled")
        # Asked once: the active reranker may change while the arms are scored.
        reranker_name = request.reranker or self._search.active()
        all_scores = self._search.score_each(
            actor, pool, told, reranker_name, priority=priority, progress=progress
        )
        arms = _arms(pool, told, all_scores)
        cost = replace(
            _sum([s.cost for s in all_scores]),
            recall_seconds=pool.seconds,
            total_seconds=time.monotonic() - started,
        )
        reranker = all_scores[0].reranker
        log_answer(
            self._log,
            "compare",
            actor,
            reranker,
            cost,
            arms=len(arms),
            candidates=len(pool.candidates),
        )
        return Comparison(pool, arms, reranker, manifest_of(pool, told, reranker, request), cost)


def manifest_of(
    pool: Pool, instructions: Sequence[Instruction], reranker: RerankerInfo, request: Request
) -> Manifest:
    """Return everything that can change a number of this comparison."""
    packages: dict[str, Json] = {name: version(name) for name in PACKAGES}
    info: dict[str, Json] = {field: getattr(reranker, field) for field in RERANKER_FIELDS}
    return Manifest.of(
        question=pool.query.text,
        instructions=[{"name": i.name, "text": i.text} for i in instructions],
        corpora=list(pool.corpora),
        generations=list(pool.generations),
        recall=pool.method,
        glossary=[[one.asked, one.added] for one in pool.glossary],
        candidates=[
            {"chunk": c.chunk_id, "text": text_hash(t)}
            for c, t in zip(pool.candidates, pool.texts, strict=True)
        ],
        candidate_texts=digest(*pool.texts),
        reads="breadcrumb+text",
        reranker=info,
        requested=request.candidates,
        tie_rule="-margin, recall_rank, chunk_id",
        python=platform.python_version(),
        packages=packages,
    )


def _instructions(given: Sequence[tuple[str, str]]) -> tuple[Instruction, ...]:
    if not 2 <= len(given) <= ARM_LIMIT:
        raise InvalidInput("arms_out_of_range", count=len(given), limit=ARM_LIMIT)
    told = tuple(Instruction.of(text, name) for name, text in given)
    names = [i.name for i in told]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput("arm_name_twice", name=name)
    return told


def _arms(pool: Pool, told: Sequence[Instruction], all_scores: Sequence[Scores]) -> tuple[Arm, ...]:
    rankings = [Ranking.of(pool.query.text, scored(pool.candidates, s)) for s in all_scores]
    return tuple(
        Arm(
            instruction=instruction,
            ranking=ranking,
            difference=difference,
            cost=scores.cost,
            notices=hints(scores, pool.texts, instruction),
        )
        for instruction, ranking, scores, difference in zip(
            told, rankings, all_scores, differences(rankings[0], rankings, DEPTH), strict=True
        )
    )


def _sum(costs: Sequence[Cost]) -> Cost:
    return Cost(
        pairs=sum(c.pairs for c in costs),
        tokens=sum(c.tokens for c in costs),
        queue_seconds=sum(c.queue_seconds for c in costs),
        compute_seconds=sum(c.compute_seconds for c in costs),
        cached=sum(c.cached for c in costs),
    )
