"""Vectors in the background: what is embedded, in which order, and what an end on the way costs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.doubles import DIM, HashEmbedder
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.domain.errors import Unavailable
from workbench.domain.ports import BATCH, EmbedderInfo, Vectors
from workbench.services import embedding
from workbench.services.answers import Request
from workbench.services.embedding import slices
from workbench.services.workbench import Workbench
from workbench.settings import Settings

TEXTS = [f"第{n}项服务逾期的，每日支付违约金万分之{n}。" for n in range(1, 9)]


class Watched(HashEmbedder):
    """Embeds until it has had so many calls; notes what it was given."""

    def __init__(self, calls: int = 1000, name: str = "hash") -> None:
        super().__init__()
        self.info = EmbedderInfo(name=name, revision="1", dim=DIM)
        self.left, self.priorities = calls, set[int]()

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        if not self.left:
            raise Unavailable("model_host_failed", attempts=3, status=-9, detail="")
        self.left -= 1
        self.priorities.add(priority)
        return super().embed_passages(texts, priority=priority)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "SLICE", 3)


def opened(home: Path, embedder: Watched) -> Workbench:
    return build(Settings(home=home, reranker="lexical"), embedder=embedder)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    made = opened(tmp_path / "home", Watched(0))
    corpus = made.corpora.list(OWNER)[0].corpus_id
    for number, text in enumerate(TEXTS):
        made.uploads.ingest_now(OWNER, corpus, f"{number}.md", text.encode())
    made.close()
    yield tmp_path / "home"


def corpus_of(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def test_what_was_embedded_before_the_end_is_not_embedded_again(home: Path) -> None:
    first = Watched(calls=2)
    bench = opened(home, first)
    job = bench.embedding.now(OWNER, corpus_of(bench))
    assert job is not None and job.state == "failed"
    answer = bench.search.ask(OWNER, [corpus_of(bench)], "违约金", None, Request(reranker="none"))
    told = {notice.code: notice.params for notice in answer.notices}
    assert told["dense_incomplete"] == {"done": 6, "total": 8}
    assert answer.results
    bench.close()

    second = Watched()
    bench = opened(home, second)
    seen: list[tuple[int, int]] = []
    job = bench.embedding.now(OWNER, corpus_of(bench), lambda *counts: seen.append(counts))
    assert job is not None and job.state == "done"
    assert seen == [(0, 2), (2, 2)]
    bench.close()
    assert len(first.passages) == 6 and len(second.passages) == 2
    assert not set(first.passages) & set(second.passages)
    assert second.priorities == {BATCH}


def test_another_embedder_makes_its_own_vectors_and_the_old_ones_stay(home: Path) -> None:
    old, new = Watched(), Watched(name="other")
    for embedder in (old, new, old):
        bench = opened(home, embedder)
        if embedder is new:
            words = bench.search.ask(
                OWNER, [corpus_of(bench)], "违约金", None, Request(reranker="none")
            )
            assert words.results
            told = {notice.code: notice.params for notice in words.notices}
            assert told["dense_incomplete"] == {"done": 0, "total": 8}
        bench.embedding.now(OWNER, corpus_of(bench))
        bench.close()
    assert len(old.passages) == len(new.passages) == 8


def test_texts_of_similar_length_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "WINDOW", 5)
    texts = [(str(n), "条" * n) for n in (3, 9, 1, 7, 5, 2, 8)]
    found = [[key for key, _ in part] for part in slices(texts)]
    assert found == [["9", "7", "5"], ["3", "1"], ["8", "2"]]
    assert list(slices([])) == []
    assert list(slices(texts[:1])) == [texts[:1]]
