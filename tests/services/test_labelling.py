"""Queues of passages: what they hold, that they never change, and what is graded in them."""

from collections.abc import Callable

import pytest

from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.jobs import Job
from workbench.domain.judgements import QueueMode
from workbench.services.label_queues import QueuePlan
from workbench.services.labelling import next_place
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.services.workbench import Workbench


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


def _plan(bench: Workbench, mode: QueueMode = "unlabelled", judge: str = "amy") -> QueuePlan:
    (one,) = bench.questions.sets(OWNER)
    criterion = bench.questions.labelled(OWNER, one.query_set.query_set_id).criteria[0]
    return QueuePlan(one.query_set.query_set_id, criterion.criterion_id, mode, judge)


def test_a_queue_holds_what_has_no_grade_and_stays_as_it_is(labelled: Workbench) -> None:
    plan = _plan(labelled)
    queue = labelled.label_queues.make(OWNER, plan)
    graded = {
        (query, chunk)
        for query, grades in labelled.questions.labelled(OWNER, plan.query_set_id)
        .qrels[plan.criterion_id]
        .items()
        for chunk in grades
    }
    assert len(set(queue.items)) == len(queue.items) > 0
    assert not set(queue.items) & graded
    assert labelled.label_queues.make(OWNER, plan).items == queue.items
    assert [one.queue_id for one in labelled.label_queues.all(OWNER)][-1] == queue.queue_id


def test_a_second_opinion_shows_what_others_graded(labelled: Workbench) -> None:
    first = labelled.label_queues.make(OWNER, _plan(labelled))
    plan = _plan(labelled, judge="bob")
    again = QueuePlan(plan.query_set_id, plan.criterion_id, "unlabelled", "bob", again=True)
    second = labelled.label_queues.make(OWNER, again)
    assert set(first.items) < set(second.items)


def test_grades_are_found_again_and_can_be_taken_back(labelled: Workbench) -> None:
    queue = labelled.label_queues.make(OWNER, _plan(labelled))
    first = labelled.labelling.grade(OWNER, queue, 0, 2, " halb ")
    labelled.labelling.grade(OWNER, queue, 1, None)
    desk = labelled.labelling.desk(OWNER, queue.queue_id)
    assert {place: one.grade for place, one in desk.given.items()} == {0: 2, 1: None}
    assert desk.given[0].note == "halb"
    changed = labelled.labelling.grade(OWNER, queue, 0, 3)
    back = labelled.labelling.take_back(OWNER, changed)
    assert back is not None and (back.grade, back.note) == (2, "halb")
    assert labelled.labelling.take_back(OWNER, first) is None


def test_a_card_hides_how_it_was_found_and_has_neighbours(labelled: Workbench) -> None:
    queue = labelled.label_queues.make(OWNER, _plan(labelled))
    desk = labelled.labelling.desk(OWNER, queue.queue_id)
    for place in range(len(queue.items)):
        card = labelled.labelling.card(OWNER, desk, place)
        assert card.passage is not None and card.passage.chunk.chunk_id == queue.items[place][1]
        assert card.question == desk.questions[queue.items[place][0]]
        assert card.others == ()
        beside = labelled.labelling.neighbours(OWNER, desk, place)
        assert beside.before or beside.after


def test_the_next_place_skips_what_is_graded_and_comes_to_what_was_put_off(
    labelled: Workbench,
) -> None:
    queue = labelled.label_queues.make(OWNER, _plan(labelled))
    last = len(queue.items) - 1
    labelled.labelling.put_off(OWNER, queue, (1,))
    for place in (0, *range(2, last)):
        labelled.labelling.grade(OWNER, queue, place, 0)
    desk = labelled.labelling.desk(OWNER, queue.queue_id)
    assert desk.queue.later == (1,)
    assert next_place(last + 1, desk.given, desk.queue.later, 0) == last
    labelled.labelling.grade(OWNER, queue, last, 0)
    desk = labelled.labelling.desk(OWNER, queue.queue_id)
    assert next_place(last + 1, desk.given, desk.queue.later, last) == 1
    labelled.labelling.grade(OWNER, queue, 1, 0)
    desk = labelled.labelling.desk(OWNER, queue.queue_id)
    assert next_place(last + 1, desk.given, desk.queue.later, 1) is None


def test_what_decides_needs_two_measured_instructions(
    labelled: Workbench, wait_for: Callable[[str], Job]
) -> None:
    plan = _plan(labelled, "deciding")
    with pytest.raises(InvalidInput, match="queue_needs_arms"):
        labelled.label_queues.make(OWNER, plan)
    arms = (ArmPlan("A", "", plan.criterion_id), ArmPlan("B", "MAC", plan.criterion_id))
    asked = MeasurePlan(plan.query_set_id, arms)
    assert wait_for(labelled.measure.submit(OWNER, asked).job_id).state == "done"
    try:
        queue = labelled.label_queues.make(OWNER, plan)
    except InvalidInput as error:
        assert error.code == "queue_empty"
    else:
        assert set(queue.items) <= set(labelled.label_queues.make(OWNER, _plan(labelled)).items)


