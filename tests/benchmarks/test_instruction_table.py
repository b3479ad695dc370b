"""The READMEs' table of instructions: what is asked, and where it stands."""

from pathlib import Path

from benchmarks.instruction_table import BEGIN, END, asked

READMES = [Path(__file__).resolve().parents[2] / name for name in ("README.md", "README.zh.md")]


def test_every_instruction_is_asked_in_both_languages_against_none():
    found = list(asked())
    assert len(found) == 15
    for one in found:
        assert [arm["name"] for arm in one.arms()] == ["without", "zh", "en"]
        assert one.arms()[0]["text"] == ""
        assert {arm["criterion"] for arm in one.arms()} == {one.criterion}


def test_both_readmes_have_the_same_table_of_every_criterion():
    tables = [path.read_text("utf-8").split(BEGIN)[1].split(END)[0] for path in READMES]
    assert tables[0] == tables[1]
    for one in asked():
        assert f"| {one.folder.name} | {one.criterion} |" in tables[0]
