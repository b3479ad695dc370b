import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recall.test_holdings import found, segment, wanted
from workbench.domain.errors import Unavailable
from workbench.recall import index_folder as module
from workbench.recall.holdings import Holdings
from workbench.recall.index_folder import IndexFolder, Opened

ROOT = Path(__file__).resolve().parents[2]


def folder(path: Path) -> IndexFolder:
    return IndexFolder(path, "zh-en-1")


def first(kept: IndexFolder) -> Opened:
    new = kept.store(segment({"d1": ["a b", "a"], "d2": ["b c"]}))
    with kept.locked():
        return kept.commit(5, Holdings().showing(wanted("d1", "d2"), new))


def names(path: Path) -> list[str]:
    return sorted(p.name.split("-")[0] for p in path.iterdir() if p.name != "lock")


def test_an_index_is_opened_as_it_was_committed(tmp_path: Path) -> None:
    kept = folder(tmp_path / "x")
    assert (kept.open(), kept.committed()) == (None, 0)
    state = first(kept)
    again = folder(tmp_path / "x").open()
    assert again is not None
    assert (again.commit, again.generation, kept.committed()) == (1, 5, 1)
    assert found(again.holdings, "a c") == found(state.holdings, "a c") != []
    assert again.holdings.statistics == state.holdings.statistics


def test_tombstones_are_kept_and_files_nobody_uses_are_deleted(tmp_path: Path) -> None:
    path = tmp_path / "x"
    kept = folder(path)
    holdings = first(kept).holdings.showing(wanted("d1"))
    with kept.locked():
        holdings = kept.commit(6, holdings).holdings
    assert names(path) == ["gone", "manifest.json", "seg"]
    again = folder(path).open()
    assert again is not None
    assert (again.generation, len(again.holdings)) == (6, 2)
    assert found(again.holdings, "c") == []
    new = kept.store(segment({"d3": ["c"]}))
    with kept.locked():
        # What is gone has not changed: its file stays as it is.
        before = next(path.glob("gone-*")).name
        holdings = kept.commit(7, holdings.showing(wanted("d1", "d3"), new)).holdings
        assert [p.name for p in path.glob("gone-*")] == [before]
        # A snapshot of the first segment is still in use here; its file goes when it is not.
        only = kept.commit(8, holdings.showing(wanted("d3"))).holdings
        assert names(path) == ["manifest.json", "seg", "seg"]
        del holdings, again
        kept.clean()
    assert names(path) == ["manifest.json", "seg"]
    assert [key for key, _ in found(only, "c")] == ["d310"]


def test_what_a_dead_process_left_is_deleted_by_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    first(folder(path))
    folder(path).store(segment({"d9": ["x"]}))
    with (kept := folder(path)).locked():
        kept.clean()
        assert names(path) == ["manifest.json", "seg", "seg"]
        monkeypatch.setattr(module, "ABANDONED_SECONDS", -1)
        kept.clean()
    assert names(path) == ["manifest.json", "seg"]
    assert folder(path).open() is not None


@pytest.mark.parametrize("harm", ["cut", "gone", "flip", "manifest", "tombstones"])
def test_a_damaged_index_is_not_usable_and_the_next_commit_stands_for_it(
    tmp_path: Path, harm: str
) -> None:
    path = tmp_path / "x"
    kept = folder(path)
    holdings = first(kept).holdings.showing(wanted("d2"))
    with kept.locked():
        kept.commit(6, holdings)
    postings = next(path.glob("seg-*")) / "documents.npy"
    data = bytearray(postings.read_bytes())
    if harm == "cut":
        postings.write_bytes(data[:-2])
    elif harm == "gone":
        postings.unlink()
    elif harm == "flip":
        data[-1] ^= 1
        postings.write_bytes(data)
    elif harm == "manifest":
        (path / "manifest.json").write_text('{"format": 1')
    else:
        next(path.glob("gone-*")).write_bytes(b"")
    fresh = folder(path)
    with pytest.raises(Unavailable) as caught:
        fresh.open()
    assert caught.value.params == {"reason": "damaged"}
    new = fresh.store(segment({"d2": ["b c"]}))
    with fresh.locked():
        fresh.commit(7, Holdings().showing(wanted("d2"), new))
    again = folder(path).open()
    assert again is not None
    assert [key for key, _ in found(again.holdings, "c")] == ["d210"]


