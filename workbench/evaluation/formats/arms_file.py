"""Reads a JSON file of named instructions, each with the criterion it is measured by."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.domain.errors import InvalidInput

OPTIONAL = ("criterion", "control")
FIELDS = (("name", True), ("text", False), *((field, False) for field in OPTIONAL))


@dataclass(frozen=True, slots=True)
class NamedInstruction:
    """An instruction to compare; ``criterion`` "" is that of the labels where they know but one.

    A ``control`` should change nothing against the baseline, "" is none.
    """

    name: str
    text: str
    criterion: str = ""
    control: str = ""


def read_arms(path: Path) -> tuple[NamedInstruction, ...]:
    """Return the instructions of a file: ``[{"name", "text", "criterion"?, "control"?}, …]``.

    An empty text is no instruction: the model's own default is read then.

    Raises:
        InvalidInput: ``instructions_not_json`` where it is no such list, ``instruction_field``
            where an entry lacks a name or a text, ``arm_name_twice``, ``arms_too_few`` under two.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput("instructions_not_json", file=path.name) from error
    if not isinstance(found, list):
        raise InvalidInput("instructions_not_json", file=path.name)
    arms: dict[str, NamedInstruction] = {}
    for place, one in enumerate(found, start=1):
        arm = _arm(one, path, place)
        if arm.name in arms:
            raise InvalidInput("arm_name_twice", name=arm.name)
        arms[arm.name] = arm
    if len(arms) < 2:
        raise InvalidInput("arms_too_few", count=len(arms))
    return tuple(arms.values())


def _arm(found: Any, path: Path, place: int) -> NamedInstruction:
    fields = found if isinstance(found, dict) else {}
    for field, needed in FIELDS:
        value = fields.get(field, "" if field in OPTIONAL else None)
        if not isinstance(value, str) or (needed and not value.strip()):
            raise InvalidInput("instruction_field", file=path.name, entry=place, field=field)
    optional = {field: fields.get(field, "") for field in OPTIONAL}
    return NamedInstruction(fields["name"].strip(), fields["text"], **optional)
