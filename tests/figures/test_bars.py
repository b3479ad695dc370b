"""Tests of workbench.figures.bars."""

import json

import pytest

from tests.figures.rankings import order, ranking
from workbench.domain.rankings import Ranking
from workbench.figures.bars import BarLabels, axis_range, number, score_bars

LABELS = BarLabels(axis="符合程度(0–1)", unscored="未评分", tied="并列")
NAMES = {"a": "第一条", "b": "<b>Article</b> 2", "c": "third"}


def drawn(margins, kind="logit", scores=None, names=NAMES):
    return score_bars(ranking(margins, scores), names, kind, "zh", LABELS)


def test_the_best_bar_is_on_top():
    figure = drawn({"a": 1.0, "b": 3.0, "c": -2.0})
    bar = figure.data[0]
    assert list(bar.x) == [3.0, 1.0, -2.0]
    assert list(bar.y) == [0, 1, 2]
    top, bottom = figure.layout.yaxis.range[1], figure.layout.yaxis.range[0]
    assert top < 0 < 2 < bottom  # a reversed axis: row 0 is on top
    assert list(figure.layout.yaxis.ticktext) == [
        "1. &lt;b&gt;Article&lt;/b&gt; 2",
        "2. 第一条",
        "3. third",
    ]


def test_probabilities_show_the_score_and_not_the_margin():
    bar = drawn({"a": 9.0, "b": -9.0}, "probability", {"a": 0.25, "b": 0.125}).data[0]
    assert list(bar.x) == [0.25, 0.125]
    assert list(bar.text) == ["0.250", "0.125"]


def test_a_missing_score_has_a_row_and_a_word_but_no_bar():
    bar = drawn({"a": 0.5, "b": None}, "similarity").data[0]
    assert list(bar.x) == [0.5, 0.0]
    assert list(bar.text) == ["0.500", "未评分"]


def test_ties_are_marked_beside_the_rank():
    figure = drawn({"a": 1.0, "b": 1.0, "c": 0.0})
    assert [text.split()[0] for text in figure.layout.yaxis.ticktext] == ["1=", "2=", "3."]
    assert ["并列" in text for text in figure.data[0].customdata] == [True, True, False]


def test_below_zero_has_another_colour_and_the_other_side():
    colours = drawn({"a": 1.0, "b": 0.0, "c": -1.0}).data[0].marker.color
    assert colours[0] == colours[1] != colours[2]


@pytest.mark.parametrize(
    ("values", "kind", "low", "high"),
    [
        ([0.2, 0.3], "probability", 0.0, 1.15),
        ([], "probability", 0.0, 1.15),
        ([0.2, None], "similarity", -1.3, 1.3),
        ([12.0], "similarity", -2.95, 13.95),  # terms weigh more than 1: −1 to 12 and 15 % of 13
        ([-4.0, 6.0], "logit", -5.5, 7.5),
        ([-4.0], "logit", -4.6, 0.0),
        ([0.0], "logit", 0.0, 1.15),
        ([None], "logit", 0.0, 1.15),
    ],
)
def test_the_axis_holds_zero_and_its_scale(values, kind, low, high):
    assert axis_range(values, kind) == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (0.5, "probability", "0.500"),
        (0.9995, "probability", "0.99950"),
        (0.0001234, "probability", "0.00012"),
        (-0.25, "similarity", "−0.250"),
        (-0.0001, "logit", "0.000"),
        (12.3456, "logit", "12.346"),
    ],
)
def test_numbers_are_written_for_reading(value, kind, shown):
    assert number(value, kind) == shown


@pytest.mark.parametrize("count", [0, 1, 2, 30, 31, 200])
def test_at_most_thirty_rows_are_drawn(count):
    names = {f"c{at}": f"name {at}" for at in range(count)}
    figure = score_bars(order(list(names)), names, "logit", "en", LABELS)
    assert len(figure.data[0].x) == len(figure.layout.yaxis.ticktext) == min(count, 30)


def test_nothing_is_titled_undefined():
    figure = score_bars(Ranking.of("q", []), {}, "probability", "en", LABELS)
    assert figure.layout.title.text is None
    assert "undefined" not in json.dumps(figure.to_plotly_json()["layout"], default=str)


def test_hover_text_is_safe_and_no_template():
    figure = drawn({"a": 1.0}, names={"a": "<a href='http://x'>%{x}</a> $y$"})
    assert figure.data[0].hovertemplate == "%{customdata}<extra></extra>"
    assert "<a" not in figure.data[0].customdata[0]


def test_the_range_stands_below_the_name_of_the_axis():
    assert drawn({"a": 1.0}).layout.xaxis.title.text == "符合程度<br>(0–1)"
