"""Where Qwen3's weights are here but did not answer, it is offered in the background."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CONTRACT
from tests.doubles import HashEmbedder
from tests.models.conftest import save_qwen3
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from tests.qwen3_tokenizer import qwen3_tokenizer_file
from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.words.say import say

pytestmark = pytest.mark.slow  # a child process loads torch


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A workbench with tiny weights of Qwen3's kind, whose active reranker is the stand-in."""
    from workbench.assembly import build

    weights = save_qwen3(tmp_path / "qwen3")
    shutil.copy(qwen3_tokenizer_file(), weights / "tokenizer.json")
    settings = Settings(
        home=tmp_path / "home",
        model_path=str(weights),
        reranker="embedding",
        max_length=512,
        threads=1,
    )
    made = build(settings, embedder=HashEmbedder())
    corpus = made.corpora.list(OWNER)[0].corpus_id
    made.uploads.ingest_now(OWNER, corpus, "采购协议.md", CONTRACT.encode())
    yield made
    made.close()


def test_the_slow_order_is_offered_followed_and_shown(open_page: Opener, bench: Workbench) -> None:
    at = open_page("search", "zh", search__question="迟延交付的违约金")
    assert_sound(at)
    at.button(key="search.later_button").click().run(timeout=120)
    assert_sound(at)
    (job,) = [job for job in bench.jobs.list(OWNER) if job.kind == "rerank"]
    deadline = time.monotonic() + 120
    while bench.jobs.get(OWNER, job.job_id).active and time.monotonic() < deadline:
        time.sleep(0.1)
    at.run(timeout=120)
    assert_sound(at)
    assert say("ui.later.title", "zh") in [tab.label for tab in at.tabs]
    assert "符合程度（0–1）" in shown(at)


def test_no_download_is_offered_where_weights_are_here(open_page: Opener) -> None:
    assert "model.fetch" not in [button.key for button in open_page("home", "en").button]
