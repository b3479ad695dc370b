"""Jobs say how far they are, how long they take, and how they ended."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from workbench.domain.actors import OWNER
from workbench.domain.documents import Notice
from workbench.domain.jobs import Job
from workbench.services.workbench import Workbench
from workbench.ui.jobs import icon_of, outcome, progress_text, seconds_left, title

NOON = "2026-01-01T12:00:00Z"
LATER = datetime(2026, 1, 1, 12, 0, 20, tzinfo=UTC)
JOB = Job(
    job_id="j",
    kind="ingest",
    key="k",
    owner="local",
    params={"name": "合同.pdf"},
    state="running",
    done=50,
    total=250,
    stage="reading",
    outcome=None,
    created_at=NOON,
    started_at=NOON,
)


@pytest.mark.parametrize(
    ("done", "total", "left"), [(50, 250, 80.0), (250, 250, 0.0), (0, 250, None), (5, 0, None)]
)
def test_the_time_left_follows_the_pace(done: int, total: int, left: float | None) -> None:
    assert seconds_left(replace(JOB, done=done, total=total), LATER) == left


def test_a_job_without_a_start_has_no_pace() -> None:
    assert seconds_left(replace(JOB, started_at=None), LATER) is None


def test_progress_names_pages() -> None:
    assert progress_text(JOB, "zh").startswith("第 50 / 250 页，约剩")
    assert progress_text(replace(JOB, state="queued"), "en") == "waiting"


def test_an_ended_job_names_its_file(bench: Workbench) -> None:
    failed = replace(JOB, state="failed", outcome=Notice("locked"))
    assert outcome(bench, failed, "zh").startswith("《合同.pdf》没有导入：文件有打开密码")
    scan = replace(JOB, state="done", outcome=Notice("needs_ocr", {"pages": 8, "of": 8}))
    assert outcome(bench, scan, "en").startswith("“合同.pdf”: Every page is a scan")
    added = Notice("document_added", {"name": "合同.pdf", "chunks": 3, "document": "d"})
    assert outcome(bench, replace(JOB, state="done", outcome=added), "zh").count("合同.pdf") == 1
    assert "合同.pdf" in outcome(bench, replace(JOB, state="cancelled"), "en")
    assert icon_of(scan) != icon_of(replace(JOB, state="done", outcome=added))


def test_titles_name_libraries_and_shorten_questions(bench: Workbench) -> None:
    corpus = bench.corpora.list(OWNER)[0]
    embed = replace(JOB, kind="embed", params={"corpus": corpus.corpus_id})
    assert title(bench, embed, "en") == "Indexing “My files” by meaning"
    gone = replace(JOB, kind="embed", params={"corpus": "nowhere"})
    assert "已删除的知识库" in title(bench, gone, "zh")
    asked = replace(JOB, kind="rerank", params={"query": "问" * 500})
    assert len(title(bench, asked, "zh")) < 120


def test_indexing_by_meaning_says_its_pace() -> None:
    # 50 of 250 in 20 seconds.
    job = replace(JOB, kind="embed", stage="embedding", started_at=None)
    assert progress_text(job, "en") == "passage 50 of 250"
    started = (datetime.now(UTC) - timedelta(seconds=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = progress_text(replace(job, started_at=started), "en")
    # Less than 2.5 a second, for the time that the test itself has taken.
    assert re.match(r"passage 50 of 250 at [12]\.\d a second, about ", told), told
