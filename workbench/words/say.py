"""The one function that turns a code with parameters into a sentence."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

from workbench.domain.errors import Param, WorkbenchError

Tongue: TypeAlias = Literal["zh", "en"]
TONGUES: tuple[Tongue, ...] = ("zh", "en")


@cache
def sentences(language: Tongue) -> Mapping[str, str]:
    """Return every sentence of ``language`` by its code."""
    file = resources.files("workbench.words").joinpath(f"{language}.json")
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


def say(code: str, language: Tongue, /, **params: Param) -> str:
    """Return the sentence of ``code`` with its blanks filled.

    Where ``count`` is 1, the sentence ``code.one`` is taken, if the language has one: English does
    for what is seen with a count of one; Chinese needs none.

    Raises:
        KeyError: The code, or one of its blanks, is missing: a fault of the program, which a test
            over every code of the source finds first.
    """
    spoken = sentences(language)
    singular = spoken.get(f"{code}.one") if str(params.get("count")) == "1" else None
    return (singular or spoken[code]).format(**params)


def say_error(error: WorkbenchError, language: Tongue) -> str:
    """Return what happened, what was kept and what to do."""
    return say(f"error.{error.code}", language, **error.params)


def tongue(wanted: str | None) -> Tongue:
    """Return zh or en for a locale such as ``zh-CN`` or ``en_GB``; zh where it says neither."""
    return "en" if (wanted or "").lower().startswith("en") else "zh"