def test_judges_who_disagree_are_settled_and_counted(labelled: Workbench) -> None:
    first = labelled.label_queues.make(OWNER, _plan(labelled))
    second = labelled.label_queues.make(OWNER, _plan(labelled, judge="bob"))
    assert second.items == first.items
    for place, (amy, bob) in enumerate([(3, 3), (0, 3), (1, 1)]):
        labelled.labelling.grade(OWNER, first, place, amy)
        labelled.labelling.grade(OWNER, second, place, bob)
    plan = _plan(labelled, "disagreements", "carol")
    found = labelled.agreeing.judges(OWNER, plan.query_set_id, plan.criterion_id)
    assert found.graded["amy"] == found.graded["bob"] == 3
    assert (found.disputed, found.settled) == (1, 0)
    (pair,) = [one for one in found.pairs if (one.first, one.second) == ("amy", "bob")]
    assert pair.n == 3 and pair.table == {(0, 3): 1, (1, 1): 1, (3, 3): 1}
    queue = labelled.label_queues.make(OWNER, plan)
    assert queue.items == (first.items[1],) and queue.way == "adjudicated"
    desk = labelled.labelling.desk(OWNER, queue.queue_id)
    card = labelled.labelling.card(OWNER, desk, 0)
    assert sorted((one.judge, one.grade) for one in card.others) == [("amy", 0), ("bob", 3)]
    labelled.labelling.grade(OWNER, queue, 0, 2)
    found = labelled.agreeing.judges(OWNER, plan.query_set_id, plan.criterion_id)
    assert (found.disputed, found.settled) == (0, 1)
    with pytest.raises(InvalidInput, match="queue_empty"):
        labelled.label_queues.make(OWNER, plan)


def test_an_audit_asks_again_without_showing_the_first_grade(labelled: Workbench) -> None:
    queue = labelled.label_queues.make(OWNER, _plan(labelled))
    for place in range(3):
        labelled.labelling.grade(OWNER, queue, place, 1)
    again = labelled.label_queues.make(OWNER, _plan(labelled, "audit"))
    assert set(again.items) == set(queue.items[:3])
    assert labelled.labelling.desk(OWNER, again.queue_id).given == {}
    labelled.labelling.grade(OWNER, again, 0, 3)
    assert len(labelled.labelling.desk(OWNER, again.queue_id).given) == 1


def test_what_cannot_be_queued_is_told(labelled: Workbench) -> None:
    plan = _plan(labelled)
    with pytest.raises(InvalidInput, match="judge_empty"):
        labelled.label_queues.make(
            OWNER, QueuePlan(plan.query_set_id, plan.criterion_id, "unlabelled", " ")
        )
    with pytest.raises(NotFound, match="query_set_unknown"):
        labelled.label_queues.make(OWNER, QueuePlan("x", plan.criterion_id, "unlabelled", "amy"))
    with pytest.raises(NotFound, match="criterion_unknown"):
        labelled.label_queues.make(OWNER, QueuePlan(plan.query_set_id, "x", "unlabelled", "amy"))
    with pytest.raises(InvalidInput, match="queue_empty"):
        labelled.label_queues.make(OWNER, _plan(labelled, "audit", "nobody"))
    with pytest.raises(NotFound, match="label_queue_unknown"):
        labelled.labelling.desk(OWNER, "x")
    with pytest.raises(InvalidInput, match="criterion_empty"):
        labelled.label_queues.add_criterion(OWNER, "question", "  ")


def test_a_queue_is_forgotten_and_its_grades_stay(labelled: Workbench) -> None:
    queue = labelled.label_queues.make(OWNER, _plan(labelled))
    labelled.labelling.grade(OWNER, queue, 0, 3)
    labelled.label_queues.forget(OWNER, queue.queue_id)
    assert labelled.label_queues.all(OWNER) == ()
    assert queue.items[0] not in labelled.label_queues.make(OWNER, _plan(labelled)).items


def test_a_criterion_of_the_same_wording_is_the_same(labelled: Workbench) -> None:
    first = labelled.label_queues.add_criterion(OWNER, "requirement", " 只要 2024 年的 ")
    assert labelled.label_queues.add_criterion(OWNER, "requirement", "只要 2024 年的") == first
    (one,) = labelled.questions.sets(OWNER)
    known = labelled.label_queues.criteria(OWNER, one.query_set)
    assert known[0].text == "是否回答了问题" and known[-1] == first
