import subprocess
import sys
from pathlib import Path

import pytest

from workbench.domain.errors import Busy
from workbench.recall.file_lock import file_lock

HOLD = """
import sys
from pathlib import Path
from workbench.recall.file_lock import file_lock
with file_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_waits_until_the_holder_dies(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(Busy) as caught, file_lock(path, 0.1):
            pass
        assert (caught.value.code, caught.value.params) == ("index_busy", {"seconds": 0.1})
        child.kill()
        child.wait()
    with file_lock(path, 5):
        pass


def test_one_after_the_other(tmp_path: Path) -> None:
    for _ in range(2):
        with file_lock(tmp_path / "lock", 0.0):
            pass
