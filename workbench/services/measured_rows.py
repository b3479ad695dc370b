"""From what a measurement kept to its rows: counts, measures and accuracy by criterion."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.domain.experiments import Manifest
from workbench.domain.identity import digest
from workbench.domain.judgements import Criterion
from workbench.domain.rankings import RecallMethod, RerankerInfo
from workbench.evaluation.bounds import reach, top_grade_of
from workbench.evaluation.measure_names import parse_measures
from workbench.evaluation.measures import GRADED_LEVEL, ceiling, measured, relevant
from workbench.evaluation.pairs import Scored, pair_accuracy
from workbench.evaluation.statistics import compare, mean_interval
from workbench.evaluation.ungraded import bounds, ungraded_at
from workbench.evaluation.verdict import Standing, verdict
from workbench.services.controls import control_noise
from workbench.services.instruction_effects import effects_of
from workbench.services.measurements import HITS, MEASURES, PRIMARY, ArmPlan, Measurement, Row
from workbench.services.pass_marks import HALF, ScoredPassages, pass_mark_of
from workbench.services.verdicts import Versus

Orders = Mapping[str, Sequence[str]]
Qrels = Mapping[str, Mapping[str, int]]


def measurement(kept: Mapping[str, Any]) -> Measurement:
    """Return the measurement whose orders, margins and labels were kept."""
    arms = tuple(ArmPlan(**one) for one in kept["arms"])
    named = list(dict.fromkeys(arm.criterion_id for arm in arms))
    criteria = {one["criterion_id"]: Criterion(**one) for one in kept["criteria"]}
    wanted = named or list(criteria)[:1]
    info = kept["reranker"]
    follows = bool(info and info["supports_instruction"])
    found = [
        pair
        for criterion in wanted
        for pair in _judged(list(_rows(kept, arms, criterion)), kept["qrels"][criterion], follows)
    ]
    made = Measurement(
        set_name=kept["set"],
        set_version=kept["version"],
        corpus_id=kept["corpus_id"],
        corpus=kept["corpus"],
        candidates=kept["candidates"],
        level=GRADED_LEVEL,
        questions=kept["questions"],
        criteria=tuple(criteria[one] for one in wanted),
        qrels={one: kept["qrels"][one] for one in wanted},
        rows=tuple(row for row, _ in found),
        orders=tuple(
            {query: tuple(order) for query, order in orders.items()} for _, orders in found
        ),
        reranker=RerankerInfo(**info) if info else None,
        lost=kept["lost"],
        seconds=kept["seconds"],
        manifest=_manifest(kept),
        pool={query: tuple(chunks) for query, chunks in kept.get("pool", {}).items()},
        held_out=bool(kept.get("held_out")),
    )
    return replace(made, effects=effects_of(made))


def _rows(
    kept: Mapping[str, Any], arms: Sequence[ArmPlan], criterion: str
) -> Iterator[tuple[Row, Orders]]:
    """Yield a criterion's rows with their orders: first stages, then instructions."""
    qrels = kept["qrels"][criterion]
    for method, orders in kept["recalled"].items():
        yield _row(criterion, qrels, orders, method=method), orders
    no_answer = kept.get("no_answer", ())
    for arm, kept_orders in zip(arms, kept["orders"], strict=True):
        if arm.criterion_id == criterion:
            orders = {query: one["chunks"] for query, one in kept_orders.items()}
            row = _row(criterion, qrels, orders, arm=arm, scores=kept_orders)
            yield _marked(row, qrels, orders, kept_orders, no_answer), orders


def _judged(
    rows: Sequence[tuple[Row, Orders]], qrels: Qrels, follows: bool
) -> list[tuple[Row, Orders]]:
    """Return the rows with how each instruction stands to the first one of its criterion."""
    reranked = [pair for pair in rows if pair[0].arm is not None and not pair[0].arm.control]
    if not reranked:
        return list(rows)
    (base, base_orders), rivals = reranked[0], reranked[1:]
    compared = compare(base.per_query[PRIMARY], [row.per_query[PRIMARY] for row, _ in rivals])
    standing = Standing(follows_instructions=follows)
    versus = {}
    for (row, orders), one in zip(rivals, compared, strict=True):
        open_ones = reach(qrels, base_orders, orders)
        versus[id(row)] = Versus(
            baseline=base.arm.name if base.arm else "",
            comparison=one,
            reach=open_ones,
            verdict=verdict(one, open_ones, standing),
            hits=(base.hits[1], row.hits[1]),
        )
    return [
        (
            replace(
                row,
                versus=versus.get(id(row)),
                noise=control_noise(
                    base_orders, orders, base.per_query[PRIMARY], row.per_query[PRIMARY]
                )
                if row.arm and row.arm.control
                else None,
            ),
            orders,
        )
        for row, orders in rows
    ]


