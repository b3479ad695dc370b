"""The documents say what the code is: captions, version, and the same headings in both READMEs."""

import ast
import re
from pathlib import Path

import workbench

ROOT = Path(__file__).resolve().parents[1]
MAP_LINE = re.compile(r"^- `(?P<path>[\w/]+\.py)` (?P<caption>.+)$", re.MULTILINE)


def captions() -> dict[str, str]:
    """The first line of every module's docstring by its path."""
    found = {}
    files = [p for p in (ROOT / "workbench").rglob("*.py") if "migrations" not in p.parts]
    for path in [*files, *(ROOT / "pages").glob("*.py"), ROOT / "run.py"]:
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[path.relative_to(ROOT).as_posix()] = text.split("\n")[0]
    return found


def test_every_module_has_a_caption_of_one_sentence() -> None:
    wrong = [path for path, caption in captions().items() if not caption.endswith(".")]
    assert not wrong


def test_the_map_in_architecture_md_equals_the_captions() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    mapped = {m["path"]: m["caption"] for m in MAP_LINE.finditer(text)}
    expected = captions()
    lines = "\n".join(f"- `{path}` {expected[path]}" for path in sorted(expected))
    assert mapped == expected, f"The map should be:\n{lines}"


def test_version_is_the_newest_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", text, re.MULTILINE)
    assert newest and newest[1] == workbench.__version__


def test_both_readmes_have_as_many_headings_and_the_same_commands() -> None:
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    heading = re.compile(r"^#+ ", re.MULTILINE)
    assert heading.findall(english) == heading.findall(chinese)
    block = re.compile(r"```sh\n(.*?)```", re.DOTALL)
    commands = [
        [line.split("#")[0].strip() for line in b.splitlines()] for b in block.findall(english)
    ]
    versions = [
        [line.split("#")[0].strip() for line in b.splitlines()] for b in block.findall(chinese)
    ]
    assert commands == versions
    assert any("python3 run.py test" in line for b in commands for line in b)
