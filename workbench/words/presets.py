"""The examples of the page Rerank: a question, an instruction and graded candidates, zh and en."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from workbench.words.say import TONGUES, Tongue

FEWEST, MOST, TOP = 5, 7, 3


@dataclass(frozen=True, slots=True)
class Graded:
    """A candidate with the grade from 0 to 3 that a judge gives it under the instruction."""

    text: str
    grade: int


@dataclass(frozen=True, slots=True)
class Preset:
    """An example; ``footer`` has to stand below its question, empty where nothing has to."""

    name: str
    label: str
    query: str
    instruction: str
    footer: str
    candidates: tuple[Graded, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the texts of the candidates, in the order in which they are shown."""
        return tuple(candidate.text for candidate in self.candidates)


@cache
def presets(language: Tongue) -> Mapping[str, Preset]:
    """Return every example of ``language`` by its name, in the order of the page.

    Raises:
        ValueError: The file is not sound: a fault of the program, which a test finds first.
    """
    file = resources.files("workbench.words").joinpath(f"presets.{language}.json")
    stored: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {name: preset_of(name, fields) for name, fields in stored.items()}


def preset_of(name: str, fields: Mapping[str, Any]) -> Preset:
    """Return the example that ``fields`` describe.

    Raises:
        ValueError: A text is missing, a grade is none, candidates repeat, are too few or too many,
            or none of them answers.
    """
    candidates = tuple(Graded(one["text"], one["grade"]) for one in fields["candidates"])
    found = Preset(
        name,
        fields["label"],
        fields["query"],
        fields["instruction"],
        fields["footer"],
        candidates,
    )
    texts = (found.label, found.query, *found.documents)
    grades = {candidate.grade for candidate in candidates}
    sound = (
        all(text.strip() and text == text.strip() for text in texts)
        and FEWEST <= len(candidates) <= MOST
        and len(set(found.documents)) == len(candidates)
        and TOP in grades
        and grades <= set(range(TOP + 1))
    )
    if not sound:
        raise ValueError(f"preset {name} is not sound")
    return found


def footer_of(query: str, language: Tongue) -> str:
    """Return what has to stand below this question, in ``language``; empty if nothing has to."""
    for spoken in TONGUES:
        for name, preset in presets(spoken).items():
            if preset.query == query.strip():
                return presets(language)[name].footer
    return ""
