"""The table of the READMEs: which folders it holds, and where it is written."""

from pathlib import Path

import pytest

from benchmarks import evaluation_table
from benchmarks.evaluation_table import BEGIN, END, _named, cases, write


def test_every_sample_library_is_a_row() -> None:
    names = [case.name for case in cases()]
    libraries = sorted(path.parent.name for path in evaluation_table.SAMPLES.glob("*/corpus.json"))
    assert names[: len(libraries)] == [f"sample_corpora/{one}" for one in libraries]
    assert len(libraries) == 5


def test_a_measure_is_found_under_any_level() -> None:
    measures = {"nDCG@10": 0.5, "RR(rel=2)@10": 0.25, "R(rel=2)@10": None, "RR@100": 1.0}
    assert _named(measures, "nDCG@10") == 0.5
    assert _named(measures, "RR@10") == 0.25
    assert _named(measures, "R@10") is None


def test_the_table_stands_between_its_marks_and_replaces_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_table, "ROOT", tmp_path)
    for name in evaluation_table.READMES:
        (tmp_path / name).write_text(f"before\n{BEGIN}\n{END}\nafter\n", encoding="utf-8")
    write(["| a |", "|---|", "| 1 |"])
    write(["| a |", "|---|", "| 2 |"])
    for name in evaluation_table.READMES:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text == f"before\n{BEGIN}\n\n| a |\n|---|\n| 2 |\n\n{END}\nafter\n"


def test_both_readmes_have_the_marks_and_the_same_table() -> None:
    tables = [
        (Path(__file__).resolve().parents[2] / name).read_text(encoding="utf-8").split(BEGIN)[1]
        for name in evaluation_table.READMES
    ]
    first, second = (table.split(END)[0] for table in tables)
    assert first == second
    assert "| sample_corpora/returns |" in first
