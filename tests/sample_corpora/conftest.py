"""Sources written for the tests, the sample libraries, and a workbench to measure them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sample_corpora.build.library import built
from tests.doubles import CountingReranker, HashEmbedder
from tests.sample_corpora.library import Library, names
from workbench.domain.documents import Reading, SlicePolicy
from workbench.domain.identity import digest
from workbench.ingest.reading import read_bytes
from workbench.services.workbench import Workbench
from workbench.settings import Settings

Build = Callable[[str], bytes]
Read = Callable[[str, bytes], Reading]


@pytest.fixture
def make(tmp_path: Path) -> Build:
    """Builds the document of a source given as text."""

    def build(text: str, suffix: str = ".md") -> bytes:
        path = tmp_path / f"source{suffix}"
        path.write_text(text, encoding="utf-8")
        return built(path).data

    return build


@pytest.fixture(scope="session")
def read() -> Read:
    """Reads a document as the product does, in this process."""

    def read(name: str, data: bytes) -> Reading:
        return read_bytes(data, name, digest(name), SlicePolicy())

    return read


@pytest.fixture(scope="session", params=names())
def library(request: pytest.FixtureRequest) -> Library:
    return Library.of(request.param)


@pytest.fixture(scope="session")
def measuring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    from workbench.assembly import build

    home = tmp_path_factory.mktemp("home")
    made = build(Settings(home=home), reranker=CountingReranker(), embedder=HashEmbedder())
    yield made
    made.close()
