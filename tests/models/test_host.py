"""Tests of workbench.models.host."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.domain.errors import InvalidInput
from workbench.models.frames import read_frame, write_frame
from workbench.models.host import answered, available_cores, serve

ROOT = Path(__file__).resolve().parents[2]


def frames(*headers: dict) -> io.BytesIO:
    stream = io.BytesIO()
    for header in headers:
        write_frame(stream, header, b"p")
    stream.seek(0)
    return stream


def read_all(data: bytes) -> list[dict]:
    stream, found = io.BytesIO(data), []
    while stream.tell() < len(data):
        found.append(read_frame(stream)[0])
    return found


def test_frames_are_answered_in_turn_until_the_input_ends():
    answers = io.BytesIO()
    ended = []
    serve(
        frames({"n": 1}, {"n": 2}),
        answers,
        lambda header, payload: ({**header, "payload": payload.decode()}, b""),
        at_end=lambda: ended.append(True),
    )
    assert read_all(answers.getvalue()) == [{"n": 1, "payload": "p"}, {"n": 2, "payload": "p"}]
    assert ended == [True]


def test_a_typed_error_is_answered_as_code_and_params():
    def refuse(header, payload):
        raise InvalidInput("too_odd", n=3)

    error = {"kind": "InvalidInput", "code": "too_odd", "params": {"n": 3}}
    assert answered(refuse, {}, b"") == ({"error": error}, b"")


def test_any_other_error_is_answered_and_printed(capsys):
    def fail(header, payload):
        raise ZeroDivisionError("nothing to divide by")

    header, _ = answered(fail, {}, b"")
    assert header["error"] == {
        "kind": "Unavailable",
        "code": "model_error",
        "params": {"detail": "ZeroDivisionError: nothing to divide by"},
    }
    assert "Traceback" in capsys.readouterr().err


def test_there_is_at_least_one_core():
    assert 1 <= available_cores() <= (os.cpu_count() or 1)


@pytest.fixture(scope="module")
def spoken_to():
    """What a real child writes when it is asked twice, a library prints, and its input ends."""
    noisy = (
        "import sys; from workbench.models import answering, host\n"
        "speak = answering.Answering._hello\n"
        "def hello(self, header, payload):\n"
        "    import os; print('printed'); os.write(1, b'written to 1')\n"
        "    print('read', sys.stdin.read())\n"
        "    return speak(self, header, payload)\n"
        "answering.Answering._hello = hello\n"
        "host.main(['--threads', '1'])"
    )
    asked = frames({"op": "hello"}, {"op": "odds", "lengths": []}).getvalue()
    child = subprocess.Popen(
        [sys.executable, "-c", noisy],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    child.stdin.write(asked)
    child.stdin.flush()
    found = [read_frame(child.stdout)[0], read_frame(child.stdout)[0]]
    rest, printed = child.communicate(timeout=60)
    return found, rest, printed.decode(), child.returncode


def test_what_libraries_print_does_not_break_frames(spoken_to):
    (hello, refusal), rest, printed, _ = spoken_to
    assert hello["threads"] == 1
    assert refusal["error"]["code"] == "not_loaded"
    assert rest == b""
    assert "printed" in printed
    assert "written to 1" in printed


def test_it_ends_with_its_input(spoken_to):
    assert spoken_to[3] == 0


def test_it_contacts_no_hub_and_keeps_its_threads():
    code = (
        "import os; from workbench.models import host; host._quiet_environment(3)\n"
        "import sys; print('torch' in sys.modules)\n"
        "import huggingface_hub.constants as c; print(c.HF_HUB_OFFLINE)\n"
        "print(os.environ['OMP_NUM_THREADS'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split() == ["False", "True", "3"], done.stderr
