"""Held-out questions: drawn, kept out of measurements, opened once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from workbench.domain.actors import OWNER
from workbench.domain.errors import Conflict, InvalidInput
from workbench.domain.jobs import Job
from workbench.domain.judgements import NO_ANSWER, QuerySet
from workbench.services.judging import Said
from workbench.services.measurements import ArmPlan, Measurement, MeasurePlan
from workbench.services.question_files import NewQuestion
from workbench.services.workbench import Workbench

Waits = Callable[[str], Job]


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    """The sample library with 16 questions, each with a grade under the first criterion."""
    query_set = labelled.question_sets.all(OWNER)[0]
    fresh = [NewQuestion(line=n, text=f"第 {n} 个问题：退货要几天?") for n in range(1, 13)]
    added = labelled.question_sets.add(OWNER, query_set, fresh).query_set
    criterion = _criterion(labelled)
    corpus = added.corpus_id or ""
    document = labelled.corpora.documents(OWNER, corpus)[0]
    chunk = labelled.corpora.chunks(OWNER, document.document_id)[0].chunk_id
    for entry in added.queries[4:]:
        labelled.judging.grade(OWNER, corpus, chunk, Said("amy", entry.query_id, criterion, 3))
    return labelled


def _criterion(bench: Workbench) -> str:
    query_set = bench.question_sets.all(OWNER)[0]
    return bench.questions.labelled(OWNER, query_set.query_set_id).criteria[0].criterion_id


def _set(bench: Workbench) -> QuerySet:
    return bench.question_sets.all(OWNER)[0]


def _plan(bench: Workbench, *names: str, held_out: bool = False) -> MeasurePlan:
    criterion = _criterion(bench)
    arms = tuple(ArmPlan(name, name, criterion) for name in names)
    return MeasurePlan(_set(bench).query_set_id, arms, ("hybrid",), 5, held_out=held_out)


def _measured(bench: Workbench, wait_for: Waits, plan: MeasurePlan) -> Measurement:
    job = wait_for(bench.measure.submit(OWNER, plan).job_id)
    assert job.state == "done", job.outcome
    return bench.measure.answer(OWNER, job.job_id)


def _held(query_set: QuerySet) -> set[str]:
    return {one.query_id for one in query_set.queries if one.held_out}


def test_nothing_is_held_out_at_first(bench: Workbench) -> None:
    state = bench.hold_out.state(OWNER, _set(bench))
    assert (state.count, state.measured, state.opened, state.free) == (0, 0, None, 10)
    assert state.usual == 6


def test_a_draw_is_a_version_and_drawing_again_changes_nothing(bench: Workbench) -> None:
    before = _set(bench)
    drawn = bench.hold_out.draw(OWNER, before, 6)
    assert drawn.version == before.version + 1 and len(_held(drawn)) == 6
    assert bench.hold_out.draw(OWNER, drawn, 6) == drawn
    released = bench.hold_out.release(OWNER, drawn)
    assert released.queries == before.queries
    assert _held(bench.hold_out.draw(OWNER, released, 6)) == _held(drawn)


@pytest.mark.parametrize("count", [0, 5, 11, 16])
def test_too_few_or_too_many(bench: Workbench, count: int) -> None:
    with pytest.raises(InvalidInput, match="held_out_count"):
        bench.hold_out.draw(OWNER, _set(bench), count)


def test_a_question_keeps_its_own_tags(bench: Workbench) -> None:
    query_set = _set(bench)
    tagged = [replace(one, tags=("freight", NO_ANSWER)) for one in query_set.queries]
    drawn = bench.hold_out.draw(OWNER, bench.question_sets.change(OWNER, query_set, tagged), 6)
    assert all(set(one.tags) >= {"freight", NO_ANSWER} for one in drawn.queries)
    assert bench.hold_out.release(OWNER, drawn).queries == tuple(tagged)


def test_they_are_asked_once_and_only_when_opened(bench: Workbench, wait_for: Waits) -> None:
    drawn = bench.hold_out.draw(OWNER, _set(bench), 6)
    usual = _measured(bench, wait_for, _plan(bench, "A", "B", "C"))
    assert not _held(drawn) & usual.questions.keys() and not usual.held_out
    assert all(row.n == len(usual.questions) for row in usual.rows)
    opened = _measured(bench, wait_for, _plan(bench, "A", "B", held_out=True))
    assert opened.questions.keys() == _held(drawn) and opened.held_out
    assert "held_out" in opened.manifest.differs(usual.manifest)
    state = bench.hold_out.state(OWNER, drawn)
    assert state.opened is not None and state.opened.details["held_out"] is True
    with pytest.raises(Conflict, match="held_out_opened") as told:
        bench.measure.submit(OWNER, _plan(bench, "A", "C", held_out=True))
    assert told.value.params["name"] == "B"


def test_a_deleted_result_does_not_close_them_again(bench: Workbench, wait_for: Waits) -> None:
    drawn = bench.hold_out.draw(OWNER, _set(bench), 6)
    _measured(bench, wait_for, _plan(bench, "A", "B", held_out=True))
    (one,) = bench.experiments.all(OWNER)
    bench.experiments.delete(OWNER, one.experiment_id, deleted=True)
    assert bench.hold_out.state(OWNER, drawn).opened == bench.experiments.get(
        OWNER, one.experiment_id
    )


def test_what_was_opened_is_not_drawn_again(bench: Workbench, wait_for: Waits) -> None:
    drawn = bench.hold_out.draw(OWNER, _set(bench), 6)
    _measured(bench, wait_for, _plan(bench, "A", "B", held_out=True))
    # Ten are left of sixteen: six more cannot be held out while six stay.
    assert bench.hold_out.state(OWNER, drawn).free == 4
    with pytest.raises(InvalidInput, match="held_out_count"):
        bench.hold_out.draw(OWNER, drawn, 6)


def test_questions_measured_before_are_counted(bench: Workbench, wait_for: Waits) -> None:
    _measured(bench, wait_for, _plan(bench, "A"))
    drawn = bench.hold_out.draw(OWNER, _set(bench), 6)
    assert bench.hold_out.state(OWNER, drawn).measured == 6


@pytest.mark.parametrize("names", [(), ("A",), ("A", "B", "C")])
def test_they_are_opened_for_one_instruction(bench: Workbench, names: tuple[str, ...]) -> None:
    bench.hold_out.draw(OWNER, _set(bench), 6)
    with pytest.raises(InvalidInput, match="held_out_arms"):
        bench.measure.submit(OWNER, _plan(bench, *names, held_out=True))


def test_without_any_there_is_nothing_to_open(bench: Workbench) -> None:
    with pytest.raises(InvalidInput, match="held_out_missing"):
        bench.measure.submit(OWNER, _plan(bench, "A", "B", held_out=True))


def test_two_openings_at_once_give_one_result(bench: Workbench, wait_for: Waits) -> None:
    bench.hold_out.draw(OWNER, _set(bench), 6)
    jobs = [bench.measure.submit(OWNER, _plan(bench, "A", name, held_out=True)) for name in "BC"]
    first, second = (wait_for(job.job_id) for job in jobs)
    assert first.state == "done"
    assert second.state == "failed" and second.outcome.code == "held_out_opened"


def test_an_opened_result_is_made_again_as_it_was(bench: Workbench, wait_for: Waits) -> None:
    drawn = bench.hold_out.draw(OWNER, _set(bench), 6)
    _measured(bench, wait_for, _plan(bench, "A", "B", held_out=True))
    (one,) = bench.experiments.all(OWNER)
    for begin in (bench.measure.reproduce, bench.measure.renew):
        job = wait_for(begin(OWNER, one.experiment_id).job_id)
        assert job.state == "done", job.outcome
        found = bench.measure.answer(OWNER, job.job_id)
        assert found.held_out and found.questions.keys() == _held(drawn)
    assert bench.hold_out.state(OWNER, drawn).opened == one
