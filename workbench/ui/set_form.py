"""What is measured on a question set: ways of recall, instructions with their labels, numbers."""

from collections.abc import Sequence
from string import ascii_uppercase

import streamlit as st

from workbench.domain.judgements import Criterion
from workbench.domain.rankings import RECALL_METHODS
from workbench.services.compare import ARM_LIMIT
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.services.questions import LabelledQuestions, SetOverview
from workbench.ui import formats
from workbench.ui.control_form import control_arms
from workbench.ui.safe import md_escape
from workbench.words.say import Tongue, say

NONE = ""
"""Stands among the instructions for the model's own default."""


def pick_set(sets: Sequence[SetOverview], tongue: Tongue) -> str:
    """Draw the choice of a question set and return its id; the choice stands in the address."""
    by_id = {one.query_set.query_set_id: one for one in sets}
    names = [one.query_set.name for one in sets]

    def shown(query_set_id: str) -> str:
        one = by_id[query_set_id]
        twin = names.count(one.query_set.name) > 1
        return f"{one.query_set.name} · {one.corpus.name}" if twin else one.query_set.name

    chosen = st.selectbox(
        say("ui.measure.set", tongue),
        list(by_id),
        format_func=shown,
        key="compare.set",
        bind="query-params",
    )
    st.caption(_holds(by_id[chosen], tongue))
    return chosen


def _holds(one: SetOverview, tongue: Tongue) -> str:
    return say(
        "ui.measure.set_holds",
        tongue,
        corpus=md_escape(one.corpus.name),
        queries=formats.count(len(one.query_set.queries)),
        labels=formats.count(one.labels),
    )


def plan_form(labelled: LabelledQuestions, tongue: Tongue) -> MeasurePlan:
    """Draw what can be measured with these labels, and return what is chosen."""
    methods = st.pills(
        say("ui.measure.methods", tongue),
        RECALL_METHODS,
        format_func=lambda one: say(f"ui.measure.by_{one}", tongue),
        selection_mode="multi",
        default=RECALL_METHODS,
        key="compare.methods",
        help=say("ui.measure.methods_help", tongue),
    )
    arms = _instructions(labelled, tongue)
    with st.expander(say("ui.measure.more", tongue), icon=":material/tune:"):
        own = _own(labelled.criteria, len(arms), tongue)
        controls = control_arms([*arms, *own], tongue)
        candidates = st.number_input(
            say("ui.compare.candidates", tongue),
            2,
            100,
            50,
            key="compare.set_candidates",
            help=say("ui.measure.candidates_help", tongue),
        )
    return MeasurePlan(
        query_set_id=labelled.query_set.query_set_id,
        arms=(*arms, *own, *controls),
        methods=tuple(one for one in RECALL_METHODS if one in methods),
        candidates=candidates,
    )


def _instructions(labelled: LabelledQuestions, tongue: Tongue) -> list[ArmPlan]:
    """Draw the instructions that have labels of their own; those of the page's language first."""
    ordered = sorted(labelled.instructions, key=lambda one: one.language != tongue)
    offered = {NONE: (say("preset.instruction.default.label", tongue), "")}
    offered |= {one.instruction_id: (one.name, one.text) for one in ordered}
    criteria = {one.instruction_id: one.criterion_id for one in ordered}
    chosen = st.multiselect(
        say("ui.measure.instructions", tongue),
        list(offered),
        format_func=lambda one: " · ".join(filter(None, offered[one])),
        key=f"compare.set_instructions.{labelled.query_set.query_set_id}",
        max_selections=ARM_LIMIT,
        placeholder=say("ui.measure.instructions_none", tongue),
        help=say("ui.measure.instructions_help", tongue),
    )
    usual = labelled.criteria[0].criterion_id
    return [
        ArmPlan(f"{letter} · {offered[one][0]}", offered[one][1], criteria.get(one, usual))
        for letter, one in zip(ascii_uppercase, chosen, strict=False)
    ]


def _own(criteria: Sequence[Criterion], before: int, tongue: Tongue) -> list[ArmPlan]:
    """Draw the field for an instruction of one's own, and by whose labels it is measured."""
    text = st.text_area(
        say("ui.measure.own", tongue),
        key="compare.set_own",
        height=80,
        placeholder=say("ui.measure.own_placeholder", tongue),
    )
    texts = {one.criterion_id: one.text for one in criteria}
    criterion = st.selectbox(
        say("ui.measure.own_criterion", tongue),
        list(texts),
        format_func=lambda one: texts[one],
        key="compare.set_own_criterion",
        help=say("ui.measure.own_criterion_help", tongue),
    )
    if not text.strip():
        return []
    name = f"{ascii_uppercase[before]} · {say('ui.measure.own_name', tongue)}"
    return [ArmPlan(name, text.strip(), criterion)]


def criteria_line(criteria: Sequence[Criterion], tongue: Tongue) -> str:
    """Return what the labels of a set say, one line a criterion, as Markdown."""
    told = [
        f"- {md_escape(say('ui.measure.criterion_' + one.kind, tongue))} {md_escape(one.text)}"
        for one in criteria
    ]
    return "\n".join(told)
