"""The pass mark of each instruction: first numbers in counts, then rates, curves, reliability."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from workbench.domain.rankings import RerankerInfo
from workbench.evaluation.resampling import Interval
from workbench.evaluation.statistics import share_interval
from workbench.evaluation.thresholds import Cost, Told
from workbench.services.measurements import Measurement, Row
from workbench.services.pass_marks import COSTS, PassMark, at_cost
from workbench.ui import formats
from workbench.ui.pass_mark_curves import show_curves
from workbench.ui.row_names import row_name
from workbench.ui.tables import ABSENT, Cell, download, filled
from workbench.words.say import Tongue, say

DIGITS = 3
FIRST = ("false_share", "miss_share", "mark", "accuracy", "constant")
"""Columns that have an explanation."""


def show_pass_marks(found: Measurement, rows: Sequence[Row], number: int, tongue: Tongue) -> None:
    """Draw the pass marks of a criterion's instructions at a cost that is chosen here."""
    marked = [row for row in rows if row.pass_mark is not None]
    if not marked:
        return
    st.markdown(f"**{say('ui.pass.title', tongue)}**")
    st.caption(say("ui.pass.help", tongue))
    if found.reranker is not None and found.reranker.score_kind == "similarity":
        st.caption(say("ui.pass.no_half", tongue))
    chosen = st.selectbox(
        say("ui.pass.cost", tongue),
        range(len(COSTS)),
        format_func=lambda at: _cost(COSTS[at], tongue),
        key=f"compare.cost.{number}",
        help=say("ui.pass.cost_help", tongue),
    )
    held = [_at_cost(found, row, COSTS[chosen]) for row in marked]
    table = pass_mark_rows(held, tongue)
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            say(f"ui.pass.{code}", tongue): st.column_config.TextColumn(
                help=say(f"ui.pass.help_{code}", tongue)
            )
            for code in FIRST
        },
        alt=say("ui.pass.table_alt", tongue, count=len(table)),
    )
    download(
        table, f"pass-marks-{number + 1}", f"compare.pass_csv.{number}", tongue, found.reranker
    )
    with st.expander(say("ui.pass.more", tongue), icon=":material/monitoring:"):
        _more(held, found.reranker, number, tongue)
        show_curves(held, _places(found, marked), number, tongue)


def _cost(cost: tuple[int, int], tongue: Tongue) -> str:
    return say("ui.pass.cost_of", tongue, miss=cost[0], alarm=cost[1])


def _places(found: Measurement, rows: Sequence[Row]) -> list[int]:
    """Return each row's place among all instructions: its colour is the same in every figure."""
    arms = [row.arm for row in found.rows if row.arm is not None]
    return [arms.index(row.arm) for row in rows if row.arm is not None]


def _at_cost(found: Measurement, row: Row, cost: tuple[int, int]) -> Row:
    if cost == (1, 1) or row.passages is None or row.pass_mark is None:
        return row
    wanted = Cost(miss=cost[0], alarm=cost[1])
    qrels = found.qrels[row.criterion_id]
    made = at_cost(row.pass_mark, row.passages, qrels, found.level, wanted)
    return replace(row, pass_mark=made)


