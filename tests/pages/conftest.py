"""Opens pages in this process, with scripted models."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from workbench import assembly
from workbench.services.workbench import Workbench
from workbench.words.say import Tongue

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("home", "rerank", "corpora", "search", "questions", "label", "compare", "experiments")
Opener = Callable[..., AppTest]


@pytest.fixture
def open_page(bench: Workbench) -> Iterator[Opener]:
    """Open a page in a language, with what stands in its address."""
    assembly.install(bench)

    def open_it(name: str, language: Tongue = "zh", **address: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "workbench" / "main.py"), default_timeout=60)
        at.query_params["lang"] = language
        for key, value in address.items():
            at.query_params[key.replace("__", ".")] = value
        at.run()
        if name != "home":
            at.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
        return at

    yield open_it
    assembly._installed.clear()
