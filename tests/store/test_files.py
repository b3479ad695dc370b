import hashlib
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.domain.errors import NotFound, Unavailable
from workbench.store.files import Files

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="modes and limits of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.mark.parametrize("data", [b"", b"x", "合同 👩‍⚖️".encode(), os.urandom(3 * 1024 * 1024 + 1)])
def test_what_is_put_comes_back_under_its_hash(folder: Path, data: bytes) -> None:
    files = Files(folder)
    sha256 = files.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert files.path(sha256) == folder / sha256[:2] / sha256
    assert files.path(sha256).read_bytes() == data
    assert list((folder / "incoming").iterdir()) == []


def test_a_stream_is_read_to_its_end(folder: Path) -> None:
    data = os.urandom(2 * 1024 * 1024 + 5)
    files = Files(folder)
    assert files.path(files.put(io.BytesIO(data))).read_bytes() == data


def test_the_same_content_is_kept_once(folder: Path) -> None:
    files = Files(folder)
    assert files.put(b"same") == files.put(io.BytesIO(b"same"))
    assert sum(path.is_file() for path in folder.rglob("*")) == 1


def test_a_file_that_was_cut_off_is_healed_by_putting_it_again(folder: Path) -> None:
    files = Files(folder)
    path = files.path(files.put(b"whole content"))
    path.write_bytes(b"whole")
    files.put(b"whole content")
    assert path.read_bytes() == b"whole content"


@POSIX
def test_files_belong_to_their_owner_alone(folder: Path) -> None:
    files = Files(folder)
    path = files.path(files.put(b"secret"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64, "é" * 64])
def test_a_hash_that_names_nothing_is_told(folder: Path, name: str) -> None:
    with pytest.raises(NotFound) as caught:
        Files(folder).path(name)
    assert caught.value.code == "file_unknown"
    assert Files(folder).remove(name) is False


def test_what_is_removed_is_gone(folder: Path) -> None:
    files = Files(folder)
    kept, gone = files.put(b"kept"), files.put(b"gone")
    assert files.remove(gone) is True
    assert files.remove(gone) is False
    with pytest.raises(NotFound):
        files.path(gone)
    assert files.path(kept).read_bytes() == b"kept"


def test_only_old_leftovers_are_swept(folder: Path) -> None:
    files = Files(folder)
    assert files.sweep(0) == 0
    kept = files.put(b"kept")
    old, young = folder / "incoming" / "old", folder / "incoming" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (1, 1))
    assert files.sweep(3600) == 1
    assert not old.exists()
    assert young.exists()
    assert files.path(kept).read_bytes() == b"kept"


@POSIX
def test_a_disk_without_room_is_told_and_keeps_nothing(folder: Path) -> None:
    # The system refuses to let any file of the child grow beyond 64 KiB, as a full disk would.
    code = (
        "import pathlib, resource, signal, sys\n"
        "from workbench.domain.errors import Unavailable\n"
        "from workbench.store.files import Files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "files = Files(pathlib.Path(sys.argv[1]))\n"
        "files.put(b'small')\n"
        "try:\n"
        "    files.put(bytes(100_000))\n"
        "except Unavailable as error:\n"
        "    print(error.code)\n"
    )
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("disk_full\n", "")
    assert [path.read_bytes() for path in folder.rglob("*") if path.is_file()] == [b"small"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable) as caught:
        Files(tmp_path / "file" / "files").put(b"x")
    assert caught.value.code == "home_not_writable"
