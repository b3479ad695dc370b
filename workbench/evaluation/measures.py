"""How good orders are by labels, after ranking by the product's one rule."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.errors import InvalidInput
from workbench.domain.rankings import Ranking
from workbench.evaluation.measure_names import Measure
from workbench.evaluation.providers import Provider, Qrels, Run, Values, available

LABEL_LIMIT = 100
"""Highest label; trec_eval counts labels in a table as long as the highest."""
GRADED_LEVEL = 2
"""Relevant from here up in a graded set: 0 poor, 1 fair, 2 good, 3 perfect."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Means over all ``n_queries`` labelled queries, and each query's values, by measure's name.

    Queries that the run misses (``n_unanswered``) and those without any relevant document
    (``n_without_relevant``, at the binary level asked) count 0. Nothing is rounded.
    """

    means: dict[str, float]
    per_query: dict[str, dict[str, float]]
    n_queries: int
    n_unanswered: int
    n_without_relevant: int


def order_of(ranking: Ranking) -> list[str]:
    """Return the documents of a ranking, best first, so that no tie is left to anybody else.

    Raises:
        InvalidInput: ``score_not_finite`` where a margin is NaN or infinite, ``candidate_repeated``
            where a document stands twice.
    """
    margins = [row.candidate.margin for row in ranking.rows]
    broken = sum(margin is not None and not math.isfinite(margin) for margin in margins)
    if broken:
        raise InvalidInput("score_not_finite", count=broken, documents=len(margins))
    order = [row.candidate.chunk_id for row in ranking.rows]
    _require_once(order)
    return order


def _require_once(order: Sequence[str]) -> None:
    if len(set(order)) != len(order):
        raise InvalidInput("candidate_repeated", count=len(order))


def level_of(qrels: Qrels) -> int:
    """Return the binary level of a label set: 2 for grades, 1 where there are only 0 and 1."""
    highest = max((label for labels in qrels.values() for label in labels.values()), default=0)
    return GRADED_LEVEL if highest >= GRADED_LEVEL else 1


def is_label(value: object, limit: int = LABEL_LIMIT) -> bool:
    """Return whether ``value`` is a whole number from 0 to ``limit``; True and 1.0 are none."""
    return type(value) is int and 0 <= value <= limit


def measured(
    measures: Sequence[Measure],
    qrels: Qrels,
    run: Run,
    *,
    level: int | None = None,
    provider: Provider | None = None,
) -> Measured:
    """Return the measures of ``run`` over every query of ``qrels``; other queries are ignored.

    ``level`` None is that of ``qrels``. No order of queries or documents in ``qrels`` matters.

    Raises:
        InvalidInput: ``labels_missing`` without any query, ``label_unusable``, or
            ``candidate_repeated``.
    """
    if not qrels:
        raise InvalidInput("labels_missing")
    for labels in qrels.values():
        for label in labels.values():
            if not is_label(label):
                raise InvalidInput("label_unusable", value=str(label)[:40], limit=LABEL_LIMIT)
    for query in qrels:
        _require_once(run.get(query, ()))
    border = level_of(qrels) if level is None else level
    found = _found(measures, qrels, run, provider or available())
    return Measured(
        means={measure.name: mean(values) for measure, values in found.items()},
        per_query={measure.name: values for measure, values in found.items()},
        n_queries=len(qrels),
        n_unanswered=sum(not run.get(query) for query in qrels),
        n_without_relevant=sum(not relevant(labels, border) for labels in qrels.values()),
    )


def _found(measures: Sequence[Measure], qrels: Qrels, run: Run, provider: Provider) -> Values:
    """Return the values of all, those of condensed measures over condensed orders."""
    plain = [one for one in measures if not one.condensed]
    bare = {replace(one, condensed=False): one for one in measures if one.condensed}
    found = provider(plain, qrels, run) if plain else {}
    short = provider(list(bare), qrels, condensed(qrels, run)) if bare else {}
    joined = {**found, **{bare[one]: values for one, values in short.items()}}
    return {one: joined[one] for one in measures}


def condensed(qrels: Qrels, run: Run) -> dict[str, list[str]]:
    """Return each labelled query's order without the documents that have no grade.

    Grades a3 b0 and the order x, b, y, a: b, a.
    """
    return {
        query: [one for one in run.get(query, ()) if one in labels]
        for query, labels in qrels.items()
    }


def relevant(labels: Mapping[str, int], level: int) -> list[str]:
    """Return the documents whose label is at least ``level``."""
    return [one for one, label in labels.items() if label >= level]


def mean(values: Mapping[str, float]) -> float:
    """Return the mean, the same for every order of the values; 0.0 for none."""
    return math.fsum(values.values()) / len(values) if values else 0.0


def ceiling(qrels: Qrels, candidates: Mapping[str, Sequence[str]], level: int) -> float | None:
    """Return the mean share of relevant documents among the candidates, in [0, 1].

    No reranker can have a higher recall. Queries without any relevant document are left out; None
    where no query has one.
    """
    shares = {}
    for query, labels in qrels.items():
        wanted = relevant(labels, level)
        if wanted:
            found = set(candidates.get(query, ()))
            shares[query] = sum(one in found for one in wanted) / len(wanted)
    return mean(shares) if shares else None
