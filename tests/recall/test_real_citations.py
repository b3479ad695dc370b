"""Every article of real laws, asked for by its number, comes first."""

from pathlib import Path

import pytest

from benchmarks.citations import DATA, Way, chinese, civil_code, filled, first_sections, regulation
from workbench.services.workbench import Workbench


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (101, "一百零一"), (110, "一百一十"),
     (584, "五百八十四"), (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"),
     (1260, "一千二百六十")],
)  # fmt: skip
def test_numerals_as_statutes_write_them(number: int, text: str) -> None:
    assert chinese(number) == text


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is absent: the real documents are not part of the repository")
    return path


def share(bench: Workbench, path: Path, way: Way) -> float:
    right, count = first_sections(bench, filled(bench, way.name, [path]), way, path.name)
    return right / count


@pytest.mark.slow
@pytest.mark.parametrize("way", list(civil_code()), ids=lambda way: way.name)
def test_the_civil_code(bench: Workbench, way: Way) -> None:
    assert share(bench, real("zh_civilcode.pdf"), way) >= 0.995


@pytest.mark.slow
@pytest.mark.parametrize("way", list(regulation()), ids=lambda way: way.name)
def test_the_regulation(bench: Workbench, way: Way) -> None:
    assert share(bench, real("en_gdpr_reg.pdf"), way) >= 0.995
