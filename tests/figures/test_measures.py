from workbench.figures.look import BLUE, GREY
from workbench.figures.measures import MeasureBar, measure_bars


def test_bars_begin_at_zero_and_share_one_scale() -> None:
    bars = [MeasureBar("BM25", 0.25, True), MeasureBar("方案 A <b>$x$", 1.0, False)]
    figure = measure_bars(bars, "nDCG@10", "zh")
    (drawn,) = figure.data
    assert list(drawn.x) == [0.25, 1.0]
    assert list(drawn.text) == ["0.250", "1.000"]
    assert list(drawn.marker.color) == [GREY, BLUE]
    assert figure.layout.xaxis.range[0] == 0
    assert list(figure.layout.xaxis.tickvals)[-1] == 1.0
    # Names of people cannot be read as markup or formulas.
    assert "<b>" not in figure.layout.yaxis.ticktext[1]
    assert "$" not in figure.layout.yaxis.ticktext[1]


def test_no_bars_and_one_bar_are_drawn() -> None:
    assert len(measure_bars([], "x", "en").data[0].x) == 0
    assert measure_bars([MeasureBar("a", 0.0, True)], "x", "en").data[0].text[0] == "0.000"
