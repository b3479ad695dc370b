"""A database in a new home, a clock that counts, and readings made by hand."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import create_engine

from tests.store.samples import TickingClock, reading
from workbench.domain.documents import Reading, SlicePolicy
from workbench.store.corpora import CorpusRepository
from workbench.store.database import FILE_NAME, Database, open_database
from workbench.store.migrate import MIGRATIONS, upgrade


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "家 with % and ?"


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def older(tmp_path: Path, home: Path) -> Callable[[str], Database]:
    """Makes the database of ``home`` as it was before a revision."""

    def make(revision: str) -> Database:
        folder = tmp_path / f"before-{revision}"
        later = {p.name for p in MIGRATIONS.glob("versions/r*.py") if p.name[1:5] >= revision}
        unwanted = shutil.ignore_patterns("__pycache__", *later)
        shutil.copytree(MIGRATIONS, folder, ignore=unwanted)
        home.mkdir()
        path = home / FILE_NAME
        made = Database(create_engine("sqlite://", creator=lambda: connect(path)), path, time.time)
        upgrade(made, folder)
        return made

    return make


@pytest.fixture
def database(home: Path, clock: TickingClock) -> Iterator[Database]:
    opened = open_database(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def corpora(database: Database) -> CorpusRepository:
    return CorpusRepository(database)


@pytest.fixture
def corpus_id(corpora: CorpusRepository) -> str:
    return corpora.create("合同", "local", SlicePolicy()).corpus_id


@pytest.fixture
def make_reading() -> Callable[..., Reading]:
    return reading
