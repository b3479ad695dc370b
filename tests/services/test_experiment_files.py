"""An experiment as a file: whole, readable by others, and computed again from it alone."""

import json
from pathlib import Path

import pytest

from tests.doubles import CountingReranker
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.services.experiment_again import reproduced
from workbench.services.experiment_files import document_of, read_document
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.services.workbench import Workbench


@pytest.fixture
def path(labelled: Workbench, tmp_path: Path) -> Path:
    """A file of an experiment with two instructions."""
    (one,) = labelled.questions.sets(OWNER)
    set_id = one.query_set.query_set_id
    criterion = labelled.questions.labelled(OWNER, set_id).criteria[0].criterion_id
    arms = (ArmPlan("A", "", criterion), ArmPlan("B", "postage 运费", criterion))
    job = labelled.measure.submit(OWNER, MeasurePlan(set_id, arms))
    while labelled.jobs.get(OWNER, job.job_id).active:
        pass
    found = str(labelled.measure.experiment(OWNER, job.job_id))
    document = document_of(
        labelled.experiments.get(OWNER, found), labelled.experiments.frozen(OWNER, found)
    )
    target = tmp_path / "experiment.json"
    target.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return target


def test_a_file_comes_back_whole(labelled: Workbench, path: Path) -> None:
    experiment, frozen = read_document(path)
    assert experiment == labelled.experiments.get(OWNER, experiment.experiment_id)
    assert frozen == labelled.experiments.frozen(OWNER, experiment.experiment_id)


def test_it_is_computed_again_from_the_file_alone(
    labelled: Workbench, path: Path, reranker: CountingReranker
) -> None:
    experiment, frozen = read_document(path)
    labelled.experiments.delete(OWNER, experiment.experiment_id, deleted=True)
    asked, steps = len(reranker.asked), []
    found = reproduced(
        labelled.search, OWNER, experiment, frozen, "scripted", lambda *step: steps.append(step)
    )
    assert (found.same, found.first, found.margin, found.differs) == (found.orders, 0, 0.0, ())
    assert len(reranker.asked) > asked and steps[-1][0] == steps[-1][1]


@pytest.mark.parametrize("broken", ["identity", "texts", "format", "orders"])
def test_a_file_that_was_changed_is_refused(path: Path, broken: str) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    if broken == "texts":
        document["texts"].popitem()
    elif broken == "identity":
        document["manifest"]["level"] = 1
    elif broken == "orders":
        del document["orders"][0]["places"]
    else:
        document["format"] = "something else"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InvalidInput, match="experiment_file_wrong"):
        read_document(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="experiment_file_wrong"):
        read_document(tmp_path / "none.json")
    (tmp_path / "text.json").write_text("[]")
    with pytest.raises(InvalidInput, match="experiment_file_wrong"):
        read_document(tmp_path / "text.json")
