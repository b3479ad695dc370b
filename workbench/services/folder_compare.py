"""Compare named instructions on a folder with labels, over candidates frozen once."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import InvalidInput
from workbench.domain.rankings import Ranking, RerankerInfo
from workbench.evaluation.collection import RankedLabels
from workbench.evaluation.formats.arms_file import NamedInstruction, read_arms
from workbench.evaluation.formats.beir import read_criteria
from workbench.evaluation.formats.labelled import holds_labels
from workbench.evaluation.groups import sample
from workbench.evaluation.measure_names import deepest, parse_measures
from workbench.evaluation.measures import level_of, order_of
from workbench.logbook import Logbook
from workbench.services.compare import ARM_LIMIT
from workbench.services.controls import control_text
from workbench.services.evaluate import check_numbers, of_stage
from workbench.services.evaluations import Watch
from workbench.services.folder_arms import (
    Frozen,
    ScoredRows,
    arm_pass_mark,
    first_stage,
    joined,
    measured_arm,
    scored_rows,
)
from workbench.services.folder_comparisons import (
    ArmsPlan,
    ComparedArm,
    FolderComparison,
)
from workbench.services.labelled import LabelledFolders
from workbench.services.measurements import CONTROLS, FREE
from workbench.services.models import Models
from workbench.services.rerank import scored
from workbench.services.spent import Spent
from workbench.services.trials import Trials


class FolderCompare:
    """Compares instructions on folders; only the instruction differs between two arms."""

    def __init__(
        self,
        policy: Policy,
        models: Models,
        trials: Trials,
        folders: LabelledFolders,
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._models = models
        self._trials = trials
        self._folders = folders
        self._log = log

    def folder(
        self,
        actor: Actor,
        folder: Path,
        instructions: Path,
        plan: ArmsPlan,
        watch: Watch | None = None,
    ) -> FolderComparison:
        """Return how the instructions of a file stand to the baseline on the labels of ``folder``.

        Raises:
            NotFound: ``path_missing``.
            InvalidInput: A file, a measure, a number or a name is not usable; ``compare_none`` for
                no reranker, ``baseline_unknown``, ``arms_too_many``.
            Unavailable: The reranker, or the embedder that the recall needs, cannot be used.
        """
        self._policy.require(actor, "evaluate")
        started, spent = time.monotonic(), Spent()
        check_numbers(plan.method, plan.candidates, plan.limit)
        plan = replace(plan, reranker=plan.reranker or self._models.choose()[0])
        if plan.reranker == "none":
            raise InvalidInput("compare_none")
        self._models.reranker(plan.reranker)
        named = read_arms(instructions)
        own_arms = sum(not one.control for one in named)
        if own_arms > ARM_LIMIT:
            raise InvalidInput("arms_too_many", count=own_arms, limit=ARM_LIMIT)
        baseline = _baseline(named, plan.baseline)
        named = _with_controls(named, baseline, plan)
        labels = self._labels(folder, watch)
        criteria = {one.name: _criterion(one, labels) for one in named}
        frozen = self._freeze(labels, sorted(set(criteria.values())), plan, spent, watch)
        made, info = self._arms(named, criteria, labels, frozen, plan, spent, watch)
        own = labels[criteria[baseline]]
        arms = joined(made, baseline, own.qrels, plan, info.supports_instruction)
        self._log.write(
            "compared_folder",
            actor=actor.id,
            arms=len(arms),
            queries=len(frozen),
            reranker=info.name,
            seconds=time.monotonic() - started,
        )
        return FolderComparison(
            baseline=baseline,
            arms=arms,
            first_stage=first_stage(own, frozen, plan),
            method=plan.method,
            candidates=max((len(one) for one in frozen.values()), default=0),
            binary_level=level_of(own.qrels),
            reranker=info,
            seconds={**spent.seconds, "total": time.monotonic() - started},
        )

    def _labels(self, folder: Path, watch: Watch | None) -> dict[str, RankedLabels]:
        if holds_labels(folder):
            return self._folders.by_criterion(folder, of_stage(watch, "reading"))
        found = read_criteria(folder)
        if not found:
            raise InvalidInput("labels_missing")
        return found

    def _freeze(
        self,
        labels: Mapping[str, RankedLabels],
        criteria: Sequence[str],
        plan: ArmsPlan,
        spent: Spent,
        watch: Watch | None,
    ) -> Frozen:
        """Return the candidates of every query that is labelled under any of the criteria."""
        any_labels = labels[criteria[0]]
        wanted = {query: 0 for one in criteria for query in labels[one].qrels}
        index = self._trials.index(
            any_labels.rows, plan.method, spent, of_stage(watch, "embedding")
        )
        depth = max(plan.candidates, deepest(parse_measures(plan.measures, 1)))
        texts = {one.asked_id: one.text for one in any_labels.queries}
        return {
            query: self._trials.recall(index, texts[query], depth, plan.method, spent)
            for query in sample(wanted, plan.limit)
        }

    def _arms(
        self,
        named: Sequence[NamedInstruction],
        criteria: Mapping[str, str],
        labels: Mapping[str, RankedLabels],
        frozen: Frozen,
        plan: ArmsPlan,
        spent: Spent,
        watch: Watch | None,
    ) -> tuple[list[ComparedArm], RerankerInfo]:
        asked = [
            (arm, [query for query in frozen if query in labels[criteria[arm.name]].qrels])
            for arm in named
        ]
        total = sum(len(queries) for _, queries in asked)
        found, done, info = [], 0, None
        for arm, queries in asked:
            own = labels[criteria[arm.name]]
            reads = {row.row_id: row.reads for row in own.rows}
            texts = {one.asked_id: one.text for one in own.queries}
            orders: dict[str, tuple[str, ...]] = {}
            kept: dict[str, ScoredRows] = {}
            for query in queries:
                ranking = Ranking.of(texts[query], frozen[query])
                if frozen[query]:
                    documents = [reads[one.chunk_id] for one in frozen[query]]
                    scores = self._trials.score(
                        texts[query],
                        documents,
                        arm.text,
                        plan.reranker,
                        spent,
                        arm.control == "again",
                    )
                    info = scores.reranker
                    ranking = Ranking.of(texts[query], scored(frozen[query], scores))
                orders[query] = tuple(order_of(ranking))
                kept[query] = scored_rows(ranking)
                done += 1
                if watch:
                    watch("questions", done, total)
            made = measured_arm(arm, criteria[arm.name], own.qrels, orders, frozen, plan)
            found.append(replace(made, pass_mark=arm_pass_mark(kept, own.qrels)))
        if info is None:
            raise InvalidInput("labels_missing")
        return found, info


def _baseline(named: Sequence[NamedInstruction], wanted: str | None) -> str:
    names = [one.name for one in named]
    for one in named:
        if one.control and one.control not in CONTROLS:
            raise InvalidInput("control_unknown", name=one.control, known=", ".join(CONTROLS))
    if wanted is not None and wanted not in names:
        raise InvalidInput("baseline_unknown", name=wanted, known=", ".join(names))
    return wanted or next((one.name for one in named if not one.control), names[0])


def _with_controls(
    named: tuple[NamedInstruction, ...], baseline: str, plan: ArmsPlan
) -> tuple[NamedInstruction, ...]:
    """Return the instructions with the controls of the baseline that are wanted beside them."""
    base = next(one for one in named if one.name == baseline)
    there = {one.control for one in named}
    for control in plan.controls:
        if control not in FREE:
            raise InvalidInput("control_unknown", name=control, known=", ".join(FREE))
    made = (
        NamedInstruction(
            f"control:{control}",
            control_text(control, base.text, plan.placebos),
            base.criterion,
            control,
        )
        for control in dict.fromkeys(plan.controls)
        if control not in there
    )
    return (*named, *made)


def _criterion(arm: NamedInstruction, labels: Mapping[str, RankedLabels]) -> str:
    """Return the criterion of an instruction; the first of the labels where it names none."""
    wanted = arm.criterion or next(iter(labels))
    if wanted not in labels:
        known = ", ".join(labels) or "–"
        raise InvalidInput("criterion_unknown_here", name=wanted, known=known)
    return wanted
