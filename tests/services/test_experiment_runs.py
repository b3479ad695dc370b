"""TREC's files of an experiment: read by another program, they give the numbers that are kept."""

import io
import json
import zipfile
from pathlib import Path

import ir_measures
import pytest

from tests.services.test_experiment_files import path
from workbench.domain.actors import OWNER
from workbench.evaluation.formats.trec import read_qrels, read_run
from workbench.services.experiment_files import read_document
from workbench.services.experiment_pairs import arms_of
from workbench.services.experiment_runs import run_files, zipped
from workbench.services.workbench import Workbench

path = path


def test_other_programs_get_the_same_numbers(
    labelled: Workbench, path: Path, tmp_path: Path
) -> None:
    experiment, frozen = read_document(path)
    for name, data in run_files(experiment, frozen).items():
        (tmp_path / name).write_bytes(data)
    listed = json.loads((tmp_path / "runs.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in listed.values()] == ["A", "B"]
    kept = labelled.experiments.means(OWNER, experiment.experiment_id)
    for at, (name, about) in enumerate(listed.items()):
        qrels = list(ir_measures.read_trec_qrels(str(tmp_path / about["qrels"])))
        run = list(ir_measures.read_trec_run(str(tmp_path / name)))
        measure = ir_measures.parse_measure("nDCG@10")
        found = ir_measures.calc_aggregate([measure], qrels, run)[measure]
        assert found == pytest.approx(
            kept[(at, arms_of(experiment)[at]["criterion_id"])], abs=1e-12
        )


def test_they_come_back_whole(path: Path, tmp_path: Path) -> None:
    experiment, frozen = read_document(path)
    files = run_files(experiment, frozen)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (criterion,) = {str(arm["criterion_id"]) for arm in arms_of(experiment)}
    place = list(frozen.labels).index(criterion) + 1
    assert read_qrels(tmp_path / f"qrels-{place}.txt") == frozen.labels[criterion]
    orders = read_run(tmp_path / "run-2.txt")
    for query, order in orders.items():
        chunks = [chunk for chunk, _ in frozen.candidates[query]]
        assert order == [chunks[at] for at in frozen.orders[(1, query)].places]
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
