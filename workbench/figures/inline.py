"""Draws one number as a small bar that stands inside a line of text or a table cell."""

import math

from workbench.domain.errors import InvalidInput
from workbench.figures.look import BLUE, RULE, VERMILLION

WIDTH, HEIGHT = 96, 12


def inline_bar(value: float | None, low: float = 0.0, high: float = 1.0) -> str:
    """Return an SVG of 96 × 12 pixels with a bar from zero to ``value``, cut at the scale's ends.

    None gives the empty track. Nothing but numbers and constants is written into the text.

    Raises:
        InvalidInput: ``not_finite`` for NaN or infinity.
    """
    if value is not None and not math.isfinite(value):
        raise InvalidInput("not_finite", value=repr(value))
    shown = "–" if value is None else f"{value:.3f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{shown}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="2" fill="{RULE}"/>'
        f"{'' if value is None else _bar(value, low, high)}</svg>"
    )


def _bar(value: float, low: float, high: float) -> str:
    zero, end = _place(0.0, low, high), _place(value, low, high)
    colour = VERMILLION if value < 0 else BLUE
    return (
        f'<rect x="{min(zero, end):.1f}" width="{abs(end - zero):.1f}" height="{HEIGHT}" rx="2" '
        f'fill="{colour}"/>'
    )


def _place(value: float, low: float, high: float) -> float:
    return WIDTH * (min(max(value, low), high) - low) / (high - low)
