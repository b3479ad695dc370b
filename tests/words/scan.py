"""Reads the source for every code that may become a sentence, with the parameters it is given."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import KINDS

ROOT = Path(__file__).resolve().parents[2]
ERRORS = {kind.__name__ for kind in KINDS} | {"WorkbenchError"}


@dataclass(frozen=True)
class Used:
    """A code with the parameters of one place; None where they cannot be read from the source."""

    family: str
    code: str
    params: frozenset[str] | None
    place: str


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            yield name, node


def literals(node: ast.Call, constants: dict[str, str]) -> list[str]:
    """Return the strings that the first argument may be: itself, a constant, or either branch."""
    first = node.args[0] if node.args else None
    return strings(first, constants) if first is not None else []


def strings(node: ast.expr, constants: dict[str, str]) -> list[str]:
    if isinstance(node, ast.IfExp):
        return strings(node.body, constants) + strings(node.orelse, constants)
    if isinstance(node, ast.Name) and node.id in constants:
        return [constants[node.id]]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def constants_of(paths: list[Path]) -> dict[str, str]:
    """Return the module-level names in capitals that hold a string."""
    found = {}
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for target in node.targets:
                    if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                        found[target.id] = node.value.value
    return found


def codes() -> list[Used]:
    """Return every code of an error or a notice that the source of the product names."""
    found = []
    for path in sources("workbench"):
        constants = constants_of(
            [path, path.with_name("line.py")] if path.with_name("line.py").exists() else [path]
        )
        for name, node in calls(path):
            if not (name in ERRORS or name == "Notice"):
                continue
            family = "notice" if name == "Notice" else "error"
            params = notice_params(node) if name == "Notice" else error_params(node)
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            found += [Used(family, code, params, place) for code in literals(node, constants)]
    return found


def error_params(node: ast.Call) -> frozenset[str] | None:
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    return frozenset(keyword.arg for keyword in node.keywords if keyword.arg)


def notice_params(node: ast.Call) -> frozenset[str] | None:
    given = node.args[1] if len(node.args) > 1 else None
    if given is None and not node.keywords:
        return frozenset()
    if isinstance(given, ast.Dict) and all(isinstance(k, ast.Constant) for k in given.keys):
        return frozenset(str(k.value) for k in given.keys if isinstance(k, ast.Constant))
    return None


def said() -> list[tuple[str, str]]:
    """Return every literal code that ``say`` and its relatives are called with, with its place."""
    return [
        (code, f"{path.relative_to(ROOT)}:{node.lineno}")
        for path in sources("workbench", "pages")
        for name, node in calls(path)
        if name in {"say", "say_plain"}
        for code in literals(node, {})
    ]
