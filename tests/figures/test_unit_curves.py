from workbench.figures.unit_curves import UnitCurve, unit_curves


def curve(place: int, *, marked: bool = False) -> UnitCurve:
    return UnitCurve(f"arm {place}", place, ((0.0, 0.0), (0.5, 1.0)), ("a", "b"), marked=marked)


def test_each_instruction_keeps_its_colour_and_no_two_look_the_same() -> None:
    figure = unit_curves([curve(at) for at in range(16)], "x", "y", "en")
    looks = [(one.line.color, one.line.dash) for one in figure.data]
    assert len(set(looks)) == 16
    alone = unit_curves([curve(5)], "x", "y", "en")
    assert (alone.data[0].line.color, alone.data[0].line.dash) == looks[5]


def test_both_axes_are_whole_and_the_diagonal_is_named() -> None:
    figure = unit_curves([curve(0, marked=True)], "x", "y", "zh", "chance")
    assert figure.data[0].name == "chance"
    assert figure.data[1].mode == "lines+markers"
    assert tuple(figure.data[1].y) == (0.0, 1.0)
    assert figure.layout.xaxis.range == figure.layout.yaxis.range == (-0.02, 1.02)


def test_no_curve_gives_an_empty_square() -> None:
    assert not unit_curves([], "x", "y", "en").data
