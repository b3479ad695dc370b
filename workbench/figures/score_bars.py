"""Draws how the scores of right and of other passages are spread, with the pass mark."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.figures.look import BLUE, GREY, INK, RULE, label, layout

BINS = 20
HEIGHT = 260


@dataclass(frozen=True, slots=True)
class ScoreClass:
    """Scores of one class of passages and what it is called."""

    name: str
    scores: tuple[float, ...]


def score_bars(
    right: ScoreClass,
    other: ScoreClass,
    mark: float,
    names: tuple[str, str, str],
    language: str,
    span: tuple[float, float] | None = None,
) -> go.Figure:
    """Return both classes as shares of their own passages in ``BINS`` steps, from 0 upwards.

    ``names`` are those of both axes and of the pass mark. ``span`` are the ends of the first axis;
    without it those of the scores.
    """
    figure = go.Figure(layout=layout(language, 2))
    low, high = span or _span((*right.scores, *other.scores, mark))
    for one, colour, pattern in ((other, GREY, ""), (right, BLUE, "/")):
        figure.add_bar(**_bars(one, low, (high - low) / BINS, colour, pattern))
    figure.add_vline(
        x=mark,
        line={"color": INK, "width": 2, "dash": "dash"},
        annotation={
            "text": label(names[2], 40),
            "font": {"color": INK, "size": 13},
            # On the side that has room for it.
            "xanchor": "right" if mark > (low + high) / 2 else "left",
        },
    )
    figure.update_xaxes(
        title={"text": label(names[0], 80), "standoff": 8},
        range=[low, high],
        fixedrange=True,
        automargin=True,
    )
    figure.update_yaxes(
        title={"text": label(names[1], 80), "standoff": 8},
        rangemode="tozero",
        tickformat=".0%",
        gridcolor=RULE,
        fixedrange=True,
        automargin=True,
    )
    figure.update_layout(
        height=HEIGHT,
        barmode="group",
        bargap=0.05,
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": {"size": 13}},
    )
    return figure


def _span(scores: Sequence[float]) -> tuple[float, float]:
    low, high = min(scores), max(scores)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _bars(
    one: ScoreClass, low: float, width: float, colour: str, pattern: str
) -> dict[str, object]:
    counts = [0] * BINS
    for score in one.scores:
        counts[min(int((score - low) / width), BINS - 1)] += 1
    total = max(len(one.scores), 1)
    return {
        "x": [low + (at + 0.5) * width for at in range(BINS)],
        "y": [count / total for count in counts],
        "name": label(one.name, 60),
        "marker": {"color": [colour] * BINS, "pattern": {"shape": pattern}},
        "customdata": counts,
        "hovertemplate": "%{x:.3f}: %{customdata}, %{y:.1%}<extra>%{fullData.name}</extra>",
    }