def _marked(
    row: Row,
    qrels: Qrels,
    orders: Orders,
    kept: Mapping[str, Mapping[str, Any]],
    no_answer: Sequence[str],
) -> Row:
    """Return an instruction's row with its pass mark, and with what has no grade yet."""
    passages = ScoredPassages.of(kept, qrels, GRADED_LEVEL, no_answer)
    primary = parse_measures(PRIMARY, GRADED_LEVEL)[0]
    return replace(
        row,
        passages=passages,
        pass_mark=pass_mark_of(passages, qrels, GRADED_LEVEL),
        bounds=bounds(primary, qrels, orders, top_grade=top_grade_of(qrels)),
        ungraded=sum(ungraded_at(qrels, orders).values()),
    )


def _row(
    criterion: str,
    qrels: Qrels,
    orders: Orders,
    *,
    method: RecallMethod | None = None,
    arm: ArmPlan | None = None,
    scores: Mapping[str, Mapping[str, Any]] | None = None,
) -> Row:
    found = measured(parse_measures(MEASURES, GRADED_LEVEL), qrels, orders, level=GRADED_LEVEL)
    first = {query: _first(labels, orders.get(query, ())) for query, labels in qrels.items()}
    pairs = list(_pairs(qrels, scores or {}, "margins"))
    halves = list(_pairs(qrels, scores or {}, "scores"))
    return Row(
        criterion_id=criterion,
        method=method,
        arm=arm,
        n=found.n_queries,
        n_answerable=found.n_queries - found.n_without_relevant,
        hits={k: sum(rank is not None and rank <= k for rank in first.values()) for k in HITS},
        means=found.means,
        per_query=found.per_query,
        first_rank=first,
        recall_ceiling=ceiling(qrels, orders, GRADED_LEVEL),
        accuracy=pair_accuracy(pairs) if pairs else None,
        at_half=_share_right(halves),
        interval=mean_interval(found.per_query[PRIMARY]),
    )


def _first(labels: Mapping[str, int], order: Sequence[str]) -> int | None:
    """Return the rank of the first relevant passage, from 1; None where there is none."""
    wanted = set(relevant(labels, GRADED_LEVEL))
    return next((rank for rank, one in enumerate(order, start=1) if one in wanted), None)


def _pairs(qrels: Qrels, scores: Mapping[str, Mapping[str, Any]], field: str) -> Iterator[Scored]:
    """Yield every judged passage that has this number, as yes or no."""
    for query, one in scores.items():
        for chunk, number in zip(one["chunks"], one[field], strict=True):
            grade = qrels.get(query, {}).get(chunk)
            if grade is not None and number is not None:
                yield Scored(query, chunk, int(grade >= GRADED_LEVEL), number)


def _share_right(pairs: Sequence[Scored]) -> float | None:
    if not pairs:
        return None
    return sum((one.margin >= HALF) == bool(one.label) for one in pairs) / len(pairs)


def _manifest(kept: Mapping[str, Any]) -> Manifest:
    """Return what can change a number here; orders and labels stand in it by their hash."""
    named = ("set", "version", "corpus_id", "generation", "candidates", "arms", "reranker")
    hashed = {
        name: digest(Manifest.of(value=kept[name]).fields)
        for name in ("questions", "qrels", "recalled")
    }
    return Manifest.of(
        **kept.get("provenance", {}),
        **{name: kept[name] for name in named},
        **hashed,
        **({"held_out": True} if kept.get("held_out") else {}),
        passages=kept.get("passages"),
        level=GRADED_LEVEL,
        measures=MEASURES,
        tie_rule="-margin, recall_rank, chunk_id",
        reads="breadcrumb+text",
    )
