"""Tests of workbench.figures.inline."""

import math
import re
from xml.etree import ElementTree

import pytest

from workbench.domain.errors import InvalidInput
from workbench.figures.inline import inline_bar


def bar_of(*arguments) -> tuple[float, float] | None:
    """Return where the bar begins and how long it is, in pixels."""
    shapes = list(ElementTree.fromstring(inline_bar(*arguments)))
    return (float(shapes[1].get("x")), float(shapes[1].get("width"))) if shapes[1:] else None


@pytest.mark.parametrize(
    ("arguments", "bar"),
    [
        ((0.5,), (0.0, 48.0)),
        ((0.0,), (0.0, 0.0)),
        ((1.0,), (0.0, 96.0)),
        ((7.0,), (0.0, 96.0)),  # cut at the scale's end
        ((-1.0,), (0.0, 0.0)),
        ((0.5, -1.0, 1.0), (48.0, 24.0)),
        ((-0.5, -1.0, 1.0), (24.0, 24.0)),
        ((None,), None),
    ],
)
def test_the_bar_begins_at_zero(arguments, bar):
    assert bar_of(*arguments) == bar


@pytest.mark.parametrize(("value", "said"), [(0.25, "0.250"), (-2.0, "-2.000"), (None, "–")])
def test_the_number_is_said_to_screen_readers(value, said):
    assert ElementTree.fromstring(inline_bar(value)).get("aria-label") == said


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InvalidInput) as caught:
        inline_bar(value)
    assert caught.value.code == "not_finite"


def test_nothing_but_shapes_is_written():
    assert set(re.findall(r"<(\w+)", inline_bar(0.3))) == {"svg", "rect"}
