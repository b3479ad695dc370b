"""What changing the instruction moved, whether as it asked, and how far wordings lie apart."""

from collections.abc import Sequence

import streamlit as st

from workbench.evaluation.resampling import Interval
from workbench.evaluation.sensitivity import Sensitivity
from workbench.services.effect_shapes import CriterionMatrix, Effect, Wordings
from workbench.services.measured_shapes import POINTS, points
from workbench.services.measurements import Measurement
from workbench.ui import formats
from workbench.ui.row_names import row_name
from workbench.ui.safe import md_escape
from workbench.ui.tables import Cell, download, filled
from workbench.words.say import Tongue, say

DIGITS = 3
EXPLAINED = ("shift", "rbo", "tau", "p_mrr", "ideal")


def show_effects(found: Measurement, tongue: Tongue) -> None:
    """Draw how each instruction moved the order of the first one; nothing for fewer than two."""
    effects = found.effects
    if not effects.beside:
        return
    first = row_name(found.rows[effects.beside[0].baseline], tongue)
    st.markdown(f"**{say('ui.effect.title', tongue)}**")
    st.caption(md_escape(say("ui.effect.help", tongue, first=first)))
    table = effect_rows(found, effects.beside, tongue)
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            say(f"ui.effect.{code}", tongue): st.column_config.TextColumn(
                help=say(f"ui.effect.help_{code}", tongue)
            )
            for code in EXPLAINED
        },
        alt=say("ui.effect.alt", tongue, count=len(table)),
    )
    download(table, "instruction-effects", "compare.effects_csv", tongue, found.reranker)
    if any(one.followed for one in effects.beside):
        st.caption(say("ui.effect.p_mrr_read", tongue))
    if effects.matrix is not None:
        _show_matrix(found, effects.matrix, tongue)
    for line in wording_lines(effects.wordings, tongue):
        st.markdown(f"- {md_escape(line)}")


def effect_rows(
    found: Measurement, effects: Sequence[Effect], tongue: Tongue
) -> list[dict[str, Cell]]:
    """Return one row an instruction; p-MRR and its bounds only where any has them."""
    return filled([_effect_row(found, one, tongue) for one in effects])


def _effect_row(found: Measurement, one: Effect, tongue: Tongue) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "first": f"{one.changed_first} / {one.n}",
        "shift": f"{one.shift:.1f}",
        **_followed(one.followed, one.interval),
        "rbo": _number(one.rbo),
        "tau": _number(one.tau_b),
    }
    named = {say("ui.measure.row", tongue): row_name(found.rows[one.row], tongue)}
    return named | {say(f"ui.effect.{code}", tongue): cell for code, cell in cells.items()}


def _followed(found: Sensitivity | None, interval: Interval | None) -> dict[str, Cell]:
    """Return p-MRR with what it has to be read beside; None where both ask for the same."""
    if found is None:
        return dict.fromkeys(("p_mrr", "ideal", "share", "gained", "oracle", "asked"))
    share, gained = found.share_of_ideal, found.gained
    return {
        "p_mrr": _points(found.p_mrr, interval),
        "ideal": _points(found.ideal),
        "share": None if share is None else formats.percent(share),
        "gained": None if gained is None else _points(gained),
        "oracle": _points(found.oracle),
        "asked": str(found.n),
    }


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.{DIGITS}f}"


def _points(value: float, interval: Interval | None = None) -> str:
    """Return a share as p-MRR is published, in points, with its interval."""
    told = f"{POINTS * value:+.1f}"
    held = points(interval)
    return told if held is None else f"{told} [{held[0]:+.1f}, {held[1]:+.1f}]"


def _show_matrix(found: Measurement, matrix: CriterionMatrix, tongue: Tongue) -> None:
    table = matrix_rows(found, matrix, tongue)
    st.markdown(f"**{say('ui.effect.matrix', tongue)}**")
    st.caption(say("ui.effect.matrix_help", tongue, count=matrix.n))
    alt = say("ui.effect.matrix_alt", tongue, count=len(table))
    heads = _heads(matrix, tongue)
    st.dataframe(
        table,
        hide_index=True,
        alt=alt,
        column_config={
            head: st.column_config.TextColumn(help=criterion.text)
            for head, criterion in zip(heads, matrix.criteria, strict=True)
        },
    )
    for head, criterion in zip(heads, matrix.criteria, strict=True):
        st.caption(f"**{md_escape(head)}** {md_escape(criterion.text)}")
    download(table, "criteria", "compare.matrix_csv", tongue, found.reranker)


def matrix_rows(
    found: Measurement, matrix: CriterionMatrix, tongue: Tongue
) -> list[dict[str, Cell]]:
    """Return one row an instruction, one column a criterion; its own criterion is marked."""
    table = []
    for place, values in zip(matrix.rows, matrix.values, strict=True):
        row = found.rows[place]
        cells: dict[str, Cell] = {say("ui.measure.row", tongue): row_name(row, tongue)}
        named = zip(_heads(matrix, tongue), matrix.criteria, values, strict=True)
        for head, criterion, value in named:
            told = f"{value:.{DIGITS}f}"
            if criterion.criterion_id == row.criterion_id:
                told = say("ui.effect.own", tongue, value=told)
            cells[head] = told
        table.append(cells)
    return table


def _heads(matrix: CriterionMatrix, tongue: Tongue) -> list[str]:
    return [
        say("ui.effect.criterion", tongue, number=number)
        for number in range(1, len(matrix.criteria) + 1)
    ]


def wording_lines(wordings: Sequence[Wordings], tongue: Tongue) -> list[str]:
    """Return one sentence for each criterion that several instructions are measured by."""
    return [
        say(
            "ui.effect.wordings",
            tongue,
            count=one.count,
            criterion=one.criterion.text,
            n=one.n,
            **{name: f"{getattr(one, name):.{DIGITS}f}" for name in ("worst", "mean", "best")},
        )
        for one in wordings
    ]
