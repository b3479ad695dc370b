"""A large change of an index is made behind the questions, and switched when it is whole."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CONTRACT, MANUAL
from tests.services.test_indexes import CountingAnalyzer, add, answers, indexes
from workbench.domain.actors import OWNER
from workbench.domain.errors import Conflict
from workbench.recall.analyzer import MixedAnalyzer
from workbench.services import indexes as module
from workbench.services import renewal
from workbench.services.indexes import Indexes
from workbench.services.renewal import Renewal
from workbench.services.workbench import Workbench
from workbench.settings import Settings


@pytest.fixture(autouse=True)
def _every_change_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (module, renewal):
        monkeypatch.setattr(each, "DEFERRED_FROM", 1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    from workbench.assembly import build

    made = build(Settings(home=tmp_path / "home", threads=1))
    yield made
    made.close()


@pytest.fixture
def corpus(bench: Workbench) -> str:
    corpus_id = bench.corpora.list(OWNER)[0].corpus_id
    add(bench, corpus_id, "采购协议.md", CONTRACT)
    add(bench, corpus_id, "手册.md", MANUAL)
    indexes(bench, MixedAnalyzer()).get(corpus_id)
    return corpus_id


class Waiting(CountingAnalyzer):
    """Analyses nothing before it is let go on."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.go = threading.Event()

    def tokens(self, text: str, *, query: bool = False) -> list[str]:
        if not query:
            assert self.go.wait(30)
        return super().tokens(text, query=query)


def _renewal(bench: Workbench, own: Indexes) -> Renewal:
    made = Renewal(bench.search._corpora, own, bench.jobs)
    made.begin()
    return made


def _finish(bench: Workbench, job_id: str) -> str:
    for _ in range(600):
        job = bench.jobs.get(OWNER, job_id)
        if not job.active:
            return job.state
        threading.Event().wait(0.05)
    raise AssertionError("the job does not end")


def test_the_index_before_answers_until_the_new_one_is_whole(bench: Workbench, corpus: str) -> None:
    expected = answers(indexes(bench, MixedAnalyzer()).get(corpus))
    analyzer = Waiting("-next")
    own = indexes(bench, analyzer)
    made = _renewal(bench, own)
    assert answers(own.get(corpus)) == expected
    assert own.renewing(corpus)
    job = made.later(OWNER, corpus)
    assert job.active
    assert answers(own.get(corpus)) == expected
    assert analyzer.read == 0
    analyzer.go.set()
    assert _finish(bench, job.job_id) == "done"
    chunks = len(own.get(corpus))
    assert analyzer.read == chunks > 0
    assert not own.renewing(corpus)
    assert answers(own.get(corpus)) == expected
    after = CountingAnalyzer("-next")
    assert answers(indexes(bench, after).get(corpus)) == expected
    assert after.read == 0


def test_what_was_deleted_is_not_in_the_index_that_stands_in(bench: Workbench, corpus: str) -> None:
    analyzer = Waiting("-next")
    own = indexes(bench, analyzer)
    _renewal(bench, own)
    before = len(own.get(corpus))
    document = bench.corpora.documents(OWNER, corpus)[0]
    bench.corpora.delete_document(OWNER, document.document_id)
    left = own.get(corpus)
    assert 0 < len(left) < before
    assert own.renewing(corpus)
    analyzer.go.set()


def test_where_nothing_can_stand_in_the_question_waits(bench: Workbench, corpus: str) -> None:
    expected = answers(indexes(bench, MixedAnalyzer()).get(corpus))
    own = indexes(bench, CountingAnalyzer())
    _renewal(bench, own)
    (own._shelf.folder(corpus)._path / "manifest.json").write_text("{", encoding="utf-8")
    assert answers(own.get(corpus)) == expected
    assert not own.renewing(corpus)


def test_what_ends_the_work_leaves_everything_as_it_was(bench: Workbench, corpus: str) -> None:
    own = indexes(bench, CountingAnalyzer("-next"))

    def stop(done: int) -> None:
        raise Conflict("cancelled")

    folder = own._shelf.folder(corpus)
    held = sorted(path.name for path in folder._path.iterdir())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.services.index_segments.WATCHED_EVERY", 1)
        with pytest.raises(Conflict):
            own.renew(corpus, stop)
    assert sorted(path.name for path in folder._path.iterdir()) == held
    assert len(indexes(bench, MixedAnalyzer()).get(corpus)) > 0


def test_a_start_queues_what_lacks_much_and_only_once(bench: Workbench, corpus: str) -> None:
    made = _renewal(bench, indexes(bench, CountingAnalyzer("-next")))
    assert made.catch_up(OWNER) == 1
    assert made.catch_up(OWNER) == 0
    (job,) = bench.jobs.list(OWNER, kind="index")
    assert _finish(bench, job.job_id) == "done"
    fresh = _renewal(bench, indexes(bench, CountingAnalyzer("-next")))
    assert fresh.catch_up(OWNER) == 0


def test_a_search_says_that_the_index_is_being_made(bench: Workbench, corpus: str) -> None:
    analyzer = Waiting("-next")
    own = indexes(bench, analyzer)
    made = _renewal(bench, own)
    bench.search._indexes = own
    codes = [one.code for one in bench.search.pool(OWNER, (corpus,), "违约金").notices]
    assert "index_renewing" in codes
    analyzer.go.set()
    _finish(bench, made.later(OWNER, corpus).job_id)
    codes = [one.code for one in bench.search.pool(OWNER, (corpus,), "违约金").notices]
    assert "index_renewing" not in codes
