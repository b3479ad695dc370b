"""The verb bench: which benchmarks there are, what is missing, and what comes out of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_verbs import home  # noqa: F401 a fixture
from workbench.__main__ import main
from workbench.cli import bench
from workbench.cli.bench import BENCHMARKS, command_of
from workbench.domain.errors import NotFound, Unavailable

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.parametrize("argv", [("bench",), ("bench", "fly"), ("bench", "load", "--fast")])
def test_an_unknown_benchmark_is_a_usage_error(
    argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(list(argv))
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.slow  # each is a process of its own with its own libraries
@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_has_a_module_with_the_options_of_all(name: str) -> None:
    command = command_of(name)
    assert (ROOT / "benchmarks" / f"{BENCHMARKS[name]}.py").is_file()
    done = subprocess.run(
        [*command, "--help"], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "--full" in done.stdout and "--json" in done.stdout


def test_an_installation_without_benchmarks_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        command_of("load", tmp_path)
    assert caught.value.code == "benchmarks_missing"


def test_what_a_benchmark_cannot_do_without_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.NEEDS, "load", ("json", "no_such_module"))
    with pytest.raises(Unavailable) as caught:
        command_of("load")
    assert caught.value.code == "benchmark_needs"
    assert caught.value.params == {"name": "load", "modules": "no_such_module"}
    assert command_of("slicing")


def scripted(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(bench, "command_of", lambda name: [sys.executable, "-c", code])


def test_json_is_the_benchmarks_object_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = (
        "import sys, json; print('round 1', file=sys.stderr);"
        "print(json.dumps({'benchmark': 'load', 'argv': sys.argv[1:], 'zh': '合同'}))"
    )
    scripted(monkeypatch, code)
    assert main(["bench", "load", "--full", "--json"]) == 0
    out, err = capfd.readouterr()
    told = {"benchmark": "load", "argv": ["--full", "--json"], "zh": "合同"}
    assert json.loads(out) == told
    assert "round 1" in err


def test_tables_are_passed_on_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    scripted(monkeypatch, "import sys; print('| a |'); print(sys.argv[1:])")
    assert main(["bench", "recall"]) == 0
    assert capfd.readouterr().out == "| a |\n[]\n"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_benchmark_that_fails_is_a_failure_with_a_sentence(
    options: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    scripted(monkeypatch, "raise SystemExit('no collections here')")
    for language, needle in (("zh", "退出码 1"), ("en", "exit status 1")):
        assert main(["bench", "recall", *options, "--lang", language]) == 1
        out, err = capfd.readouterr()
        assert out == ""
        assert "no collections here" in err and needle in err
