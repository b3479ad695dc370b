"""A database in a new home, a clock that counts, and readings made by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.samples import TickingClock, reading
from workbench.domain.documents import Reading, SlicePolicy
from workbench.store.corpora import CorpusRepository
from workbench.store.database import Database, open_database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "家 with % and ?"


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


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
