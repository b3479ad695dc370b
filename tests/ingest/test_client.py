import subprocess
import sys
import time

import pytest

from tests.ingest.pdf_maker import encrypted, lines, make_pdf
from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.documents import SlicePolicy
from workbench.domain.errors import Conflict, InvalidInput, UnreadableDocument
from workbench.domain.ports import Reader
from workbench.ingest import client
from workbench.ingest.client import WorkerReader
from workbench.ingest.reading import read_bytes

DATA = make_pdf([lines(["第一条 甲。"]), lines(["第二条 乙。"])])
POLICY = SlicePolicy()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def slow(tmp_path):
    path = tmp_path / "slow.txt"
    path.write_bytes("第一条 甲乙丙丁。\n".encode() * 400_000)
    return path


def replaced_by(monkeypatch, code):
    """Run ``code`` instead of the worker, to see what its death looks like."""
    real = subprocess.Popen

    def start(command, **options):
        return real([sys.executable, "-c", code], **options)

    monkeypatch.setattr(client.subprocess, "Popen", start)


def test_it_reads_like_this_process_does(file, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    reader: Reader = WorkerReader()
    seen = []
    reading = reader.read(
        "a.pdf", "法.pdf", "D", POLICY, progress=lambda done, total: seen.append((done, total))
    )
    assert reading == read_bytes(DATA, "法.pdf", "D")
    assert seen == [(1, 2), (2, 2)]
    assert reader.kinds() == ("pdf", "docx", "xlsx", "csv", "html", "markdown", "text")


def test_errors_cross_over_with_their_params(file):
    with pytest.raises(UnreadableDocument) as caught:
        WorkerReader(page_limit=1).read(str(file), "a.pdf", "D", POLICY)
    assert (caught.value.code, caught.value.params) == ("too_many_pages", {"pages": 2, "limit": 1})


def test_passwords(tmp_path):
    path = tmp_path / "locked.pdf"
    path.write_bytes(encrypted(DATA, user="secret"))
    with pytest.raises(UnreadableDocument, match="locked"):
        WorkerReader().read(str(path), "a.pdf", "D", POLICY)
    assert WorkerReader().read(str(path), "a.pdf", "D", POLICY, password="secret").chunks


def test_the_wall_limit_kills(slow):
    with pytest.raises(UnreadableDocument) as caught:
        WorkerReader(seconds=1).read(str(slow), "slow.txt", "D", POLICY)
    assert (caught.value.code, caught.value.params) == ("too_slow", {"seconds": 1})


def test_cancelling_is_asked_again_and_again_and_kills(slow):
    asked = []

    def cancelled():
        asked.append(time.monotonic())
        return len(asked) > 4

    with pytest.raises(Conflict, match="cancelled"):
        WorkerReader().read(str(slow), "slow.txt", "D", POLICY, cancelled=cancelled)
    assert len(asked) == 5


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os; os._exit(7)", "reader_crashed"),
        ("import sys; sys.stdin.readline(); print('{\"done\": 1', end='')", "reader_crashed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too_hungry"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_slow"),
        ("import os; os.abort()", "reader_crashed"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_how_a_worker_died(file, monkeypatch, code, expected):
    replaced_by(monkeypatch, code)
    with pytest.raises(UnreadableDocument) as caught:
        WorkerReader().read(str(file), "a.pdf", "D", POLICY)
    assert caught.value.code == expected


def test_the_password_is_on_no_command_line(file, monkeypatch):
    commands = []
    real = subprocess.Popen

    def start(command, **options):
        commands.append(command)
        return real(command, **options)

    monkeypatch.setattr(client.subprocess, "Popen", start)
    WorkerReader().read(str(file), "a.pdf", "D", POLICY, password="geheim")
    assert commands == [[sys.executable, "-m", "workbench.ingest.worker"]]


def test_the_columns_of_a_table_are_asked_for_and_chosen(tmp_path):
    path = tmp_path / "faq.csv"
    path.write_text("题,解,号\n甲,乙,1\n", "utf-8")
    reader = WorkerReader()
    (sheet,) = reader.sheets(str(path), "faq.csv")
    assert (sheet.columns, sheet.samples) == (("题", "解", "号"), (("甲", "乙", "1"),))
    chosen = ColumnMap((SheetColumns(None, "题", ("解",)),))
    (again,) = reader.sheets(str(path), "faq.csv", chosen)
    assert (again.chosen, again.uses.question) == (True, "题")
    reading = reader.read(str(path), "faq.csv", "D", SlicePolicy(), columns=chosen)
    assert [(c.kind, c.text) for c in reading.chunks] == [("qa", "题：甲\n解：乙")]
    with pytest.raises(InvalidInput, match="columns_missing"):
        reader.read(
            str(path),
            "faq.csv",
            "D",
            SlicePolicy(),
            columns=ColumnMap((SheetColumns(text=("无",)),)),
        )
    with pytest.raises(InvalidInput, match="columns_not_table"):
        reader.sheets(str(path), "faq.txt")
