import json
from pathlib import Path
from typing import Any

import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.formats.arms_file import NamedInstruction, read_arms


def _file(folder: Path, found: Any) -> Path:
    path = folder / "arms.json"
    path.write_text(json.dumps(found, ensure_ascii=False), "utf-8-sig")
    return path


def test_names_texts_and_criteria(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        [{"name": " 甲 ", "text": ""}, {"name": "B", "text": "找免责条款", "criterion": "免责"}],
    )
    assert read_arms(path) == (
        NamedInstruction("甲", ""),
        NamedInstruction("B", "找免责条款", "免责"),
    )


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({}, "instructions_not_json"),
        ([], "arms_too_few"),
        ([{"name": "a", "text": ""}], "arms_too_few"),
        ([{"name": "a", "text": ""}, {"name": "a ", "text": "b"}], "arm_name_twice"),
        ([{"name": "", "text": ""}], "instruction_field"),
        ([{"name": "a"}], "instruction_field"),
        ([{"name": "a", "text": 3}], "instruction_field"),
        ([{"name": "a", "text": "", "criterion": None}], "instruction_field"),
        (["a"], "instruction_field"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, found: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_arms(_file(tmp_path, found))
    assert caught.value.code == code


def test_what_is_no_json_is_told(tmp_path: Path) -> None:
    for content in (b"[", b"\xff\xfe\x00"):
        (tmp_path / "arms.json").write_bytes(content)
        with pytest.raises(InvalidInput) as caught:
            read_arms(tmp_path / "arms.json")
        assert caught.value.code == "instructions_not_json"
