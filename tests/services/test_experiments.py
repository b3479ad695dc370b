"""Experiments: kept with everything, opened without a model, made again, compared."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.doubles import CountingReranker
from workbench.domain.actors import OWNER
from workbench.domain.errors import Conflict, InvalidInput, NotFound
from workbench.domain.jobs import Job
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.services.workbench import Workbench


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


@pytest.fixture
def plan(bench: Workbench) -> MeasurePlan:
    (one,) = bench.questions.sets(OWNER)
    criterion = bench.questions.labelled(OWNER, one.query_set.query_set_id).criteria[0]
    arms = (
        ArmPlan("A", "", criterion.criterion_id),
        ArmPlan("B", "store pays 店铺", criterion.criterion_id),
    )
    return MeasurePlan(one.query_set.query_set_id, arms)


Runner = Callable[[Job], str]


@pytest.fixture
def done(bench: Workbench, wait_for: Callable[[str], Job]) -> Runner:
    """Waits for a measurement, and gives its experiment."""

    def wait(job: Job) -> str:
        ended = wait_for(job.job_id)
        assert ended.state == "done", ended.outcome
        found = bench.measure.experiment(OWNER, job.job_id)
        assert found is not None
        return found

    return wait


def test_a_measurement_is_kept_and_opened_without_a_model(
    bench: Workbench, plan: MeasurePlan, done: Runner, reranker: CountingReranker
) -> None:
    job = bench.measure.submit(OWNER, plan)
    one = done(job)
    asked = len(reranker.asked)
    found = bench.experiments.answer(OWNER, one)
    assert found == bench.measure.answer(OWNER, job.job_id)
    assert len(reranker.asked) == asked
    kept = bench.experiments.get(OWNER, one)
    assert (kept.kind, kept.query_set_id, kept.version) == ("instructions", plan.query_set_id, 1)
    frozen = bench.experiments.frozen(OWNER, one)
    assert {hashed for rows in frozen.candidates.values() for _, hashed in rows} == set(
        frozen.texts
    )
    arms = [row for row in found.rows if row.arm is not None]
    for at, row in enumerate(arms):
        for name, values in row.per_query.items():
            assert frozen.measures[(at, row.criterion_id, name)] == values
    assert bench.experiments.means(OWNER, one)[(0, arms[0].criterion_id)] == pytest.approx(
        arms[0].means["nDCG@10"]
    )


def test_equal_measurements_have_one_identity_and_the_manifest_names_everything(
    bench: Workbench, plan: MeasurePlan, done: Runner
) -> None:
    first = bench.experiments.get(OWNER, done(bench.measure.submit(OWNER, plan)))
    second = bench.experiments.get(OWNER, done(bench.measure.submit(OWNER, plan)))
    assert first.experiment_id != second.experiment_id
    assert first.manifest.identity == second.manifest.identity
    named = set(json.loads(first.manifest.fields))
    assert named >= {
        *("arms", "reranker", "candidates", "questions", "qrels", "passages", "corpus_id"),
        *("generation", "slicer", "documents", "analyzer", "bm25", "embedder", "centring"),
        *("fusion", "glossary", "seed", "packages", "level", "tie_rule", "reads", "version"),
    }
    other = done(bench.measure.submit(OWNER, replace(plan, arms=plan.arms[:1])))
    assert bench.experiments.get(OWNER, other).manifest.differs(first.manifest) == (
        "arms",
        "passages",
    ) or bench.experiments.get(OWNER, other).manifest.differs(first.manifest) == ("arms",)


def test_it_is_made_again_on_what_was_frozen(
    bench: Workbench, plan: MeasurePlan, done: Runner, reranker: CountingReranker
) -> None:
    one = done(bench.measure.submit(OWNER, plan))
    corpus = bench.experiments.get(OWNER, one).corpus_id
    for document in bench.corpora.documents(OWNER, corpus):
        bench.corpora.delete_document(OWNER, document.document_id)
    again = done(bench.measure.reproduce(OWNER, one))
    found = bench.experiments.reproduction(OWNER, again)
    assert found is not None
    assert (found.same, found.first, found.margin) == (found.orders, 0, 0.0)
    assert found.orders > 0 and found.differs == ()
    assert all(before == after for before, after in found.means.values())
    assert bench.experiments.reproduction(OWNER, one) is None


def test_another_model_is_noticed_when_it_is_made_again(
    bench: Workbench, plan: MeasurePlan, done: Runner, reranker: CountingReranker
) -> None:
    one = done(bench.measure.submit(OWNER, plan))
    reranker.info = replace(reranker.info, revision="another")
    found = bench.experiments.reproduction(OWNER, done(bench.measure.reproduce(OWNER, one)))
    assert found is not None and found.differs == ("reranker",)


def test_the_library_of_today_is_measured_beside_the_one_before(
    bench: Workbench, plan: MeasurePlan, done: Runner
) -> None:
    one = done(bench.measure.submit(OWNER, plan))
    corpus = bench.experiments.get(OWNER, one).corpus_id
    bench.uploads.ingest_now(OWNER, corpus, "neu.md", "# 新\n\n退货十四天内。".encode())
    bench.embedding.now(OWNER, corpus)
    again = done(bench.measure.renew(OWNER, one))
    assert bench.experiments.get(OWNER, again).kind == "library"
    assert bench.experiments.reproduction(OWNER, again) is None
    beside = bench.experiments.beside(OWNER, one, again)
    assert {"documents", "generation"} <= set(beside.differs)
    assert "arms" not in beside.differs
    codes = {pairing.versus.verdict.code for pairing in beside.pairings}
    assert codes == {"not_comparable"}
    assert beside.pairings[0].versus.verdict.differs == beside.differs


def test_two_on_the_same_candidates_may_speak_of_the_instruction(
    bench: Workbench, plan: MeasurePlan, done: Runner
) -> None:
    (first, second) = (
        done(bench.measure.submit(OWNER, replace(plan, arms=(arm,)))) for arm in plan.arms
    )
    beside = bench.experiments.beside(OWNER, first, second)
    assert beside.differs == ()
    (pairing,) = beside.pairings
    assert (pairing.name, pairing.other) == ("A", "B")
    assert pairing.versus.verdict.code in ("too_few", "identical")
    itself = bench.experiments.beside(OWNER, first, first)
    assert itself.pairings[0].versus.comparison.identical


def test_how_many_instructions_were_tried_is_counted(
    bench: Workbench, plan: MeasurePlan, done: Runner
) -> None:
    assert bench.experiments.tried(OWNER, plan.query_set_id) == 0
    first = done(bench.measure.submit(OWNER, plan))
    done(bench.measure.submit(OWNER, replace(plan, arms=plan.arms[:1])))
    assert bench.experiments.tried(OWNER, plan.query_set_id) == 2
    # Deleting one does not make fewer tries of it.
    bench.experiments.delete(OWNER, first, deleted=True)
    assert bench.experiments.tried(OWNER, plan.query_set_id) == 2


def test_ways_of_recall_alone_are_kept_too(
    bench: Workbench, plan: MeasurePlan, done: Runner
) -> None:
    one = done(bench.measure.submit(OWNER, replace(plan, arms=())))
    assert bench.experiments.get(OWNER, one).kind == "recall"
    found = bench.experiments.answer(OWNER, one)
    assert {row.method for row in found.rows} == {"bm25", "dense", "hybrid"}
    assert all(at < 0 for at, _ in bench.experiments.means(OWNER, one))
    with pytest.raises(InvalidInput, match="experiment_without_instructions"):
        bench.measure.reproduce(OWNER, one)


def test_the_pace_is_that_of_the_last_pairs_computed(
    bench: Workbench, plan: MeasurePlan, done: Runner
) -> None:
    assert bench.experiments.seconds_a_pair(OWNER, "scripted") is None
    kept = bench.experiments.get(OWNER, done(bench.measure.submit(OWNER, plan)))
    info, spent = kept.details["reranker"], kept.details["computed"]
    assert isinstance(info, dict) and isinstance(spent, dict)
    pace = bench.experiments.seconds_a_pair(OWNER, str(info["name"]))
    pairs, seconds = float(str(spent["pairs"])), float(str(spent["seconds"]))
    assert (pace is None) == (pairs == 0)
    assert pace is None or pace == pytest.approx(seconds / pairs)


def test_names_archive_and_restore(bench: Workbench, plan: MeasurePlan, done: Runner) -> None:
    one = done(bench.measure.submit(OWNER, plan))
    bench.experiments.describe(OWNER, one, " Für Montag ", "n")
    assert bench.experiments.get(OWNER, one).name == "Für Montag"
    with pytest.raises(InvalidInput, match="experiment_name_wrong"):
        bench.experiments.describe(OWNER, one, "  ", "")
    bench.experiments.archive(OWNER, one, archived=True)
    assert bench.experiments.all(OWNER)[0].archived_at is not None
    bench.experiments.delete(OWNER, one, deleted=True)
    assert bench.experiments.all(OWNER) == ()
    bench.experiments.delete(OWNER, one, deleted=False)
    assert len(bench.experiments.all(OWNER)) == 1
    with pytest.raises(NotFound, match="experiment_unknown"):
        bench.experiments.get(OWNER, "x")


def test_a_job_cut_off_after_keeping_finds_its_experiment(
    bench: Workbench, plan: MeasurePlan, done: Runner
) -> None:
    job = bench.measure.submit(OWNER, plan)
    one = done(job)
    kept = bench.experiments.keep(
        bench.jobs.get(OWNER, job.job_id), {}, {}, kind="instructions", query_set_id="x"
    )
    assert kept.experiment_id == one


def test_an_unfinished_measurement_has_none(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        bench.measure.experiment(OWNER, "x")
    loading = bench.jobs.list(OWNER)[0]
    with pytest.raises(Conflict, match="job_unfinished"):
        bench.measure.experiment(OWNER, loading.job_id)
