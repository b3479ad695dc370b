"""The spread of scores by class."""

import pytest

from workbench.figures.look import on_dark
from workbench.figures.score_bars import BINS, ScoreClass, score_bars

NAMES = ("score", "share", "pass mark")


def test_each_class_is_a_share_of_itself() -> None:
    right, other = ScoreClass("right", (0.0, 1.0, 1.0, 1.0)), ScoreClass("others", (0.0, 0.5))
    figure = score_bars(right, other, 0.7, NAMES, "en", (0.0, 1.0))
    grey, blue = figure.data
    assert sum(blue.y) == sum(grey.y) == 1.0
    assert (blue.y[0], blue.y[-1]) == (0.25, 0.75)
    assert (grey.customdata[0], grey.customdata[BINS // 2]) == (1, 1)
    assert figure.layout.yaxis.rangemode == "tozero"
    assert figure.layout.shapes[0].x0 == 0.7


@pytest.mark.parametrize("scores", [(), (2.0,), (2.0, 2.0)])
def test_one_value_or_none_is_drawn(scores: tuple[float, ...]) -> None:
    figure = score_bars(ScoreClass("a", scores), ScoreClass("b", ()), 2.0, NAMES, "zh")
    assert figure.layout.xaxis.range == (1.5, 2.5)
    assert sum(figure.data[1].customdata) == len(scores)


def test_a_dark_page_has_a_light_line() -> None:
    figure = score_bars(ScoreClass("a", (1.0,)), ScoreClass("b", (0.0,)), 0.5, NAMES, "en")
    dark = on_dark(figure)
    assert dark.layout.shapes[0].line.color != figure.layout.shapes[0].line.color
    assert dark.data[1].marker.color[0] != figure.data[1].marker.color[0]
