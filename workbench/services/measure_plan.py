"""What a measurement is to do: checked, kept with its job, and read back from it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from workbench.domain.actors import Actor, acting_for
from workbench.domain.errors import InvalidInput, Param
from workbench.domain.experiments import ExperimentKind
from workbench.domain.jobs import Job
from workbench.domain.judgements import HELD_OUT
from workbench.domain.queries import Instruction
from workbench.domain.rankings import RECALL_METHODS, RecallMethod
from workbench.services.answers import CANDIDATE_LIMIT
from workbench.services.compare import ARM_LIMIT
from workbench.services.measurements import CONTROLS, ArmPlan, MeasurePlan
from workbench.services.questions import LabelledQuestions

FROZEN: tuple[RecallMethod, ...] = ("hybrid",)
"""How the candidates are found that every instruction orders."""


_KINDS: dict[str, ExperimentKind] = {one: one for one in ("instructions", "library", "recall")}


@dataclass(frozen=True, slots=True)
class Work:
    """What a job's parameters ask for."""

    actor: Actor
    query_set_id: str
    arms: tuple[ArmPlan, ...]
    methods: tuple[RecallMethod, ...]
    candidates: int
    reranker: str
    kind: ExperimentKind
    original: str | None
    """The experiment that is made again or measured against; None where there is none."""
    held_out: bool = False

    @classmethod
    def of(cls, job: Job) -> "Work":
        """Return what ``params_of`` put into the job."""
        params = {name: str(value) for name, value in job.params.items()}
        arms = tuple(ArmPlan(**one) for one in json.loads(params["arms"]))
        return cls(
            actor=acting_for(job.owner),
            query_set_id=params["set"],
            arms=arms,
            methods=tuple(one for one in RECALL_METHODS if one in params["methods"].split(",")),
            candidates=int(params["candidates"]),
            reranker=params["reranker"],
            kind=_KINDS.get(params.get("way", ""), "instructions" if arms else "recall"),
            original=params.get("original") or None,
            held_out=params.get("part") == HELD_OUT,
        )


def params_of(plan: MeasurePlan, reranker: str) -> dict[str, Param]:
    """Return a plan as a job keeps it."""
    return {
        "set": plan.query_set_id,
        "arms": json.dumps([asdict(arm) for arm in plan.arms], ensure_ascii=False),
        "methods": ",".join(plan.methods),
        "candidates": plan.candidates,
        "reranker": reranker,
        **({"part": HELD_OUT} if plan.held_out else {}),
    }


def asked(labelled: LabelledQuestions, arms: Sequence[ArmPlan]) -> dict[str, str]:
    """Return the questions with labels under any criterion that is measured, in their order.

    Without instructions that is the criterion with most labelled questions. Those that the library
    does not answer are asked of instructions even without a label: whatever passes for an answer
    there is wrong.
    """
    named = {arm.criterion_id for arm in arms} or {labelled.criteria[0].criterion_id}
    wanted = {query for criterion in named for query in labelled.qrels[criterion]}
    if arms:
        wanted |= unanswered(labelled)
    return {one.query_id: one.text for one in labelled.queries if one.query_id in wanted}


def unanswered(labelled: LabelledQuestions) -> set[str]:
    """Return the questions that the library is known not to answer."""
    return {one.query_id for one in labelled.query_set.queries if not one.answerable}


def check(plan: MeasurePlan, labelled: LabelledQuestions) -> None:
    """Return where the plan can be measured with these labels.

    Raises:
        InvalidInput: ``measure_nothing``, ``arms_too_many``, ``arm_name_twice``,
            ``criterion_unlabelled``, ``control_unknown``, ``recall_unknown``,
            ``number_out_of_range``, ``instruction_too_long`` or ``held_out_arms``.
    """
    if not plan.arms and not plan.methods:
        raise InvalidInput("measure_nothing")
    own = [arm for arm in plan.arms if not arm.control]
    if len(own) > ARM_LIMIT:
        raise InvalidInput("arms_too_many", count=len(own), limit=ARM_LIMIT)
    if not 1 <= plan.candidates <= CANDIDATE_LIMIT:
        raise InvalidInput(
            "number_out_of_range", name="candidates", value=plan.candidates, limit=CANDIDATE_LIMIT
        )
    for method in plan.methods:
        if method not in RECALL_METHODS:
            raise InvalidInput("recall_unknown", name=method, known=", ".join(RECALL_METHODS))
    _check_arms(plan.arms, labelled)
    if plan.held_out and (len(plan.arms), len(own)) != (2, 2):
        raise InvalidInput("held_out_arms", count=len(plan.arms))


def _check_arms(arms: Sequence[ArmPlan], labelled: LabelledQuestions) -> None:
    names = [arm.name for arm in arms]
    for arm in arms:
        Instruction.of(arm.text, arm.name)
        if arm.control and arm.control not in CONTROLS:
            raise InvalidInput("control_unknown", name=arm.control, known=", ".join(CONTROLS))
        if names.count(arm.name) > 1:
            raise InvalidInput("arm_name_twice", name=arm.name)
        if arm.criterion_id not in labelled.qrels:
            raise InvalidInput("criterion_unlabelled", name=arm.name)
