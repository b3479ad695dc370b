"""From the orders of instructions on frozen candidates to measures, differences and verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.domain.rankings import Candidate, Ranking
from workbench.evaluation.bounds import reach
from workbench.evaluation.collection import RankedLabels
from workbench.evaluation.formats.arms_file import NamedInstruction
from workbench.evaluation.measure_names import Measure, parse_measures
from workbench.evaluation.measures import ceiling, level_of, measured, relevant
from workbench.evaluation.providers import Qrels
from workbench.evaluation.statistics import compare, mean_interval
from workbench.evaluation.verdict import Standing, Verdict, verdict
from workbench.services.controls import control_noise
from workbench.services.folder_comparisons import PRIMARY, ArmsPlan, ComparedArm
from workbench.services.pass_marks import PassMark, ScoredPassages, pass_mark_of

Frozen = Mapping[str, tuple[Candidate, ...]]
ScoredRows = Mapping[str, Sequence[Any]]
"""Rows, margins and probabilities of one query, at the same places."""
JUDGED = Measure("Judged", 10)


def measured_arm(
    arm: NamedInstruction,
    criterion: str,
    qrels: Qrels,
    orders: Mapping[str, tuple[str, ...]],
    frozen: Frozen,
    plan: ArmsPlan,
) -> ComparedArm:
    """Return the measures of one instruction's orders, without how it stands to others yet."""
    level = level_of(qrels)
    own = {query: qrels[query] for query in orders}
    found = measured((*_asked(plan, level), JUDGED), own, orders, level=level)
    values = {one: v for one, v in found.per_query.items() if one != JUDGED.name}
    candidates = {query: [one.chunk_id for one in frozen[query]] for query in orders}
    return ComparedArm(
        instruction=arm,
        criterion=criterion,
        n_queries=found.n_queries,
        n_without_relevant=found.n_without_relevant,
        measures={one: found.means[one] for one in values},
        intervals={one: mean_interval(per_query) for one, per_query in values.items()},
        per_query=values,
        judged=found.means[JUDGED.name],
        recall_ceiling=ceiling(own, candidates, level),
        comparisons=None,
        reach=None,
        verdict=None,
        orders=orders,
    )


def joined(
    arms: Sequence[ComparedArm], baseline: str, qrels: Qrels, plan: ArmsPlan, follows: bool
) -> tuple[ComparedArm, ...]:
    """Return the arms with how each stands to the baseline; Holm leaves controls out."""
    base = next(one for one in arms if one.instruction.name == baseline)
    same = [one for one in arms if one is not base and one.criterion == base.criterion]
    rivals = [one for one in same if not one.instruction.control]
    tested = {
        measure: compare(values, [one.per_query[measure] for one in rivals])
        for measure, values in base.per_query.items()
    }
    own = {query: qrels[query] for query in base.orders}
    joined = {base.instruction.name: base}
    for one in same:
        if one.instruction.control:
            values = base.per_query[PRIMARY], one.per_query[PRIMARY]
            found_noise = control_noise(base.orders, one.orders, *values)
            joined[one.instruction.name] = replace(one, noise=found_noise)
    for at, one in enumerate(rivals):
        comparisons = {measure: found[at] for measure, found in tested.items()}
        reached = None if plan.complete else reach(own, base.orders, one.orders)
        said = verdict(comparisons[PRIMARY], reached, Standing(follows_instructions=follows))
        joined[one.instruction.name] = replace(
            one, comparisons=comparisons, reach=reached, verdict=said
        )
    return tuple(
        joined.get(one.instruction.name, replace(one, verdict=Verdict("different_tests")))
        for one in arms
    )


def scored_rows(ranking: Ranking) -> ScoredRows:
    """Return rows best first with what they were sorted by; None where nothing scored them."""
    rows = [one.candidate for one in ranking.rows]
    return {
        "chunks": [one.chunk_id for one in rows],
        "margins": [one.margin for one in rows],
        "scores": [one.score for one in rows],
    }


def arm_pass_mark(kept: Mapping[str, ScoredRows], qrels: Qrels) -> PassMark | None:
    """Return the pass mark of what one instruction gave, over the queries that it ordered.

    Queries without a relevant row count as those that nothing answers.
    """
    own, level = {query: qrels[query] for query in kept}, level_of(qrels)
    unanswered = [query for query, labels in own.items() if not relevant(labels, level)]
    return pass_mark_of(ScoredPassages.of(kept, own, level, unanswered), own, level)


def first_stage(labels: RankedLabels, frozen: Frozen, plan: ArmsPlan) -> Mapping[str, float]:
    """Return the measures of the order of recall, under the baseline's criterion."""
    level = level_of(labels.qrels)
    run = {query: [one.chunk_id for one in found] for query, found in frozen.items()}
    own = {query: labels.qrels[query] for query in frozen if query in labels.qrels}
    return measured(_asked(plan, level), own, run, level=level).means


def _asked(plan: ArmsPlan, level: int) -> tuple[Measure, ...]:
    named = (*parse_measures(PRIMARY, level), *parse_measures(plan.measures, level))
    return tuple(dict.fromkeys(named))
