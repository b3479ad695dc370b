"""The programs on the page are run against a server and have to send exactly the question."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from workbench.ui import snippets, snippets_java
from workbench.ui.snippets import ROOM, Asked, excerpt

HOSTILE = (
    "quotes \" and ' and `",
    "back\\slash \\n \\u0022 \\\\",
    "lines\nmore\r\nand\ttabs",
    "${HOME} $(rm -rf x) `date` %PATH% {x} {{y}}",
    "</script><!-- <script>",
    "QUESTION",
    "\nQUESTION\n",
    "@QUESTION@ @ADDRESS@ @PARTS@ @PIECES@ @CALLS@",
    "表情 😀👨‍👩‍👧 与中文，全角：“引号”",
    "\u2028 \u2029 \u00a0 \ufeff \x00 \x7f",
    "x" * 3_000 + '"' * 1_000,
)
QUERY, INSTRUCTION = 'Was heißt "违约金"?\n\\', "只看 ${条款} 's </script>"
ANSWER = {
    "result": [
        {"document": 'a "quoted" \\ line\nbreak 中 😀', "score": 0.75},
        {"document": '"score":1', "score": 1.5e-05},
    ]
}


class Receiver(HTTPServer):
    """A server that keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []
        self.bodies: list[object] = []


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.server.bodies.append(json.loads(data))
        assert self.headers["Content-Type"] == "application/json"
        answer = json.dumps(ANSWER, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(10)


def asked(receiver: Receiver, instruction: str = INSTRUCTION) -> Asked:
    return Asked(f"http://127.0.0.1:{receiver.server_port}", QUERY, HOSTILE, instruction)


def expected(instruction: str = INSTRUCTION) -> dict[str, object]:
    body: dict[str, object] = {"query": QUERY, "documents": list(HOSTILE)}
    return body | ({"instruction": instruction} if instruction else {})


def ran(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=120, check=False, env=None)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8", "replace")


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} on this machine")
    return found


@pytest.mark.parametrize("instruction", [INSTRUCTION, ""])
def test_python(receiver: Receiver, tmp_path: Path, instruction: str) -> None:
    program = tmp_path / "rerank.py"
    program.write_text(snippets.python(asked(receiver, instruction)), encoding="utf-8")
    told = ran(sys.executable, "-X", "utf8", str(program), cwd=tmp_path)
    assert receiver.bodies == [expected(instruction)]
    assert receiver.paths == ["/api/predict"]
    assert told.startswith("0.75 a ")


@pytest.mark.parametrize("instruction", [INSTRUCTION, ""])
def test_curl(receiver: Receiver, tmp_path: Path, instruction: str) -> None:
    needs("curl")
    program = tmp_path / "rerank.sh"
    program.write_text(snippets.curl(asked(receiver, instruction)), encoding="utf-8")
    told = ran(needs("bash"), str(program), cwd=tmp_path)
    assert receiver.bodies == [expected(instruction)]
    assert json.loads(told) == ANSWER


def test_javascript(receiver: Receiver, tmp_path: Path) -> None:
    program = tmp_path / "rerank.js"
    source = snippets.javascript(asked(receiver))
    program.write_text(source, encoding="utf-8")
    told = ran(needs("node"), str(program), cwd=tmp_path)
    assert receiver.bodies == [expected()]
    assert told.startswith("0.75 a ")
    assert "</script" not in source and "<!--" not in source


def test_java(receiver: Receiver, tmp_path: Path) -> None:
    java = needs("java")
    needs("javac")
    program = tmp_path / "Rerank.java"
    program.write_text(snippets_java.java(asked(receiver)), encoding="ascii")
    told = ran(java, "-XX:TieredStopAtLevel=1", str(program), cwd=tmp_path)
    assert receiver.bodies == [expected()]
    assert '"score": 0.75' in told


def test_java_takes_more_than_a_constant_may_hold(receiver: Receiver, tmp_path: Path) -> None:
    java = needs("java")
    needs("javac")
    long = Asked(f"http://127.0.0.1:{receiver.server_port}", "q", ("违" * ROOM,))
    program = tmp_path / "Rerank.java"
    program.write_text(snippets_java.java(long), encoding="ascii")
    ran(java, "-XX:TieredStopAtLevel=1", str(program), cwd=tmp_path)
    assert receiver.bodies == [{"query": "q", "documents": ["违" * ROOM]}]


LITERAL = re.compile(r'"((?:[^"]|"")*)"')


def body_of(macro: str) -> object:
    """What the macro sends: its parts in the order of the calls, each the sum of its literals."""
    called = re.search(r"^    Question = (.*)$", macro, re.MULTILINE)
    assert called
    names = [call.strip() for call in called[1].split("&")]
    parts = {}
    for part in re.finditer(
        r"^Private Function (Part\d+\(\)) As String\n(.*?)^End Function$", macro, re.M | re.S
    ):
        lines = re.findall(r"^    body = body & (.*)$", part[2], re.MULTILINE)
        assert all(LITERAL.fullmatch(line) for line in lines)
        parts[part[1]] = "".join(line[1:-1].replace('""', '"') for line in lines)
    return json.loads("".join(parts[name] for name in names))


@pytest.mark.parametrize("documents", [HOSTILE, ("违" * ROOM,), ('"' * ROOM,), ("a",)])
def test_vba(documents: tuple[str, ...]) -> None:
    macro = snippets_java.vba(Asked("http://127.0.0.1:7860", QUERY, documents, INSTRUCTION))
    assert body_of(macro) == {
        "query": QUERY,
        "documents": list(documents),
        "instruction": INSTRUCTION,
    }
    assert macro.isascii()
    assert 'http.Open "POST", "http://127.0.0.1:7860/api/predict", False' in macro
    lines = macro.splitlines()
    assert max(map(len, lines)) <= 1_023
    assert not [line for line in lines if line.rstrip().endswith(" _")]  # no line goes on
    assert all(LITERAL.sub("", line).count('"') == 0 for line in lines)
    functions = re.split(r"^(?:Sub|Private Function) ", macro, flags=re.MULTILINE)[1:]
    assert max(map(len, functions)) < 64 * 1024
    assert macro.count("End Function") + macro.count("End Sub") == len(functions)


def test_a_long_question_is_cut_to_what_a_page_can_carry() -> None:
    assert excerpt(()) == ()
    assert excerpt(("a", "b")) == ("a", "b")
    assert excerpt(("x" * (ROOM + 1),)) == ("x" * ROOM,)
    assert excerpt(("x" * 12_000, "y" * 9_000, "z")) == ("x" * 12_000,)
