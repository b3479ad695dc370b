import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.pdf_maker import bomb, encrypted, lines, make_pdf
from workbench.domain.documents import SlicePolicy
from workbench.ingest.limits import MIB, Limits
from workbench.ingest.reading import read_bytes
from workbench.ingest.wire import Request, reading_from_json, request_to_json
from workbench.ingest.worker import ORPHANED, answer

ROOT = Path(__file__).parents[2]
DATA = make_pdf([lines(["第一条 甲。"]), lines(["第二条 乙。"])])


def ask(path, *, limits=None, password=None, name="a.pdf"):
    request = Request(str(path), name, "D", SlicePolicy(), limits or Limits(), password)
    return json.dumps(request_to_json(request)).encode() + b"\n"


def worker():
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.ingest.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def talk(request):
    """Return all messages; stdin stays open until the worker has answered, as the client does."""
    with worker() as process:
        process.stdin.write(request)
        process.stdin.flush()
        messages = [json.loads(line) for line in process.stdout]
        process.stdin.close()
        return messages, process.wait()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "文件 a.pdf"
    path.write_bytes(DATA)
    return path


def test_progress_then_the_reading(file):
    messages, status = talk(ask(file))
    assert messages[:2] == [{"done": 1, "total": 2}, {"done": 2, "total": 2}]
    assert reading_from_json(messages[2]["reading"]) == read_bytes(DATA, "a.pdf", "D")
    assert (len(messages), status) == (3, 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (DATA[: len(DATA) // 2], "damaged"),
        (DATA[: len(DATA) * 95 // 100], "damaged"),
        (b"PK\x03\x04", "unsupported_kind"),
        (b"MZ\x00", "unsupported_kind"),
        (encrypted(DATA, user="secret"), "locked"),
        (make_pdf([]), "no_pages"),
        (bomb(400_000_000), "too_complex"),
        (make_pdf([[], []]).replace(b"Kids[5 0 R 7 0 R]", b"Kids[2 0 R 7 0 R]"), "damaged"),
        (b"%PDF-1.7\n" + b"[" * 200_000, "damaged"),
    ],
)
def test_hostile_files_end_in_a_code(tmp_path, data, code):
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    last = answer(Request(str(path), "x.pdf", "D", SlicePolicy(), Limits()), lambda message: None)
    assert last["error"]["kind"] == "UnreadableDocument"
    assert last["error"]["code"] == code


def test_a_missing_file_and_a_large_one(tmp_path, file):
    quiet = lambda message: None  # noqa: E731
    missing = Request(str(tmp_path / "no"), "n.pdf", "D", SlicePolicy(), Limits())
    assert answer(missing, quiet)["error"]["code"] == "file_missing"
    large = Request(str(file), "a.pdf", "D", SlicePolicy(), Limits(file_bytes=10))
    assert answer(large, quiet)["error"]["code"] == "too_large"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_a_small_address_space_is_an_answer_not_a_crash(tmp_path):
    path = tmp_path / "big.txt"
    path.write_bytes(b"word " * 12_000_000)
    messages, status = talk(ask(path, limits=Limits(memory_bytes=200 * MIB), name="big.txt"))
    assert messages[-1]["error"]["code"] == "too_hungry"
    assert status == 0


def test_the_worker_ends_when_its_parent_closes_stdin(tmp_path):
    path = tmp_path / "slow.txt"
    path.write_bytes("第一条 甲乙丙丁。\n".encode() * 200_000)
    with worker() as process:
        process.stdin.write(ask(path, name="slow.txt"))
        process.stdin.close()
        assert process.wait(timeout=30) == ORPHANED


def test_no_request_no_answer():
    with worker() as process:
        process.stdin.close()
        assert process.wait(timeout=30) == ORPHANED


def test_the_worker_loads_no_heavy_library():
    code = (
        "import sys, workbench.ingest.worker;"
        "print(sorted({'torch', 'streamlit', 'sqlalchemy', 'numpy'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert out.stdout.strip() == b"[]"
