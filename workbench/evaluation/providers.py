"""Measures of each query, through ir-measures or, where it has no wheel, in plain Python."""

import math
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TypeAlias

from workbench.evaluation.measure_names import Measure

Qrels: TypeAlias = Mapping[str, Mapping[str, int]]
"""Labels by query and document; a document without one is not judged."""
Run: TypeAlias = Mapping[str, Sequence[str]]
"""Documents by query, best first, each once."""
Values: TypeAlias = dict[Measure, dict[str, float]]
Provider: TypeAlias = Callable[[Sequence[Measure], Qrels, Run], Values]


def available() -> Provider:
    """Return the provider of this machine: ir-measures where it and its trec_eval are installed."""
    found = find_spec("ir_measures") and find_spec("pytrec_eval")
    return library if found else plain


def library(measures: Sequence[Measure], qrels: Qrels, run: Run) -> Values:
    """Return each measure of each query of ``qrels``, computed by ir-measures.

    A document's score is the number of documents from it downwards: every one is another, so that
    no back end has ties to break, and each is exact in trec_eval's 32 bits. Ids become short
    numbers, since back ends differ in the characters that they take.
    """
    import ir_measures

    wanted = {ir_measures.parse_measure(measure.name): measure for measure in measures}
    queries = {query: f"q{at}" for at, query in enumerate(qrels)}
    names = {queries[query]: query for query in qrels}
    numbered_qrels, numbered_run = {}, {}
    for query, labels in qrels.items():
        order = run.get(query, ())
        ids = {one: f"d{at}" for at, one in enumerate(dict.fromkeys((*order, *labels)))}
        numbered_qrels[queries[query]] = {ids[one]: label for one, label in labels.items()}
        numbered_run[queries[query]] = {
            ids[one]: float(len(order) - at) for at, one in enumerate(order)
        }
    # A query without any document is left out: its value is 0, as for every missing one.
    answered = {query: found for query, found in numbered_run.items() if found}
    values: Values = {measure: {} for measure in measures}
    for metric in ir_measures.iter_calc(list(wanted), numbered_qrels, answered):
        values[wanted[metric.measure]][names[metric.query_id]] = float(metric.value)
    return values


def plain(measures: Sequence[Measure], qrels: Qrels, run: Run) -> Values:
    """Return each measure of each query of ``qrels``, with trec_eval's definitions."""
    return {
        measure: {
            query: value(measure, labels, run.get(query, ())) for query, labels in qrels.items()
        }
        for measure in measures
    }


def value(measure: Measure, labels: Mapping[str, int], order: Sequence[str]) -> float:
    """Return one measure of one query, in [0, 1]; 0 for an empty order or without relevant labels.

    Labels a3 b1 c2 and the order b, c, a: nDCG@3 is (1/1 + 2/log2(3) + 3/2) / (3 + 2/log2(3) +
    1/2) = 0.790, RR@3 at level 2 is 1/2, AP@3 at level 2 is (1/2 + 2/3) / 2.
    """
    seen = order[: measure.cutoff]
    if measure.kind == "Judged":
        return sum(one in labels for one in seen) / len(seen) if seen else 0.0
    if measure.kind == "Bpref":
        return _bpref(measure.level, labels, order)
    if measure.kind == "nDCG":
        ideal = _gain(sorted(labels.values(), reverse=True)[: measure.cutoff])
        return _gain([labels.get(one, 0) for one in seen]) / ideal if ideal else 0.0
    hits = [labels.get(one, 0) >= measure.level for one in seen]
    relevant = sum(label >= measure.level for label in labels.values())
    return _binary(measure, hits, relevant) if relevant else 0.0


def _bpref(level: int, labels: Mapping[str, int], order: Sequence[str]) -> float:
    """Return how seldom a document graded not relevant stands before a relevant one.

    Labels a1 b0 c1 d0 e0 and the order b, a, x, d, c, with x not graded: one of R = 2 before a,
    two before c: ((1 - 1/2) + (1 - 2/2)) / 2 = .25.
    """
    relevant = sum(label >= level for label in labels.values())
    border = min(relevant, len(labels) - relevant)
    wrong, total = 0, 0.0
    for one in order:
        if one not in labels:
            continue
        if labels[one] < level:
            wrong += 1
        else:
            total += 1 - min(wrong, relevant) / border if wrong else 1.0
    return total / relevant if relevant else 0.0


def _binary(measure: Measure, hits: Sequence[bool], relevant: int) -> float:
    match measure.kind:
        case "P":
            return sum(hits) / measure.cutoff
        case "R":
            return sum(hits) / relevant
        case "AP":
            at_hits = [sum(hits[:rank]) / rank for rank in _ranks(hits)]
            return sum(at_hits) / relevant
        case "RR":
            return next((1 / rank for rank in _ranks(hits)), 0.0)
        case _:
            return float(any(hits))


def _ranks(hits: Sequence[bool]) -> list[int]:
    return [rank for rank, hit in enumerate(hits, start=1) if hit]


def _gain(labels: Sequence[int]) -> float:
    return sum(label / math.log2(rank + 1) for rank, label in enumerate(labels, start=1))
