"""Two experiments side by side: what differs between them, and what may be said of it."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.experiments import Experiment
from workbench.services.experiment_pairs import Beside, Pairing
from workbench.services.workbench import Workbench
from workbench.ui import formats
from workbench.ui.measured import VERDICT_ICONS, field_names, versus_text
from workbench.ui.safe import md_escape
from workbench.ui.tables import Cell, show_table
from workbench.words.model_words import model_name
from workbench.words.say import Tongue, say


def show_pair(bench: Workbench, every: Sequence[Experiment], tongue: Tongue) -> None:
    """Draw the choice of two experiments, and what stands between them."""
    names = {one.experiment_id: one for one in every}

    def shown(one: str) -> str:
        at = formats.when(names[one].created_at).astimezone().strftime("%m-%d %H:%M")
        return f"{names[one].name} · {at}"

    left, right = st.columns(2)
    ids = list(names)
    first = left.selectbox(
        say("ui.experiments.first", tongue),
        ids,
        index=min(1, len(ids) - 1),
        format_func=shown,
        key="experiments.first",
    )
    second = right.selectbox(
        say("ui.experiments.second", tongue), ids, format_func=shown, key="experiments.second"
    )
    if first != second:
        show_beside(bench.experiments.beside(OWNER, first, second), tongue)


def show_beside(found: Beside, tongue: Tongue) -> None:
    """Draw what differs between two experiments, and their instructions in pairs."""
    if found.differs:
        fields = field_names(found.differs, tongue)
        st.warning(md_escape(say("ui.experiments.differs", tongue, fields=fields)))
    else:
        st.caption(say("ui.experiments.same", tongue))
    if not found.pairings:
        st.caption(say("ui.experiments.no_pairs", tongue))
        return
    if not found.differs:
        _verdicts(found, tongue)
    show_table([pair_row(one, tongue) for one in found.pairings], say("ui.experiments.two", tongue))


def _verdicts(found: Beside, tongue: Tongue) -> None:
    """Draw what may be said of each pair; what is the same of all of them stands once."""
    info = found.second.details["reranker"]
    model = model_name(str(info["name"]), tongue) if isinstance(info, dict) else ""
    told: dict[str, list[Pairing]] = {}
    for one in found.pairings:
        name = say("ui.compare.arm_short", tongue, letter=one.other)
        told.setdefault(versus_text(name, one.versus, model, tongue), []).append(one)
    for text, pairs in told.items():
        heads = "; ".join(
            say("ui.experiments.pair", tongue, name=one.name, other=one.other) for one in pairs
        )
        icon = VERDICT_ICONS.get(pairs[0].versus.verdict.code)
        st.info(f"**{md_escape(heads)}** {md_escape(text)}", icon=icon)


def pair_row(one: Pairing, tongue: Tongue) -> dict[str, Cell]:
    """Return a pair's numbers: both means, the change with its range, and how questions moved."""
    found = one.versus.comparison
    low, high = found.interval or (None, None)
    span = "" if low is None else f" [{low:+.3f}, {high:+.3f}]"
    return {
        say("ui.measure.row", tongue): say(
            "ui.experiments.pair", tongue, name=one.name, other=one.other
        ),
        say("ui.experiments.first", tongue): found.baseline,
        say("ui.experiments.second", tongue): found.mean,
        say("ui.experiments.change", tongue): f"{found.difference:+.3f}{span}",
        say("ui.experiments.moved", tongue): f"{found.wins} / {found.ties} / {found.losses}",
    }
