"""Another embedder is taken where the settings name one that is here, and never in silence."""

import shutil
from pathlib import Path

import pytest

from tests.models.conftest import save_qwen3
from tests.qwen3_tokenizer import qwen3_tokenizer_file
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.services.answers import Request
from workbench.settings import Settings

pytestmark = pytest.mark.slow  # a model is loaded, and a library indexed with it


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = save_qwen3(tmp_path_factory.mktemp("models") / "Qwen3-Embedding-tiny")
    shutil.copy(qwen3_tokenizer_file(), folder / "tokenizer.json")
    return folder


def test_the_environment_names_it() -> None:
    assert Settings.from_environment({"WORKBENCH_EMBEDDER": "a/b"}).embedder == "a/b"


def test_a_library_is_indexed_and_searched_with_it(tmp_path: Path, weights: Path) -> None:
    settings = Settings(home=tmp_path, embedder=str(weights), reranker="lexical", threads=1)
    bench = build(settings)
    try:
        info = bench.models.found().embedder
        assert info is not None and (info.name, info.dim) == ("Qwen3-Embedding-tiny", 32)
        corpus = bench.corpora.list(OWNER)[0].corpus_id
        bench.uploads.ingest_now(OWNER, corpus, "a.txt", "违约金为每日万分之五。".encode())
        job = bench.embedding.now(OWNER, corpus)
        assert job is not None and job.state == "done"
        request = Request(method="dense", reranker="none")
        answer = bench.search.ask(OWNER, [corpus], "违约金", None, request)
        assert len(answer.results) == 1
        assert not {"dense_incomplete", "dense_unavailable"} & {n.code for n in answer.notices}
        loads = bench.models._host.stats().loads
        assert [(load.role, load.kind, load.dtype) for load in loads] == [
            ("embedder", "qwen3", "float32")
        ]
    finally:
        bench.close()


@pytest.mark.parametrize("named", ["Qwen/Qwen3-Embedding-nowhere", "/no/such/folder", "empty"])
def test_one_that_is_not_here_is_not_replaced_by_another(tmp_path: Path, named: str) -> None:
    (tmp_path / "empty").mkdir()
    given = str(tmp_path / "empty") if named == "empty" else named
    bench = build(Settings(home=tmp_path / "home", embedder=given))
    try:
        found = bench.models.found()
        assert found.embedder is None
        assert found.embedder_looked_in and all(found.embedder_looked_in)
        assert bench.models.choose()[0] == "lexical"
    finally:
        bench.close()
