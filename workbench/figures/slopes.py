"""Draws how each candidate's rank runs through the orders of several instructions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from workbench.domain.errors import InvalidInput
from workbench.domain.rankings import Ranking
from workbench.figures.look import (
    BLUE,
    GREY,
    ROW_LIMIT,
    RULE,
    VERMILLION,
    label,
    layout,
    lines,
)

UP, DOWN, SAME = "▲", "▼", "＝"
_COLOURS = {UP: BLUE, DOWN: VERMILLION, SAME: GREY}
_DASHES = {UP: "solid", DOWN: "dash", SAME: "dot"}
_SYMBOLS = {UP: "triangle-up", DOWN: "triangle-down", SAME: "circle"}


@dataclass(frozen=True, slots=True)
class SlopeLabels:
    """Words of the figure: what a rank is called, and the row of ranks below those shown."""

    rank: str
    below: str


@dataclass(frozen=True, slots=True)
class Course:
    """A candidate's ranks, from 1, in each order; the first order is the baseline."""

    chunk_id: str
    ranks: tuple[int, ...]

    def turn(self, column: int = -1) -> str:
        """Return which way it moved against the baseline: ▲, ▼ or ＝."""
        first, rank = self.ranks[0], self.ranks[column]
        return UP if rank < first else DOWN if rank > first else SAME

    def arrow(self, column: int = -1) -> str:
        """Return the move against the baseline with its size: ▲3, ▼2 or ＝."""
        amount = abs(self.ranks[0] - self.ranks[column])
        return f"{self.turn(column)}{amount or ''}"


@dataclass(frozen=True, slots=True)
class _Chart:
    """What is drawn: the lines, the ranks that have a row of their own, and the words."""

    courses: tuple[Course, ...]
    depth: int
    orders: tuple[str, ...]
    names: Mapping[str, str]
    labels: SlopeLabels

    @property
    def heads(self) -> list[str]:
        """Return the orders' names, broken so that neighbours do not touch; at most three lines."""
        return [lines(name, max(8, 40 // len(self.orders)), limit=3) for name in self.orders]

    @property
    def cut(self) -> bool:
        return any(rank > self.depth for course in self.courses for rank in course.ranks)

    @property
    def rows(self) -> int:
        return self.depth + self.cut

    def ticks(self, column: int, arrows: bool) -> list[str]:
        """Return what stands beside each row at one end: rank, move and name."""
        at = {course.ranks[column]: course for course in self.courses}
        texts = []
        for rank in range(1, self.depth + 1):
            course = at[rank]
            move = f"{course.arrow(column)} " if arrows else ""
            texts.append(f"{rank}. {move}{label(self.names[course.chunk_id], 26)}")
        return texts + [label(self.labels.below, 26)] * self.cut


def rank_slopes(
    orders: Sequence[tuple[str, Ranking]],
    names: Mapping[str, str],
    language: str,
    labels: SlopeLabels,
    limit: int = 10,
) -> go.Figure:
    """Return a slope chart: a column an order with its name, the first the baseline.

    Shown are the candidates among the first ``limit`` of any order, fewer where that would be more
    than 30 lines; ranks below lie on one row at the foot. A line tells in colour, dash and arrow
    whether its candidate rose (blue, ▲), fell (vermillion, dashed, ▼) or stayed (grey, dotted) in
    the last order against the first; no order is taken to be right. ``names`` gives each chunk id
    its label.

    Raises:
        InvalidInput: ``candidates_differ`` where the orders have different candidates.
    """
    depth, courses = chosen(courses_of([ranking for _, ranking in orders]), limit)
    chart = _Chart(courses, depth, tuple(name for name, _ in orders), names, labels)
    head = 24 + 18 * max((text.count("<br>") for text in chart.heads), default=0)
    figure = go.Figure(layout=layout(language, chart.rows, header=head))
    for course in courses:
        figure.add_scatter(**_line(chart, course))
    figure.update_layout(xaxis=_columns(chart), yaxis=_ends(chart, 0))
    if len(orders) > 1 and courses:
        # plotly draws a second axis only where a trace uses it
        figure.add_scatter(
            x=[0], y=[1], yaxis="y2", opacity=0, hoverinfo="skip", mode="markers", name=""
        )
        figure.update_layout(yaxis2=_ends(chart, -1) | {"overlaying": "y", "side": "right"})
    return figure


def courses_of(rankings: Sequence[Ranking]) -> list[Course]:
    """Return each candidate's ranks, in the first order's sequence; no orders give none.

    Raises:
        InvalidInput: ``candidates_differ`` where a ranking has other candidates than the first.
    """
    tables = [{row.candidate.chunk_id: row.rank for row in ranking.rows} for ranking in rankings]
    for table in tables[1:]:
        missing, added = tables[0].keys() - table.keys(), table.keys() - tables[0].keys()
        if missing or added:
            raise InvalidInput("candidates_differ", missing=len(missing), added=len(added))
    return [Course(key, tuple(table[key] for table in tables)) for key in (tables or [{}])[0]]


def chosen(courses: Sequence[Course], limit: int) -> tuple[int, tuple[Course, ...]]:
    """Return how many ranks get a row, and the courses that are within them anywhere.

    At most 30 courses; the depth shrinks until that holds.
    """
    depth = min(limit, len(courses), ROW_LIMIT)
    found = [course for course in courses if min(course.ranks) <= depth]
    while len(found) > ROW_LIMIT and depth > 1:
        depth -= 1
        found = [course for course in courses if min(course.ranks) <= depth]
    return depth, tuple(found)


def _line(chart: _Chart, course: Course) -> dict[str, Any]:
    colour = _COLOURS[course.turn()]
    columns = range(len(course.ranks))
    name = lines(chart.names[course.chunk_id])
    return {
        "x": list(columns),
        "y": [min(rank, chart.depth + 1) for rank in course.ranks],
        "name": course.chunk_id,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2, "dash": _DASHES[course.turn()]},
        "marker": {
            "color": colour,
            "size": 11,
            "symbol": [_SYMBOLS[course.turn(column)] for column in columns],
        },
        "customdata": [
            f"<b>{label(chart.orders[at], 40)}</b> · {label(chart.labels.rank)} "
            f"{course.ranks[at]} {course.arrow(at) if at else ''}<br>{name}"
            for at in columns
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _columns(chart: _Chart) -> dict[str, Any]:
    """Return the axis on top: one place an order, with its name."""
    return {
        "tickvals": list(range(len(chart.orders))),
        "ticktext": chart.heads,
        "range": [-0.08, max(len(chart.orders) - 1, 1) + 0.08],
        "side": "top",
        "gridcolor": RULE,
        "zeroline": False,
        "fixedrange": True,
    }


def _ends(chart: _Chart, column: int) -> dict[str, Any]:
    """Return the axis at one end of the lines, rank 1 on top."""
    return {
        "tickvals": list(range(1, chart.rows + 1)),
        "ticktext": chart.ticks(column, arrows=column != 0) if chart.courses else [],
        "range": [chart.rows + 0.6, 0.4],
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
