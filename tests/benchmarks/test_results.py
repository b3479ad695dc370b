"""Tests of benchmarks/RESULTS.md: what docstrings quote is what a command printed."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"


@pytest.mark.parametrize("module", ["fusion", "likeness"])
def test_a_docstring_quotes_numbers_of_the_results(module):
    text = (ROOT / "workbench" / "recall" / f"{module}.py").read_text(encoding="utf-8")
    quoted = set(re.findall(r"(?<![0-9])\.[0-9]{3}\b", text))
    printed = set(re.findall(r"(?<= 0)\.[0-9]{3}\b", RESULTS.read_text(encoding="utf-8")))
    assert quoted, "the docstring quotes no measurement any more"
    assert quoted <= printed


def test_every_command_of_the_results_can_be_run():
    commands = re.findall(r"python -m benchmarks\.(\w+)", RESULTS.read_text(encoding="utf-8"))
    assert {"health", "recall_quality"} <= set(commands)
    missing = [name for name in commands if not (RESULTS.parent / f"{name}.py").is_file()]
    assert missing == []
