"""Draws one measure of several orders as bars on a scale from zero to one."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.figures.look import BLUE, GREY, INK, RULE, label, layout


@dataclass(frozen=True, slots=True)
class MeasureBar:
    """One order's value in [0, 1]; ``first_stage`` marks an order that recall alone made."""

    name: str
    value: float
    first_stage: bool


def measure_bars(bars: Sequence[MeasureBar], axis: str, language: str) -> go.Figure:
    """Return one bar an order, in the order given, from top to bottom."""
    places = list(range(len(bars)))
    figure = go.Figure(layout=layout(language, len(bars)))
    figure.add_bar(
        x=[bar.value for bar in bars],
        y=places,
        orientation="h",
        marker_color=[GREY if bar.first_stage else BLUE for bar in bars],
        text=[f"{bar.value:.3f}" for bar in bars],
        textposition="outside",
        textfont={"color": INK},
        cliponaxis=False,
        customdata=[label(bar.name, 80) for bar in bars],
        hovertemplate="%{customdata}: %{x:.4f}<extra></extra>",
    )
    figure.update_yaxes(
        tickvals=places,
        ticktext=[label(bar.name) for bar in bars],
        range=[len(bars) - 0.4, -0.6],
        automargin=True,
        showgrid=False,
    )
    figure.update_xaxes(
        title={"text": label(axis, 80), "standoff": 8},
        range=[0, 1.12],
        tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1.0],
        gridcolor=RULE,
        zeroline=True,
        zerolinecolor=INK,
        automargin=True,
        fixedrange=True,
    )
    figure.update_layout(bargap=0.35)
    return figure
