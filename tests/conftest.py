"""What every test may use: a workbench on an empty home with scripted models."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from tests.sample_library import write_library
from workbench.domain.actors import OWNER
from workbench.domain.jobs import Job
from workbench.services.workbench import Workbench
from workbench.settings import Settings

if "PYTEST_XDIST_WORKER" in os.environ:
    # Two processes that each compute on all cores wait for one another.
    os.environ["OMP_NUM_THREADS"] = "1"

CONTRACT = """# 采购协议

## 第一章 总则

第一条 本协议适用于设备采购。

## 第二章 违约责任

第二条 乙方迟延交付的,每迟延一日支付违约金万分之八。

第三条 甲方逾期付款的,乙方可以暂停发货。
"""
MANUAL = """# User manual

## 1 Network

### 1.1 MAC address

Call GetMacAddr to read the MAC address of the device.

### 1.2 Password

Press the reset button for ten seconds to clear the password.
"""


@pytest.fixture
def reranker() -> CountingReranker:
    return CountingReranker()


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def bench(
    tmp_path: Path, reranker: CountingReranker, embedder: HashEmbedder
) -> Iterator[Workbench]:
    # Imported here so that a room can be tested without the whole house.
    from workbench.assembly import build

    made = build(Settings(home=tmp_path / "home"), reranker=reranker, embedder=embedder)
    yield made
    made.close()


@pytest.fixture
def filled(bench: Workbench) -> Workbench:
    """A workbench whose first corpus holds a Chinese contract and an English manual."""
    corpus = bench.corpora.list(OWNER)[0].corpus_id
    for name, text in (("采购协议.md", CONTRACT), ("manual.md", MANUAL)):
        upload = bench.uploads.ingest_now(OWNER, corpus, name, text.encode())
        assert upload.job is not None and upload.job.state == "done", upload.job
    bench.embedding.now(OWNER, corpus)
    return bench


@pytest.fixture
def labelled(
    tmp_path: Path, reranker: CountingReranker, embedder: HashEmbedder
) -> Iterator[Workbench]:
    """A workbench of its own with a small sample library: its labels are in, its vectors made."""
    from workbench.assembly import build

    samples = write_library(tmp_path / "samples" / "returns").parent
    settings = Settings(home=tmp_path / "labelled", samples=samples)
    made = build(settings, reranker=reranker, embedder=embedder)
    made.samples.load(OWNER, "returns", "zh")
    deadline = time.monotonic() + 60
    while any(job.active for job in made.jobs.list(OWNER)) and time.monotonic() < deadline:
        time.sleep(0.02)
    yield made
    made.close()


@pytest.fixture
def wait_for(bench: Workbench) -> Callable[[str], Job]:
    """Waits until a job has ended."""

    def wait(job_id: str, seconds: float = 60.0) -> Job:
        deadline = time.monotonic() + seconds
        while (job := bench.jobs.get(OWNER, job_id)).active and time.monotonic() < deadline:
            time.sleep(0.02)
        return job

    return wait
