"""Colours, fonts, margins and safe labels that every figure shares."""

import html
import unicodedata
from typing import Any, TypeAlias

import plotly.graph_objects as go

Figure: TypeAlias = go.Figure
ROW_LIMIT = 30
"""Most rows of one figure; beyond it labels run into each other and a table serves better."""

BLUE, ORANGE, VERMILLION, GREY = "#0072B2", "#E69F00", "#D55E00", "#6B6B6B"
"""Colours that the colour-blind tell apart; none of them means good or bad.

Source: Okabe and Ito, "Color Universal Design", 2008; the grey is ours, at 5.3:1 on white.
"""

INK, RULE = "#1F2328", "#D8DEE4"
DARK_INK, DARK_RULE, DARK_PAPER = "#E4E8EC", "#3A424B", "#20252B"
DARK_MARKS = {BLUE: "#4CA3DD", VERMILLION: "#F0803C", GREY: "#9AA3AD"}
"""The same colours lighter, at 4.5:1 and more on a dark page."""
ROW_HEIGHT = 30
_LATIN = "Inter, 'Segoe UI', 'Helvetica Neue', Arial"
_HAN = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC'"


def font_family(language: str) -> str:
    """Return the fonts to try in order; Chinese ones first for zh, for Chinese shapes of Han."""
    stack = (_HAN, _LATIN) if language == "zh" else (_LATIN, _HAN)
    return ", ".join((*stack, "sans-serif"))


def layout(language: str, rows: int, *, header: int = 0) -> dict[str, Any]:
    """Return the settings of a figure with ``rows`` rows and no title; heights are in pixels."""
    return {
        "font": {"family": font_family(language), "size": 14, "color": INK},
        "height": max(rows, 2) * ROW_HEIGHT + 64 + header,
        "margin": {"l": 8, "r": 8, "t": 12 + header, "b": 8, "pad": 6},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "showlegend": False,
        "hoverlabel": {"align": "left", "bgcolor": "white", "font": {"size": 14, "color": INK}},
    }


def on_dark(figure: Figure) -> Figure:
    """Return a copy of ``figure`` to stand on a dark page, whose ground shines through."""
    shown = go.Figure(figure)
    clear = "rgba(0,0,0,0)"
    shown.update_layout(font_color=DARK_INK, paper_bgcolor=clear, plot_bgcolor=clear)
    shown.update_layout(hoverlabel={"bgcolor": DARK_PAPER, "font": {"color": DARK_INK}})
    shown.update_xaxes(gridcolor=DARK_RULE, zerolinecolor=DARK_INK)
    shown.update_traces(textfont_color=DARK_INK, selector={"type": "bar"})
    shown.update_shapes(line_color=DARK_INK)
    shown.update_annotations(font_color=DARK_INK)
    for light, dark in DARK_MARKS.items():
        shown.update_traces(line_color=dark, marker_color=dark, selector={"line.color": light})
        for trace in shown.select_traces({"type": "bar"}):
            trace.marker.color = [dark if one == light else one for one in trace.marker.color]
    return shown


def label(text: str, columns: int = 36) -> str:
    """Return ``text`` on one line as a plotly label, cut to ``columns`` with an ellipsis.

    A Chinese character takes two columns. Plotly reads a little HTML in labels and a formula
    between dollar signs; both are written so that it shows the characters themselves.
    """
    line = " ".join(text.split())
    if _columns(line) > columns:
        line = _cut(line, columns - 1) + "…"
    return _plain(line)


def lines(text: str, columns: int = 56, limit: int = 4) -> str:
    """Return ``text`` for a hover box: at most ``limit`` lines of ``columns`` columns."""
    rest = " ".join(text.split())
    found: list[str] = []
    while rest and len(found) < limit:
        line = _cut(rest, columns)
        line = line if line == rest else _at_space(line)
        found.append(line)
        rest = rest[len(line) :].lstrip()
    return "<br>".join(map(_plain, found)) + (" …" if rest else "")


def _plain(line: str) -> str:
    return html.escape(line, quote=False).replace("$", "&#36;")


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _columns(line: str) -> int:
    return sum(map(_width, line))


def _cut(line: str, columns: int) -> str:
    used = 0
    for at, character in enumerate(line):
        used += _width(character)
        if used > columns:
            return line[:at]
    return line


def _at_space(line: str) -> str:
    """Return ``line`` up to its last space where that lies in its second half."""
    space = line.rfind(" ")
    return line[:space] if space > len(line) // 2 else line
