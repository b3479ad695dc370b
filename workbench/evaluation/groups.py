"""Which labelled queries are measured together: a sample, and those of one pair of languages."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbench.domain.languages import language_of
from workbench.evaluation.collection import RankedLabels
from workbench.evaluation.measure_names import Measure
from workbench.evaluation.measures import ceiling, measured, relevant
from workbench.evaluation.providers import Qrels, Run
from workbench.evaluation.resampling import Interval
from workbench.evaluation.statistics import intervals

SEED = 20_250_923
"""Of the sample that a limit takes: the same queries on every machine."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Part:
    """Means over the queries of one group with their intervals, and the ceiling of recall."""

    n_queries: int
    measures: Mapping[str, float]
    intervals: Mapping[str, Interval | None]
    recall_ceiling: float | None


def sample(labelled: Mapping[str, _T], limit: int | None) -> dict[str, _T]:
    """Return the labelled queries in the order of their ids, at most ``limit`` drawn by a seed."""
    ids = sorted(labelled)
    if limit is not None and limit < len(ids):
        ids = sorted(random.Random(SEED).sample(ids, limit))
    return {one: labelled[one] for one in ids}


def by_language(
    labels: RankedLabels, qrels: Qrels, run: Run, asked: Sequence[Measure], level: int
) -> dict[str, Part]:
    """Return a part for each language of a query and of its relevant rows, as in ``zh->en``.

    The orders stay as they are; only relevant rows of that language count in a part.
    """
    of_row = {row.row_id: language_of(row.text) for row in labels.rows}
    of_query = {one.asked_id: one.language or language_of(one.text) for one in labels.queries}
    parts: dict[str, dict[str, dict[str, int]]] = {}
    for query, given in qrels.items():
        for language in sorted({of_row[row] for row in relevant(given, level)}):
            kept = {row: label for row, label in given.items() if of_row[row] == language}
            parts.setdefault(f"{of_query[query]}->{language}", {})[query] = kept
    return {name: _part(parts[name], run, asked, level) for name in sorted(parts)}


def _part(qrels: Qrels, run: Run, asked: Sequence[Measure], level: int) -> Part:
    found = measured(asked, qrels, run, level=level)
    return Part(
        found.n_queries, found.means, intervals(found.per_query), ceiling(qrels, run, level)
    )
