"""A repeated instruction passes over kept scores: a real small model, a real store of scores."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles import HashEmbedder
from tests.models.conftest import save_qwen3
from tests.qwen3_tokenizer import qwen3_tokenizer_file
from tests.sample_library import write_library
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.domain.experiments import Experiment
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.services.workbench import Workbench
from workbench.settings import Settings

pytestmark = pytest.mark.slow  # a model is loaded for each of the two


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    weights = save_qwen3(tmp_path / "qwen3")
    shutil.copy(qwen3_tokenizer_file(), weights / "tokenizer.json")
    samples = write_library(tmp_path / "samples" / "returns").parent
    settings = Settings(
        home=tmp_path / "home",
        samples=samples,
        model_path=str(weights),
        max_length=512,
        threads=1,
    )
    made = build(settings, embedder=HashEmbedder())
    made.samples.load(OWNER, "returns", "zh")
    _wait(made)
    yield made
    made.close()


def _wait(bench: Workbench) -> None:
    deadline = time.monotonic() + 120
    while any(job.active for job in bench.jobs.list(OWNER)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _measured(bench: Workbench, *controls: str) -> Experiment:
    query_set = bench.question_sets.all(OWNER)[0]
    labelled = bench.questions.labelled(OWNER, query_set.query_set_id)
    criterion = labelled.criteria[0].criterion_id
    arms = [ArmPlan("A", "判断文档是否回答问题", criterion)]
    arms += [ArmPlan(one, arms[0].text, criterion, one) for one in controls]
    plan = MeasurePlan(
        query_set.query_set_id, tuple(arms), ("bm25",), candidates=4, reranker="qwen3"
    )
    job = bench.measure.submit(OWNER, plan)
    _wait(bench)
    assert bench.jobs.get(OWNER, job.job_id).state == "done", bench.jobs.get(OWNER, job.job_id)
    return bench.experiments.all(OWNER)[0]


def _pairs(found: Experiment) -> int:
    computed = found.details["computed"]
    assert isinstance(computed, dict)
    return int(str(computed["pairs"]))


def test_only_the_repetition_is_computed_where_everything_is_known(bench: Workbench) -> None:
    first = _pairs(_measured(bench))
    assert first > 0
    assert _pairs(_measured(bench)) == 0
    again = _measured(bench, "again")
    assert _pairs(again) == first
    (row,) = [
        row
        for row in bench.experiments.answer(OWNER, again.experiment_id).rows
        if row.arm is not None and row.arm.control
    ]
    assert row.noise is not None and row.noise.n == 4
    # One computation of the same pairs on a processor gives the same orders.
    assert row.noise.changed_first == 0


def test_an_experiment_is_made_again_without_kept_scores(bench: Workbench) -> None:
    before = _measured(bench)
    job = bench.measure.reproduce(OWNER, before.experiment_id)
    _wait(bench)
    made = bench.measure.experiment(OWNER, job.job_id)
    assert made is not None
    assert _pairs(bench.experiments.get(OWNER, made)) == _pairs(before)