def test_another_analyzer_is_told(tmp_path: Path) -> None:
    first(folder(tmp_path / "x"))
    other = IndexFolder(tmp_path / "x", "zh-en-2")
    assert other.committed() == -1
    with pytest.raises(Unavailable) as caught:
        other.open()
    assert caught.value.params == {"reason": "analyzer"}


def test_a_manifest_that_counts_wrong_is_damaged(tmp_path: Path) -> None:
    first(folder(tmp_path / "x"))
    manifest = tmp_path / "x" / "manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["segments"][0]["chunks"] = 4
    manifest.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(Unavailable):
        folder(tmp_path / "x").open()


def test_segments_are_opened_once(tmp_path: Path) -> None:
    kept = folder(tmp_path / "x")
    state = first(kept)
    again = kept.open()
    assert again is not None
    assert again.holdings.parts[0].segment is state.holdings.parts[0].segment


def test_an_empty_index_and_an_empty_segment(tmp_path: Path) -> None:
    kept = folder(tmp_path / "x")
    with kept.locked():
        kept.commit(1, Holdings())
    opened = folder(tmp_path / "x").open()
    assert opened is not None
    assert len(opened.holdings) == 0
    held = kept.store(segment({"d1": ["", ""]}))
    with kept.locked():
        kept.commit(2, Holdings().showing(wanted("d1"), held))
    again = folder(tmp_path / "x").open()
    assert again is not None
    assert (len(again.holdings), found(again.holdings, "a")) == (2, [])


CHILD = """
import os, signal, sys
from pathlib import Path
from tests.recall.test_holdings import segment, wanted
from workbench.recall.index_folder import IndexFolder

left = int(sys.argv[2])

def counted(call):
    def step(*args, **kwargs):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return call(*args, **kwargs)
    return step

kept = IndexFolder(Path(sys.argv[1]), "zh-en-1")
holdings = kept.open().holdings
# Every step that reaches the disk: before it and so after the one before it.
os.fsync, os.rename, os.unlink = counted(os.fsync), counted(os.rename), counted(os.unlink)
os.replace, os.mkdir, os.rmdir = counted(os.replace), counted(os.mkdir), counted(os.rmdir)
Path.open = counted(Path.open)
new = kept.store(segment({"d2": ["b d"], "d3": ["c e"]}, "2"))
with kept.locked():
    kept.commit(6, holdings.showing([("d1", "1"), ("d2", "2"), ("d3", "2")], new))
print(left, flush=True)
"""


@pytest.mark.fault
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_kill_between_any_two_steps_leaves_one_state_or_the_next(tmp_path: Path) -> None:
    many = 10_000
    first(folder(tmp_path / "whole"))
    whole = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "whole"), str(many)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    steps = many - int(whole.stdout)
    assert steps > 50, "not every step was seen"
    generations = []
    for step in [*range(0, steps - 9, 4), *range(steps - 9, steps)]:
        path = tmp_path / str(step)
        first(folder(path))
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(path), str(step)], cwd=ROOT, check=False
        )
        assert done.returncode == -signal.SIGKILL
        again = folder(path).open()
        assert again is not None
        keys = {key for key, _ in found(again.holdings, "b c d e")}
        expected = {5: {"d110", "d210"}, 6: {"d110", "d220", "d320"}}
        assert keys == expected[again.generation]
        generations.append(again.generation)
        # And the next change goes through, whatever was left behind.
        kept = folder(path)
        opened = kept.open()
        assert opened is not None
        with kept.locked():
            kept.commit(9, opened.holdings.showing(wanted("d1")))
        last = folder(path).open()
        assert last is not None
        assert (last.generation, len(last.holdings)) == (9, 2)
    assert generations == sorted(generations)
    assert (generations[0], generations[-1]) == (5, 6)
