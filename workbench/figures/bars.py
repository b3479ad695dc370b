"""Draws the scores of one ranking as bars that begin at zero."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.domain.rankings import Candidate, Ranked, Ranking, ScoreKind
from workbench.figures.look import BLUE, INK, ROW_LIMIT, RULE, VERMILLION, label, layout, lines


@dataclass(frozen=True, slots=True)
class BarLabels:
    """Words of the figure: the axis, and what stands for a missing score and for a tie."""

    axis: str
    unscored: str
    tied: str


def score_bars(
    ranking: Ranking,
    names: Mapping[str, str],
    kind: ScoreKind,
    language: str,
    labels: BarLabels,
) -> go.Figure:
    """Return one bar a candidate, best on top, at most 30.

    The axis runs from 0 to 1 for probabilities and from −1 to 1 for similarities, further where a
    score lies outside; for logits it follows the scores and holds zero. ``names`` gives each chunk
    id its label. An unscored candidate keeps its row without a bar.
    """
    rows = ranking.rows[:ROW_LIMIT]
    values = [_value(row.candidate, kind) for row in rows]
    places = list(range(len(rows)))
    figure = go.Figure(layout=layout(language, len(rows)))
    figure.add_bar(
        x=[value or 0.0 for value in values],
        y=places,
        orientation="h",
        marker_color=[VERMILLION if (value or 0.0) < 0 else BLUE for value in values],
        text=[labels.unscored if value is None else number(value, kind) for value in values],
        textposition="outside",
        textfont={"color": INK},
        cliponaxis=False,
        customdata=[
            _hover(row, names, value, kind, labels) for row, value in zip(rows, values, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    ticks = [
        f"{row.rank}{'=' if row.tied else '.'} {label(names[row.candidate.chunk_id])}"
        for row in rows
    ]
    figure.update_yaxes(
        tickvals=places,
        ticktext=ticks,
        range=[len(rows) - 0.4, -0.6],
        automargin=True,
        showgrid=False,
    )
    figure.update_xaxes(
        title={"text": _in_two_lines(labels.axis), "standoff": 8, "font": {"size": 13}},
        range=axis_range(values, kind),
        gridcolor=RULE,
        zeroline=True,
        zerolinecolor=INK,
        automargin=True,
        fixedrange=True,
    )
    figure.update_layout(bargap=0.35)
    return figure


def _in_two_lines(axis: str) -> str:
    """Return the axis' name with its range below it: beside it, a telephone cuts both."""
    return re.sub(r"\s*([(（])", r"<br>\1", label(axis, 80), count=1)


def _value(candidate: Candidate, kind: ScoreKind) -> float | None:
    return candidate.score if kind == "probability" else candidate.margin


def number(value: float, kind: ScoreKind) -> str:
    """Return a score as it is written beside its bar; more digits where a probability saturates."""
    if kind == "probability" and not 0.005 <= value <= 0.995:
        return f"{value:.5f}"
    return f"{round(value, 3) + 0.0:.3f}".replace("-", "−")  # + 0.0 takes the sign off zero


def axis_range(values: Sequence[float | None], kind: ScoreKind) -> list[float]:
    """Return the axis' ends, a little wider than its scale so that numbers fit beside bars."""
    known = [value for value in values if value is not None]
    low = min([0.0, *known])
    high = max([0.0, *known])
    if kind == "probability":
        low, high = min(low, 0.0), max(high, 1.0)
    elif kind == "similarity":
        low, high = min(low, -1.0), max(high, 1.0)
    elif low == high:
        high = 1.0
    room = 0.15 * (high - low)
    return [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]


def _hover(
    row: Ranked, names: Mapping[str, str], value: float | None, kind: ScoreKind, labels: BarLabels
) -> str:
    shown = labels.unscored if value is None else number(value, kind)
    tie = f" ({label(labels.tied)})" if row.tied else ""
    name = lines(names[row.candidate.chunk_id])
    return f"<b>{row.rank}{tie}</b> · {label(shown)}<br>{name}"