def pass_mark_rows(rows: Sequence[Row], tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row an instruction: mistakes at its pass mark, and what a constant answer gets."""
    return [_row(row, row.pass_mark, tongue) for row in rows if row.pass_mark is not None]


def _row(row: Row, mark: PassMark, tongue: Tongue) -> dict[str, Cell]:
    cells: dict[str, Cell] = {say("ui.measure.row", tongue): row_name(row, tongue)}
    wrong = mark.mistakes
    cells[say("ui.pass.false_share", tongue)] = (
        ABSENT if wrong is None else _share(wrong.wrong, wrong.over, wrong.false_interval, tongue)
    )
    cells[say("ui.pass.miss_share", tongue)] = (
        ABSENT
        if wrong is None
        else _share(wrong.missed, wrong.relevant, wrong.miss_interval, tongue)
    )
    told_at = mark.told
    cells[say("ui.pass.accuracy", tongue)] = (
        ABSENT
        if told_at is None
        else formats.percent(told_at.accuracy) + share_range(told_at.accuracy_interval, tongue)
    )
    cells[say("ui.pass.constant", tongue)] = (
        ABSENT if told_at is None else formats.percent(told_at.majority_accuracy)
    )
    cells[say("ui.pass.mark", tongue)] = _mark(mark)
    return cells


def _mark(mark: PassMark) -> str:
    """Return the mark as the reader sees scores: a probability where the model gives one."""
    return f"{mark.mark if mark.probability is None else mark.probability:.{DIGITS}f}"


def _share(part: int, of: int, interval: Interval | None, tongue: Tongue) -> str:
    if not of:
        return ABSENT
    return f"{formats.percent(part / of)} · {part} / {of}{share_range(interval, tongue)}"


def share_range(held: Interval | None, tongue: Tongue) -> str:
    """Return the ends of a share's interval in percent, in brackets; "" without one."""
    if held is None:
        return ""
    low, high = (formats.percent(one) for one in held)
    return say("ui.pass.range", tongue, low=low, high=high)


def _more(rows: Sequence[Row], info: RerankerInfo | None, number: int, tongue: Tongue) -> None:
    table = further_rows(rows, tongue)
    st.dataframe(table, hide_index=True, alt=say("ui.pass.more_alt", tongue, count=len(table)))
    st.caption(say("ui.pass.more_help", tongue))
    download(table, f"rates-{number + 1}", f"compare.rates_csv.{number}", tongue, info)
    for row in rows:
        mark = row.pass_mark
        if mark is not None and mark.temperature is not None:
            heat = f"{mark.temperature:.2f}"
            st.caption(say("ui.pass.temperature", tongue, name=row_name(row, tongue), heat=heat))


def further_rows(rows: Sequence[Row], tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row an instruction with every other number; columns without any are left out."""
    marked = [(row, row.pass_mark) for row in rows if row.pass_mark is not None]
    return filled([_further(row, mark, tongue) for row, mark in marked])


def _further(row: Row, mark: PassMark, tongue: Tongue) -> dict[str, Cell]:
    cells: dict[str, Cell] = {say("ui.measure.row", tongue): row_name(row, tongue)}
    curves, reliability = mark.curves, mark.calibration
    numbers = {
        **_told(mark.told),
        "at_half": _number(mark.at_half.accuracy if mark.at_half else None),
        "roc": _number(curves.roc_area, curves.roc_interval) if curves else None,
        "pr": _number(curves.average_precision, curves.average_precision_interval)
        if curves
        else None,
        "ece": _number(reliability.ece, reliability.ece_interval) if reliability else None,
        "brier": _number(reliability.brier, reliability.brier_interval) if reliability else None,
        "false_answers": _false_answers(mark, tongue),
        "tied": None if mark.tied is None else formats.percent(mark.tied),
        "ungraded": str(row.ungraded),
        "bounds": f"{row.bounds.low:.{DIGITS}f} – {row.bounds.high:.{DIGITS}f}"
        if row.bounds
        else None,
    }
    return cells | {say(f"ui.pass.{code}", tongue): cell for code, cell in numbers.items()}


def _told(told: Told | None) -> Mapping[str, Cell]:
    if told is None:
        return dict.fromkeys(("balanced", "precision", "recall", "f1"))
    return {
        "balanced": _number(told.balanced_accuracy, told.balanced_interval),
        "precision": _number(told.precision, told.precision_interval),
        "recall": _number(told.recall, told.recall_interval),
        "f1": _number(told.f1, told.f1_interval),
    }


def _false_answers(mark: PassMark, tongue: Tongue) -> Cell:
    """Return the questions without an answer that a passage passes for, with their share."""
    if mark.false_answers is None:
        return None
    held = share_interval(mark.false_answers, mark.no_answer)
    return f"{mark.false_answers} / {mark.no_answer}{share_range(held, tongue)}"


def _number(value: float | None, held: Interval | None = None) -> Cell:
    if value is None or math.isnan(value):
        return None
    told = f"{value:.{DIGITS}f}"
    return told if held is None else f"{told} [{held[0]:.{DIGITS}f}, {held[1]:.{DIGITS}f}]"
