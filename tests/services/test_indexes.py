"""The index of a corpus changes by what changed, lies on disk, and answers as a fresh one."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import CONTRACT, MANUAL
from workbench.domain.actors import OWNER
from workbench.domain.documents import SlicePolicy
from workbench.domain.queries import Narrowing, Query
from workbench.logbook import Logbook
from workbench.recall import holdings
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.entries import Entry
from workbench.recall.index import CorpusIndex
from workbench.services.indexes import Indexes
from workbench.services.workbench import Workbench
from workbench.settings import Settings

QUESTIONS = ("违约金 迟延交付", "GetMacAddr", "payment 付款 device", "第三条")


class CountingAnalyzer(MixedAnalyzer):
    def __init__(self, version: str = "") -> None:
        self.read = 0
        self.version = version

    @property
    def id(self) -> str:
        return super().id + self.version

    def tokens(self, text: str, *, query: bool = False) -> list[str]:
        self.read += not query
        return super().tokens(text, query=query)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    from workbench.assembly import build

    made = build(Settings(home=tmp_path / "home", threads=1))
    yield made
    made.close()


@pytest.fixture
def corpus(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def add(bench: Workbench, corpus: str, name: str, text: str) -> str:
    bench.uploads.ingest_now(OWNER, corpus, name, text.encode())
    return next(d.document_id for d in bench.corpora.documents(OWNER, corpus) if d.name == name)


def indexes(bench: Workbench, analyzer: MixedAnalyzer, bm25: str = "postings") -> Indexes:
    """Indexes of another process, so to say: nothing in memory, the same files on disk."""
    own = bench.search._indexes
    return Indexes(
        own._corpora,
        own._vectors,
        analyzer,
        lambda: None,
        bench.log,
        own._shelf._path,
        bm25=bm25,  # type: ignore[arg-type]
    )


def answers(index: CorpusIndex) -> list[list[tuple[str, float]]]:
    return [
        [
            (one.chunk_id, round(one.hits[0].score, 9))
            for one in index.recall(Query.of(text), 50, "bm25", Narrowing()).candidates
        ]
        for text in QUESTIONS
    ]


def fresh(bench: Workbench, corpus: str) -> CorpusIndex:
    rows = bench.search._indexes._corpora.index_rows(corpus)
    entries = [
        Entry(r.chunk_id, r.document_id, r.document, r.language, r.kind, r.reads, r.text_hash)
        for r in rows
    ]
    return build_index(entries, {}, MixedAnalyzer(), generation=0)


def events(log: Logbook, name: str) -> list[str]:
    return [line for line in log.tail() if f'"{name}"' in line]


def test_every_change_answers_as_a_fresh_index_and_analyses_what_is_new(
    bench: Workbench, corpus: str
) -> None:
    analyzer = CountingAnalyzer()
    kept = indexes(bench, analyzer)
    assert len(kept.get(corpus)) == 0
    contract = add(bench, corpus, "采购协议.md", CONTRACT)
    manual = add(bench, corpus, "manual.md", MANUAL)
    first = kept.get(corpus)
    assert analyzer.read == len(first) == 3
    assert answers(first) == answers(fresh(bench, corpus))

    third = add(bench, corpus, "note.md", "# 备忘\n\n第三条 违约金为合同价款的百分之五。")
    second = kept.get(corpus)
    assert analyzer.read == len(second) == len(first) + 1
    assert len(second.holdings.parts) == 2
    assert answers(second) == answers(fresh(bench, corpus))

    bench.corpora.delete_document(OWNER, contract)
    assert answers(kept.get(corpus)) == answers(fresh(bench, corpus))
    bench.corpora.restore_document(OWNER, contract)
    assert answers(kept.get(corpus)) == answers(second)
    # Of another edition only the passages that differ are analysed.
    before = analyzer.read
    assert add(bench, corpus, "manual.md", MANUAL + "\n\nWarranty: two years.\n") == manual
    assert answers(kept.get(corpus)) == answers(fresh(bench, corpus))
    assert 1 <= analyzer.read - before < len(first)
    # A snapshot that somebody holds is what it was.
    assert len(first) == len(second) - 1
    assert {third, manual, contract} == {
        d.document_id for d in kept._corpora.findable(corpus).documents
    }


def test_a_document_that_is_sliced_anew_is_indexed_anew(bench: Workbench, corpus: str) -> None:
    kept = indexes(bench, CountingAnalyzer())
    document = add(bench, corpus, "采购协议.md", CONTRACT)
    whole = kept.get(corpus)
    corpora = kept._corpora
    edition = corpora.edition(document)
    sections, chunks = corpora.outline(document), corpora.chunks_of_document(document)
    from workbench.domain.documents import Reading

    one = [replace(chunks[0], prefix="另一个题目")]
    time.sleep(0.001)
    corpora.put_reading(
        corpus, document, "采购协议.md", Reading(edition, "t", sections, tuple(one))
    )
    assert len(whole) > len(kept.get(corpus)) == 1
    assert answers(kept.get(corpus)) == answers(fresh(bench, corpus))
    assert SlicePolicy() == corpora.get(corpus).policy  # type: ignore[union-attr]


def test_a_start_on_an_index_maps_it_and_analyses_nothing(bench: Workbench, corpus: str) -> None:
    add(bench, corpus, "采购协议.md", CONTRACT)
    first = indexes(bench, CountingAnalyzer()).get(corpus)
    analyzer = CountingAnalyzer()
    again = indexes(bench, analyzer)
    assert answers(again.get(corpus)) == answers(first)
    assert analyzer.read == 0
    # The other process sees a change of this one without analysing it a second time.
    add(bench, corpus, "manual.md", MANUAL)
    assert answers(again.get(corpus)) == answers(fresh(bench, corpus))
    other = CountingAnalyzer()
    assert answers(indexes(bench, other).get(corpus)) == answers(fresh(bench, corpus))
    assert other.read == 0


@pytest.mark.parametrize("harm", ["cut", "manifest", "gone"])
def test_a_damaged_index_is_made_anew_and_the_log_says_why(
    bench: Workbench, corpus: str, harm: str
) -> None:
    add(bench, corpus, "采购协议.md", CONTRACT)
    expected = answers(indexes(bench, MixedAnalyzer()).get(corpus))
    folder = bench.settings.home / "indexes" / corpus
    postings = next(folder.glob("seg-*")) / "documents.npy"
    if harm == "cut":
        postings.write_bytes(postings.read_bytes()[:-1])
    elif harm == "gone":
        postings.unlink()
    else:
        (folder / "manifest.json").write_text("{")
    assert answers(indexes(bench, MixedAnalyzer()).get(corpus)) == expected
    assert any("damaged" in line for line in events(bench.log, "index_not_usable"))
    analyzer = CountingAnalyzer()
    assert answers(indexes(bench, analyzer).get(corpus)) == expected
    assert analyzer.read == 0


def test_an_index_of_other_rules_is_made_anew(bench: Workbench, corpus: str) -> None:
    add(bench, corpus, "采购协议.md", CONTRACT)
    indexes(bench, MixedAnalyzer()).get(corpus)
    analyzer = CountingAnalyzer("-next")
    made = indexes(bench, analyzer).get(corpus)
    assert analyzer.read == len(made) > 0
    assert any('"analyzer"' in line for line in events(bench.log, "index_not_usable"))


def test_a_disk_that_takes_nothing_leaves_an_index_in_memory(
    bench: Workbench, corpus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(bench, corpus, "采购协议.md", CONTRACT)
    kept = indexes(bench, MixedAnalyzer())

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("workbench.recall.index_folder.save_arrays", full)
        assert answers(kept.get(corpus)) == answers(fresh(bench, corpus))
        assert events(bench.log, "index_not_saved")
    add(bench, corpus, "manual.md", MANUAL)
    assert answers(kept.get(corpus)) == answers(fresh(bench, corpus))
    analyzer = CountingAnalyzer()
    indexes(bench, analyzer).get(corpus)
    assert analyzer.read == 0


def test_many_small_segments_are_merged_in_the_background(
    bench: Workbench, corpus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "MOST_SEGMENTS", 3)
    kept = indexes(bench, CountingAnalyzer())
    for at in range(8):
        add(bench, corpus, f"{at}.md", f"# {at}\n\n第三条 违约金 {at} payment")
        found = answers(kept.get(corpus))
        assert found == answers(fresh(bench, corpus))
    kept.close()
    kept.merge(corpus)
    assert len(kept.get(corpus).holdings.parts) <= 3
    assert answers(kept.get(corpus)) == answers(fresh(bench, corpus))
    assert events(bench.log, "index_merged")
    analyzer = CountingAnalyzer()
    assert answers(indexes(bench, analyzer).get(corpus)) == answers(fresh(bench, corpus))
    assert analyzer.read == 0
    folder = bench.settings.home / "indexes" / corpus
    assert len(list(folder.glob("seg-*"))) <= 4


def test_the_reference_answers_alike_over_the_same_segments(bench: Workbench, corpus: str) -> None:
    kept = indexes(bench, MixedAnalyzer())
    for name, text in (("采购协议.md", CONTRACT), ("manual.md", MANUAL)):
        add(bench, corpus, name, text)
        kept.get(corpus)
    reference = indexes(bench, MixedAnalyzer(), "rank_bm25").get(corpus)
    assert [sorted(a) for a in answers(reference)] == [sorted(a) for a in answers(kept.get(corpus))]


def test_threads_ask_while_the_corpus_grows(bench: Workbench, corpus: str) -> None:
    kept = indexes(bench, MixedAnalyzer())
    add(bench, corpus, "采购协议.md", CONTRACT)
    failures: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                answers(kept.get(corpus))
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(4):
        add(bench, corpus, f"{at}.md", f"# {at}\n\n第三条 违约金 {at}")
    done.set()
    for thread in threads:
        thread.join()
    kept.close()
    assert failures == []
    assert answers(kept.get(corpus)) == answers(fresh(bench, corpus))
