"""What key presses do to a judge's seat, told apart by the passage that the browser showed."""

from dataclasses import replace

import pytest

from workbench.domain.actors import OWNER
from workbench.services.label_queues import QueuePlan
from workbench.services.workbench import Workbench
from workbench.ui.label_seat import PACE, Action, Press, Seat, settle


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


@pytest.fixture
def seat(bench: Workbench) -> Seat:
    (one,) = bench.questions.sets(OWNER)
    criterion = bench.label_queues.criteria(OWNER, one.query_set)[0].criterion_id
    plan = QueuePlan(one.query_set.query_set_id, criterion, "unlabelled", "amy")
    return Seat.at(bench.labelling.desk(OWNER, bench.label_queues.make(OWNER, plan).queue_id))


def _press(seat: Seat, bench: Workbench, *presses: tuple[Action, int]) -> bool:
    seat.pressed = [Press(action, place, "") for action, place in presses]
    return settle(seat, presses[-1][1] if presses else seat.place, bench.labelling)


def test_a_press_counts_for_the_passage_that_was_shown(seat: Seat, bench: Workbench) -> None:
    assert _press(seat, bench, ("3", 0))
    assert (seat.place, seat.given[0].grade, seat.lost) == (1, 3, 0)
    assert _press(seat, bench, ("2", 0))
    assert (seat.place, list(seat.given), seat.lost) == (1, [0], 1)


def test_presses_that_came_together_are_all_lost(seat: Seat, bench: Workbench) -> None:
    assert _press(seat, bench, ("3", 0), ("1", 0), ("2", 1))
    assert (seat.place, seat.given, seat.lost) == (0, {}, 3)


def test_without_a_press_nothing_is_set_anew(seat: Seat, bench: Workbench) -> None:
    assert not _press(seat, bench)
    assert settle(seat, 2, bench.labelling)
    assert seat.place == 2


def test_a_note_on_a_passage_without_a_grade_waits_for_it(seat: Seat, bench: Workbench) -> None:
    seat.noted = Press("note", 0, "halb")
    assert not settle(seat, 0, bench.labelling)
    assert seat.given == {}
    seat.pressed = [Press("1", 0, "halb")]
    assert settle(seat, 0, bench.labelling)
    assert seat.given[0].note == "halb"


def test_the_pace_is_told_once_it_is_known(seat: Seat) -> None:
    seat.times = [30.0 * at for at in range(PACE - 1)]
    assert seat.minutes_left() is None
    seat.times.append(30.0 * (PACE - 1))
    assert seat.minutes_left() == max(round(len(seat.desk.queue.items) * 0.5), 1)


def test_a_full_queue_begins_at_its_end(seat: Seat, bench: Workbench) -> None:
    total = len(seat.desk.queue.items)
    for place in range(total):
        assert _press(seat, bench, ("0", place))
    assert seat.complete
    again = Seat.at(bench.labelling.desk(OWNER, seat.desk.queue.queue_id))
    assert again.complete and again.place == total - 1
    assert replace(again.desk.queue, later=()) == seat.desk.queue
