"""Stored experiments: found, opened, put away, deleted and restored, two of them side by side."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.experiments import Experiment
from workbench.services.experiment_pairs import arms_of
from workbench.services.experiment_shapes import questions_of
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.experiment_pair import show_pair
from workbench.ui.overview import page_path
from workbench.ui.safe import md_escape
from workbench.ui.state import Key
from workbench.words.model_words import model_name
from workbench.words.say import Tongue, say

ADDRESS = "experiments.open"
DELETED: Key[str] = Key("experiments.last_deleted", "")
PER_PAGE = 20


def show_list(bench: Workbench, tongue: Tongue) -> None:
    """Draw the experiments that match what is looked for, newest first."""
    every = bench.experiments.all(OWNER)
    _undo(bench, tongue)
    if not every and not bench.experiments.all(OWNER, deleted=True):
        st.info(say("ui.experiments.none", tongue), icon=":material/inventory_2:")
        st.page_link(
            page_path("compare"),
            label=say("ui.experiments.to_compare", tongue),
            query_params={"way": "set"},
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(say("ui.experiments.find", tongue), key="experiments.find")
        archived = st.toggle(
            say("ui.experiments.archived_too", tongue), key="experiments.archived_too"
        )
        gone = st.toggle(say("ui.experiments.deleted_only", tongue), key="experiments.deleted_only")
    found = matching(
        bench.experiments.all(OWNER, deleted=True) if gone else every,
        wanted or "",
        archived=archived or gone,
    )
    if not found:
        st.caption(say("ui.experiments.nothing_found", tongue))
    pages = max(-(-len(found) // PER_PAGE), 1)
    start = 0
    if pages > 1:
        start = (st.pagination(pages, key="experiments.page") - 1) * PER_PAGE
    for one in found[start : start + PER_PAGE]:
        _row(bench, one, tongue)
    if not gone and len(found) > 1:
        with st.expander(say("ui.experiments.two", tongue), icon=":material/compare:"):
            show_pair(bench, found, tongue)


def matching(every: Sequence[Experiment], wanted: str, *, archived: bool) -> tuple[Experiment, ...]:
    """Return those whose name, note or instructions hold ``wanted``, whatever its case."""
    sought = wanted.strip().casefold()
    return tuple(
        one
        for one in every
        if (archived or one.archived_at is None)
        and any(sought in text.casefold() for text in _texts(one))
    )


def _texts(one: Experiment) -> list[str]:
    arms = [f"{arm['name']}\n{arm['text']}" for arm in arms_of(one)]
    return [one.name, one.note, *arms]


def facts(bench: Workbench, one: Experiment, tongue: Tongue) -> str:
    """Return what an experiment is, in one line: when, kind, model, questions, first numbers."""
    info = one.details["reranker"]
    again = one.reproduces is not None and one.kind != "library"
    told = [
        formats.when(one.created_at).astimezone().strftime("%Y-%m-%d %H:%M"),
        say("ui.experiments.again" if again else f"ui.experiments.kind_{one.kind}", tongue),
        say("ui.held_out.short", tongue) if one.details.get("held_out") else "",
        model_name(str(info["name"]), tongue) if isinstance(info, dict) else "",
        say("ui.experiments.questions", tongue, count=len(questions_of(one))),
        _numbers(bench, one),
        say("ui.experiments.archived", tongue) if one.archived_at else "",
    ]
    return " · ".join(filter(None, told))


def _numbers(bench: Workbench, one: Experiment) -> str:
    means = {
        at: mean for (at, _), mean in bench.experiments.means(OWNER, one.experiment_id).items()
    }
    named = [
        f"{str(arm['name']).split(' ')[0]} {means[at]:.3f}"
        for at, arm in enumerate(arms_of(one))
        if at in means
    ]
    return f"nDCG@10 {', '.join(named)}" if named else ""


def _row(bench: Workbench, one: Experiment, tongue: Tongue) -> None:
    with st.container(border=True):
        st.markdown(f"**{md_escape(one.name)}** {md_escape(one.note)}")
        st.caption(md_escape(facts(bench, one, tongue)))
        with st.container(horizontal=True):
            if one.deleted_at is not None:
                _act(bench, one, "restore", tongue)
                return
            _act(bench, one, "open", tongue)
            _act(bench, one, "unarchive" if one.archived_at else "archive", tongue)
            _act(bench, one, "delete", tongue)


def _act(bench: Workbench, one: Experiment, act: str, tongue: Tongue) -> None:
    pressed = st.button(
        say(f"ui.experiments.{act}", tongue),
        key=f"experiments.{act}.{one.experiment_id}",
        type="primary" if act == "open" else "tertiary",
    )
    if pressed:
        _do(bench, one, act)
        st.rerun()


def _do(bench: Workbench, one: Experiment, act: str) -> None:
    if act == "open":
        st.query_params[ADDRESS] = one.experiment_id
    elif act in ("archive", "unarchive"):
        bench.experiments.archive(OWNER, one.experiment_id, archived=act == "archive")
    else:
        bench.experiments.delete(OWNER, one.experiment_id, deleted=act == "delete")
        DELETED.put(one.experiment_id if act == "delete" else "")


def _undo(bench: Workbench, tongue: Tongue) -> None:
    """Offer to take back what was deleted last."""
    last = DELETED.get()
    if not last:
        return
    one = bench.experiments.get(OWNER, last)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(say("ui.experiments.deleted", tongue, name=md_escape(one.name)))
        if st.button(say("ui.experiments.undo", tongue), key="experiments.undo", type="tertiary"):
            _do(bench, one, "restore")
            st.rerun()
