"""What to grade: a question set, a criterion, which passages; and the lists that are not done."""

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import QUEUE_MODES, CriterionKind, LabelQueue
from workbench.evaluation.pooling import DEPTH
from workbench.services.label_queues import QueuePlan
from workbench.services.questions import SetOverview
from workbench.services.workbench import Workbench
from workbench.ui.label_agreement import show_agreement
from workbench.ui.label_desk import ADDRESS
from workbench.ui.label_files_form import show_label_files
from workbench.ui.overview import page_path
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

KINDS: tuple[CriterionKind, ...] = ("question", "requirement")
UNFINISHED = 6
CRITERION: Key[str | None] = Key("label.criterion", None)


def show_start(bench: Workbench, tongue: Tongue) -> None:
    """Draw the choices, the button that starts, and what was begun earlier."""
    sets = {one.query_set.query_set_id: one for one in bench.questions.sets(OWNER)}
    if not sets:
        st.info(say("ui.label.no_sets", tongue), icon=":material/checklist:")
        st.page_link(page_path("home"), label=say("ui.measure.to_samples", tongue))
        return
    queues = bench.label_queues.all(OWNER)
    _unfinished(bench, queues, tongue)
    chosen = st.selectbox(
        say("ui.label.set", tongue),
        list(sets),
        format_func=lambda one: f"{sets[one].query_set.name} · {sets[one].corpus.name}",
        key="label.set",
        bind="query-params",
    )
    criterion = _criterion(bench, sets[chosen], tongue)
    plan = _plan(chosen, criterion, queues, tongue)
    if st.button(
        say("ui.label.start", tongue),
        key="label.start",
        type="primary",
        icon=":material/edit_note:",
        width="stretch",
        disabled=not criterion,
    ):
        _make(bench, plan, tongue)
    if criterion:
        with st.expander(say("ui.label_files.title", tongue), icon=":material/upload_file:"):
            show_label_files(bench, sets[chosen].query_set, criterion, tongue)
        with st.expander(say("ui.label.agreement", tongue), icon=":material/groups:"):
            show_agreement(bench.agreeing.judges(OWNER, chosen, criterion), tongue)


def _make(bench: Workbench, plan: QueuePlan, tongue: Tongue) -> None:
    bar = st.progress(0.0)

    def watch(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), say("ui.label.making", tongue, done=done, total=total))

    queue = bench.label_queues.make(OWNER, plan, watch)
    st.query_params[ADDRESS] = queue.queue_id
    st.rerun()


def _criterion(bench: Workbench, one: SetOverview, tongue: Tongue) -> str:
    """Draw the choice of a criterion, the set's own first, and return it; empty without any."""
    known = {c.criterion_id: c for c in bench.label_queues.criteria(OWNER, one.query_set)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            say("ui.label.criterion", tongue),
            list(known),
            format_func=lambda c: (
                f"{say('ui.measure.criterion_' + known[c].kind, tongue)} {known[c].text}"
            ),
            key=CRITERION.name,
            help=say("ui.label.criterion_help", tongue),
        )
        with st.popover(say("ui.label.new_criterion", tongue), icon=":material/add:"):
            _new_criterion(bench, tongue)
    return chosen or ""


def _new_criterion(bench: Workbench, tongue: Tongue) -> None:
    kind = st.radio(
        say("ui.label.kind", tongue),
        KINDS,
        format_func=lambda one: say(f"ui.label.kind_{one}", tongue),
        key="label.kind",
    )
    text = st.text_input(
        say("ui.label.criterion_text", tongue),
        key="label.criterion_text",
        placeholder=say("ui.label.criterion_placeholder", tongue),
    )

    def add() -> None:
        CRITERION.put(bench.label_queues.add_criterion(OWNER, kind, text).criterion_id)

    st.button(
        say("ui.label.criterion_add", tongue),
        key="label.criterion_add",
        on_click=add,
        disabled=not text.strip(),
    )


def _plan(set_id: str, criterion: str, queues: tuple[LabelQueue, ...], tongue: Tongue) -> QueuePlan:
    mode = st.radio(
        say("ui.label.mode", tongue),
        QUEUE_MODES,
        format_func=lambda one: say(f"ui.label.mode_{one}", tongue),
        captions=[say(f"ui.label.mode_{one}_is", tongue) for one in QUEUE_MODES],
        key="label.mode",
        bind="query-params",
    )
    judge = st.text_input(
        say("ui.label.judge", tongue),
        queues[0].judge if queues else say("ui.label.me", tongue),
        key="label.judge",
        help=say("ui.label.judge_help", tongue),
        max_chars=80,
        width=240,
    )
    with st.expander(say("ui.label.more", tongue), icon=":material/tune:"):
        depth = st.number_input(say("ui.label.depth", tongue), 1, 50, DEPTH, key="label.depth")
        again = st.checkbox(say("ui.label.again", tongue), key="label.again")
    return QueuePlan(set_id, criterion, mode, judge or "", depth, again)


def _unfinished(bench: Workbench, queues: tuple[LabelQueue, ...], tongue: Tongue) -> None:
    """Draw the lists that were begun and not ended, newest first."""
    desks = [bench.labelling.desk(OWNER, one.queue_id) for one in queues[:UNFINISHED]]
    open_ones = [desk for desk in desks if len(desk.given) < len(desk.queue.items)]
    if not open_ones:
        return
    st.subheader(say("ui.label.unfinished", tongue), anchor=False)
    for desk in open_ones:
        queue = desk.queue
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            line = say(
                "ui.label.queue_line",
                tongue,
                name=desk.set_name,
                mode=say(f"ui.label.mode_{queue.mode}", tongue),
                judge=queue.judge,
                graded=len(desk.given),
                total=len(queue.items),
            )
            st.markdown(md_escape(line))
            if st.button(
                say("ui.label.go_on", tongue), key=f"label.go_on.{queue.queue_id}", type="primary"
            ):
                st.query_params[ADDRESS] = queue.queue_id
                st.rerun()
            if st.button(
                say("ui.label.forget", tongue),
                key=f"label.forget.{queue.queue_id}",
                type="tertiary",
            ):
                bench.label_queues.forget(OWNER, queue.queue_id)
                st.rerun()
