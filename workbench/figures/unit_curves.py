"""Draws curves between two shares, each instruction in a colour of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.figures.look import BLUE, GREY, ORANGE, RULE, VERMILLION, label, layout

COLOURS = (BLUE, VERMILLION, ORANGE, GREY)
DASHES = ("solid", "dash", "dot", "dashdot")
"""Colours come round again with the next dash, so that no two of sixteen look the same."""
SIDE = 360


@dataclass(frozen=True, slots=True)
class UnitCurve:
    """One instruction's points, shares in [0, 1]; ``hovers`` is what is said of each point.

    ``place`` is the instruction's place among all and gives its colour. ``stepped`` holds a value
    until the next point; ``marked`` draws the points themselves.
    """

    name: str
    place: int
    points: tuple[tuple[float, float], ...]
    hovers: tuple[str, ...]
    stepped: bool = False
    marked: bool = False


def unit_curves(
    curves: Sequence[UnitCurve],
    x_axis: str,
    y_axis: str,
    language: str,
    diagonal: str = "",
) -> go.Figure:
    """Return the curves on a square from 0 to 1, with a grey diagonal where it has a name."""
    figure = go.Figure(layout=layout(language, 2))
    if diagonal:
        figure.add_scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            name=label(diagonal, 40),
            line={"color": GREY, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
    for curve in curves:
        figure.add_scatter(**_trace(curve))
    both = {
        "range": [-0.02, 1.02],
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "gridcolor": RULE,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
    }
    figure.update_xaxes(title={"text": label(x_axis, 80), "standoff": 8}, **both)
    figure.update_yaxes(title={"text": label(y_axis, 80), "standoff": 8}, **both)
    figure.update_layout(
        height=SIDE + 24 * len(curves),
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": {"size": 13}},
    )
    return figure


def _trace(curve: UnitCurve) -> dict[str, object]:
    colour = COLOURS[curve.place % len(COLOURS)]
    return {
        "x": [x for x, _ in curve.points],
        "y": [y for _, y in curve.points],
        "mode": "lines+markers" if curve.marked else "lines",
        "name": label(curve.name, 40),
        "line": {
            "color": colour,
            "width": 2,
            "dash": DASHES[curve.place // len(COLOURS) % len(DASHES)],
            "shape": "vh" if curve.stepped else "linear",
        },
        "marker": {"color": colour, "size": 9},
        "customdata": [label(one, 80) for one in curve.hovers],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
