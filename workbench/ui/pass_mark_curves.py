"""Figures over all pass marks: how scores are spread, ROC, precision and recall, reliability."""

from collections.abc import Sequence

import streamlit as st

from workbench.figures.score_bars import ScoreClass, score_bars
from workbench.figures.unit_curves import UnitCurve, unit_curves
from workbench.services.measurements import Row
from workbench.ui.figures import show_figure
from workbench.ui.row_names import row_name
from workbench.ui.safe import md_escape
from workbench.words.say import Tongue, say


def show_curves(rows: Sequence[Row], places: Sequence[int], number: int, tongue: Tongue) -> None:
    """Draw each figure that the instructions have numbers for; ``places`` give each its colour."""
    _show_spread(rows, number, tongue)
    placed = list(zip(rows, places, strict=True))
    drawn = {
        "roc": [_roc(row, at, tongue) for row, at in placed],
        "pr": [_precision(row, at, tongue) for row, at in placed],
        "reliability": [_reliability(row, at, tongue) for row, at in placed],
    }
    for code, made in drawn.items():
        found = [one for one in made if one is not None]
        if not found:
            continue
        st.markdown(f"**{say(f'ui.pass.{code}_title', tongue)}**")
        figure = unit_curves(
            found,
            say(f"ui.pass.{code}_x", tongue),
            say(f"ui.pass.{code}_y", tongue),
            tongue,
            "" if code == "pr" else say(f"ui.pass.{code}_diagonal", tongue),
        )
        alt = say(f"ui.pass.{code}_alt", tongue, count=len(found))
        show_figure(figure, f"compare.{code}.{number}", alt)
        st.caption(say(f"ui.pass.{code}_help", tongue))


def _show_spread(rows: Sequence[Row], number: int, tongue: Tongue) -> None:
    """Draw how the scores of right and of other passages lie about each pass mark."""
    st.markdown(f"**{say('ui.pass.spread_title', tongue)}**")
    st.caption(say("ui.pass.spread_help", tongue))
    for at, row in enumerate(rows):
        mark, passages = row.pass_mark, row.passages
        if mark is None or passages is None:
            continue
        probable = mark.probability is not None
        scored = passages.halves if probable else passages.graded
        right, other = (
            ScoreClass(
                say(f"ui.pass.spread_{code}", tongue, count=len(held)),
                tuple(one.margin for one in held),
            )
            for code, held in (
                ("right", [one for one in scored if one.label]),
                ("other", [one for one in scored if not one.label]),
            )
        )
        name = row_name(row, tongue)
        st.markdown(md_escape(name))
        figure = score_bars(
            right,
            other,
            mark.mark if mark.probability is None else mark.probability,
            (
                say("ui.pass.spread_x" if probable else "ui.pass.spread_margin", tongue),
                say("ui.pass.spread_y", tongue),
                say("ui.pass.mark", tongue),
            ),
            tongue,
            (0.0, 1.0) if probable else None,
        )
        alt = say("ui.pass.spread_alt", tongue, name=name)
        show_figure(figure, f"compare.spread.{number}.{at}", alt)


def _roc(row: Row, at: int, tongue: Tongue) -> UnitCurve | None:
    curves = row.pass_mark.curves if row.pass_mark else None
    if curves is None:
        return None
    points = [(0.0, 0.0), *((one.alarm_share, one.recall) for one in curves.points)]
    name = row_name(row, tongue)
    return UnitCurve(name, at, tuple(points), _hovers(name, points))


def _precision(row: Row, at: int, tongue: Tongue) -> UnitCurve | None:
    curves = row.pass_mark.curves if row.pass_mark else None
    if curves is None:
        return None
    first = curves.points[0]
    points = [(0.0, first.precision), *((one.recall, one.precision) for one in curves.points)]
    name = row_name(row, tongue)
    return UnitCurve(name, at, tuple(points), _hovers(name, points), stepped=True)


def _reliability(row: Row, at: int, tongue: Tongue) -> UnitCurve | None:
    found = row.pass_mark.calibration if row.pass_mark else None
    if found is None:
        return None
    bins = [one for one in found.bins if one.n]
    name = row_name(row, tongue)
    points = tuple((one.said or 0.0, one.true or 0.0) for one in bins)
    hovers = tuple(
        say("ui.pass.bin", tongue, name=name, count=one.n, said=f"{said:.2f}", true=f"{true:.2f}")
        for one, (said, true) in zip(bins, points, strict=True)
    )
    return UnitCurve(name, at, points, hovers, marked=True)


def _hovers(name: str, points: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    return tuple(f"{name}: {x:.3f}, {y:.3f}" for x, y in points)
