from dataclasses import dataclass

from workbench.ingest.cells import cells_of


@dataclass(frozen=True)
class Set:
    text: str
    x: float
    size: float = 10.0


def line(*pieces):
    """Return pieces that end with a space, as pypdf leaves one in a gap."""
    return [Set(text + " ", x) for text, x in pieces]


def test_rows_share_the_place_of_an_inner_cell():
    page = [
        line(("Code", 70), ("Meaning", 140)),
        line(("AL-2031", 70), ("", 140), ("Timeout", 140.4)),
        line(("after two tries", 140)),
        line(("A paragraph below the table", 70)),
        line(("that goes on", 140)),
    ]
    assert cells_of(page) == [(0, 1), (0, 2), (0,), (), ()]


def test_pieces_of_one_run_repeat_the_place_of_its_start():
    # 12 Han characters reach from 70 to 190: the piece at 195 follows them closely.
    run = [*[Set("汉字汉字", 70)] * 3, Set("接着", 195)]
    assert cells_of([run, run]) == [(), ()]
    assert cells_of([run[:1] + run[3:]] * 2) == [(0, 1), (0, 1)]


def test_one_gap_alone_or_at_another_place_is_no_table():
    assert cells_of([]) == []
    assert cells_of([line(("left", 70), ("right", 300))]) == [()]
    assert cells_of([line(("left", 70), ("a", 300)), line(("left", 70), ("b", 340))]) == [(), ()]
    row, other = line(("left", 70), ("a", 300)), line(("text", 70))
    assert cells_of([row, other, other, row]) == [(0, 1), (), (), (0, 1)]
    assert cells_of([row, other, other, other, row])[0] == ()


def test_labels_bullets_leaders_and_equations_are_no_cells():
    for first, second in (
        ("1.", "First"),
        ("（一）", "标的"),
        ("2.1", "Scope"),
        ("第三条", "当事人"),
        ("•", "item"),
        ("Scope ........", "7"),
        ("a = b", "(9)"),
    ):
        row = line((first, 70), (second, 200))
        assert cells_of([row, row]) == [(), ()], first
    numbers = line(("3000", 70), ("1.1", 200))
    assert cells_of([numbers, numbers]) == [(0, 1), (0, 1)]


def test_no_cell_begins_inside_a_latin_word():
    row = [Set("org.apache", 70), Set(".Log", 140)]
    assert cells_of([row, row]) == [(), ()]
