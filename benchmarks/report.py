"""The common shape of what a benchmark says, as one JSON object or as Markdown."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Mapping[str, Cell]

ABSENT = "not installed"


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached; ``met`` is None where it could not be measured here."""

    name: str
    goal: str
    measured: Cell
    met: bool | None

    @classmethod
    def at_least(cls, name: str, goal: float, measured: float | None) -> "Goal":
        """Return a goal that is met from ``goal`` upwards."""
        met = None if measured is None else measured >= goal
        return cls(name, f"≥ {goal:g}", measured, met)

    @classmethod
    def at_most(cls, name: str, goal: float, measured: float | None) -> "Goal":
        """Return a goal that is met from ``goal`` downwards."""
        met = None if measured is None else measured <= goal
        return cls(name, f"≤ {goal:g}", measured, met)


@dataclass(slots=True)
class Report:
    """One run of a benchmark; rows of one ``part`` have the same keys and make one table."""

    benchmark: str
    packages: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return the whole run as one JSON object."""
        return {
            "benchmark": self.benchmark,
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine(),
            "versions": versions(self.packages),
            "notes": list(self.notes),
            "goals": [
                {"name": g.name, "goal": g.goal, "measured": g.measured, "met": g.met}
                for g in self.goals
            ],
            "rows": [dict(row) for row in self.rows],
        }

    def print(self, *, as_json: bool) -> None:
        """Print the run on standard output."""
        if as_json:
            print(json.dumps(self.as_json(), ensure_ascii=False, allow_nan=False))
            return
        print(markdown(self.as_json()))


def markdown(run: Mapping[str, object]) -> str:
    """Return a run as what RESULTS.md keeps: where it was made, a table a part, the goals."""
    found = json.loads(json.dumps(run))
    where = found["machine"]
    load = "" if where["load"] is None else f", load {where['load']:g} at its end"
    named = ", ".join(f"{name} {told}" for name, told in found["versions"].items())
    lines = [f"{found['date']}, {where['cores']} cores {where['processor']}{load}; {named}.", ""]
    lines += [line for note in found["notes"] for line in (note, "")]
    parts: dict[str, list[dict[str, Cell]]] = {}
    for row in found["rows"]:
        parts.setdefault(str(row.get("part", "")), []).append(row)
    for part, rows in parts.items():
        lines += [f"{part}:", ""] if part else []
        lines += [*table(rows), ""]
    return "\n".join([*lines, *table(found["goals"])])


def table(rows: Sequence[Row]) -> list[str]:
    """Return rows of the same keys as lines of Markdown, without the part that they stand under.

    A column that no row fills is left out.
    """
    if not rows:
        return []
    filled = {key: [row[key] for row in rows if row.get(key) is not None] for key in rows[0]}
    keys = [key for key in rows[0] if key != "part" and filled[key]]
    sides = ["---:" if _is_number(filled[key]) else "---" for key in keys]
    lines = ["| " + " | ".join(keys) + " |", "|" + "|".join(sides) + "|"]
    return lines + ["| " + " | ".join(_cell(row.get(key)) for key in keys) + " |" for row in rows]


def _is_number(cells: Sequence[Cell]) -> bool:
    return all(isinstance(one, int | float) and not isinstance(one, bool) for one in cells)


def _cell(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return str(value)


def machine() -> dict[str, Cell]:
    """Return what the numbers of this machine depend on."""
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cores": os.cpu_count(),
        "gpu": _gpu(),
        "load": load,
    }


def _gpu() -> str | None:
    # A benchmark that needs no torch does not pay for loading it.
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    return str(torch.cuda.get_device_name())


def processor(source: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor's name, its architecture where the system does not tell."""
    if source.is_file():
        for line in source.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.machine()


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the version of each package, and of Python."""
    found = {"Python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ABSENT
    return found


def add_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add the options that every benchmark has."""
    parser.add_argument("--full", action="store_true", help="more of everything, for a quiet hour")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser


def progress(text: str) -> None:
    """Tell on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)
