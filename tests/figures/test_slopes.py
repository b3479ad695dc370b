"""Tests of workbench.figures.slopes."""

import pytest

from tests.figures.rankings import order
from workbench.domain.errors import InvalidInput
from workbench.figures.slopes import Course, SlopeLabels, chosen, courses_of, rank_slopes

LABELS = SlopeLabels(rank="第", below="3 名以外")
NAMES = {name: f"文 {name}" for name in "abcdef"}


def slopes(*orders: str, limit: int = 10, names=NAMES):
    given = [(f"指令 {at}", order(list(ids))) for at, ids in enumerate(orders)]
    return rank_slopes(given, names, "zh", LABELS, limit)


def lines_of(figure):
    return {trace.name: trace for trace in figure.data if trace.name}


def test_each_candidate_runs_through_its_ranks():
    found = lines_of(slopes("abc", "bca", "cba"))
    assert {name: list(trace.y) for name, trace in found.items()} == {
        "a": [1, 3, 3],
        "b": [2, 1, 2],
        "c": [3, 2, 1],
    }
    assert list(found["a"].x) == [0, 1, 2]


def test_direction_shows_in_colour_dash_symbol_and_arrow():
    figure = slopes("abc", "cba")
    found = lines_of(figure)
    assert len({trace.line.color for trace in found.values()}) == 3
    assert [found[name].line.dash for name in "abc"] == ["dash", "dot", "solid"]
    assert [found[name].marker.symbol[1] for name in "abc"] == [
        "triangle-down",
        "circle",
        "triangle-up",
    ]
    assert list(figure.layout.yaxis2.ticktext) == ["1. ▲2 文 c", "2. ＝ 文 b", "3. ▼2 文 a"]
    assert list(figure.layout.yaxis.ticktext) == ["1. 文 a", "2. 文 b", "3. 文 c"]


def test_no_red_or_green_is_used():
    for trace in slopes("abc", "cba").data:
        colour = trace.line.color
        if colour:
            red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
            assert not (green > red and green > blue + 20)
            assert not (red > 180 and green < 60 and blue < 60)


def test_rank_one_is_on_top():
    low, high = slopes("abc", "cba").layout.yaxis.range
    assert high < 1 < 3 < low


def test_ranks_below_the_limit_share_a_row_and_tell_their_rank():
    figure = slopes("abcdef", "efabcd", limit=3)
    found = lines_of(figure)
    assert set(found) == {"a", "b", "c", "e", "f"}  # d is below 3 in both
    assert list(found["f"].y) == [4, 2]
    assert list(found["c"].y) == [3, 4]
    assert "第 5 ▼2" in found["c"].customdata[1]
    assert list(figure.layout.yaxis.ticktext) == ["1. 文 a", "2. 文 b", "3. 文 c", "3 名以外"]


def test_the_columns_bear_the_orders_names():
    figure = slopes("ab", "ba", "ab")
    assert list(figure.layout.xaxis.ticktext) == ["指令 0", "指令 1", "指令 2"]
    assert figure.layout.xaxis.side == "top"
    assert figure.layout.title.text is None


@pytest.mark.parametrize("orders", [(), ("",), ("", "")])
def test_nothing_gives_an_empty_figure(orders):
    assert not lines_of(slopes(*orders))


def test_one_order_has_one_labelled_end():
    figure = slopes("ab")
    assert list(lines_of(figure)["b"].y) == [2]
    assert "yaxis2" not in figure.layout


def test_other_candidates_are_refused():
    with pytest.raises(InvalidInput) as caught:
        slopes("abc", "abd")
    assert caught.value.code == "candidates_differ"
    assert caught.value.params == {"missing": 1, "added": 1}


def test_hostile_names_stay_characters():
    figure = rank_slopes(
        [("<b>x</b>", order(["a"])), ("B", order(["a"]))],
        {"a": "<a href='http://x'>y</a>"},
        "en",
        LABELS,
    )
    texts = [*figure.layout.yaxis.ticktext, *figure.layout.yaxis2.ticktext]
    texts += [*figure.layout.xaxis.ticktext]
    assert not any("<" in text for text in texts)
    assert "<a" not in lines_of(figure)["a"].customdata[0]


def test_at_most_thirty_lines_are_drawn():
    # two orders that are the reverse of one another share no top: 15 ranks make 30 lines
    courses = [Course(str(at), (at, 101 - at)) for at in range(1, 101)]
    depth, found = chosen(courses, limit=40)
    assert (depth, len(found)) == (15, 30)


@pytest.mark.parametrize(
    ("ranks", "arrow"), [((5, 2), "▲3"), ((2, 5), "▼3"), ((4, 4), "＝"), ((1,), "＝")]
)
def test_arrows_worked_by_hand(ranks, arrow):
    assert Course("a", ranks).arrow() == arrow


def test_courses_follow_the_first_order():
    assert courses_of([order(["b", "a"]), order(["a", "b"])]) == [
        Course("b", (1, 2)),
        Course("a", (2, 1)),
    ]
    assert courses_of([]) == []
