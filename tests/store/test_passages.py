from collections.abc import Callable

import pytest
from sqlalchemy import event

from tests.store.samples import rich_reading
from workbench.domain.documents import Reading
from workbench.domain.errors import NotFound
from workbench.domain.identity import text_hash
from workbench.store.corpora import CorpusRepository
from workbench.store.database import Database
from workbench.store.rows import Counts, Neighbours

Make = Callable[..., Reading]


def test_rows_for_an_index_stand_by_document_then_in_reading_order(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    # Z was put first: time decides, not the identifier.
    late = make_reading("Z", ["甲", "乙"])
    early = make_reading("A", ["丙"])
    corpora.put_reading(corpus_id, "Z", "z.txt", late)
    corpora.put_reading(corpus_id, "A", "a.txt", early)
    rows = corpora.index_rows(corpus_id)
    assert [(r.document_id, r.document) for r in rows] == [
        ("Z", "z.txt"),
        ("Z", "z.txt"),
        ("A", "a.txt"),
    ]
    chunks = (*late.chunks, *early.chunks)
    assert [r.chunk_id for r in rows] == [c.chunk_id for c in chunks]
    assert [r.reads for r in rows] == [c.reads for c in chunks]
    assert [r.text_hash for r in rows] == [text_hash(c.reads) for c in chunks]
    assert [(r.section_key, r.language, r.kind) for r in rows][0] == ("t1", "zh", "article")
    snapshot = corpora.snapshot(corpus_id)
    assert (snapshot.generation, snapshot.rows) == (2, rows)


def test_a_new_edition_leaves_the_document_at_its_place(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["甲"]))
    corpora.put_reading(corpus_id, "D2", "b.txt", make_reading("D2", ["乙"]))
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["丙"]))
    reads = [row.reads for row in corpora.index_rows(corpus_id)]
    assert reads == ["合同.txt › 丙\n丙", "合同.txt › 乙\n乙"]


def test_an_empty_corpus_has_no_rows(corpora: CorpusRepository, corpus_id: str) -> None:
    assert corpora.index_rows(corpus_id) == ()
    assert corpora.texts(corpus_id, []) == {}
    assert corpora.counts(corpus_id) == Counts(0, 0, 0)


def test_texts_come_in_the_order_asked_without_those_that_are_unknown(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    reading = rich_reading("D1")
    other = make_reading("D2", ["甲"])
    corpora.put_reading(corpus_id, "D1", "文件.pdf", reading)
    corpora.put_reading(corpus_id, "D2", "b.txt", other)
    wanted = [other.chunks[0].chunk_id, "unknown", reading.chunks[0].chunk_id]
    found = corpora.texts(corpus_id, [*wanted, *wanted])
    assert list(found) == [wanted[0], wanted[2]]
    view = found[wanted[2]]
    assert view.chunk == reading.chunks[0]
    assert (view.corpus_id, view.document_id, view.document) == (corpus_id, "D1", "文件.pdf")
    assert view.edition_id == reading.edition.edition_id
    assert corpora.texts("another corpus", wanted) == {}


def test_many_texts_take_few_statements(
    corpora: CorpusRepository, corpus_id: str, database: Database, make_reading: Make
) -> None:
    reading = make_reading("D1", [f"第{n}条" for n in range(300)])
    corpora.put_reading(corpus_id, "D1", "a.txt", reading)
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    wanted = [c.chunk_id for c in reading.chunks] + [f"unknown {n}" for n in range(25_000)]
    assert len(corpora.texts(corpus_id, wanted)) == 300
    assert len([one for one in statements if one.startswith("SELECT")]) == 3


def test_neighbours_stand_before_and_after_in_the_document(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    reading = make_reading("D1", ["甲", "乙", "丙"])
    corpora.put_reading(corpus_id, "D1", "a.txt", reading)
    corpora.put_reading(corpus_id, "D2", "b.txt", make_reading("D2", ["丁"]))
    first, middle, last = (chunk.chunk_id for chunk in reading.chunks)
    beside = corpora.neighbours(corpus_id, middle)
    assert (beside.before.chunk, beside.after.chunk) == (reading.chunks[0], reading.chunks[2])
    assert beside.after.document == "a.txt"
    assert corpora.neighbours(corpus_id, first).before is None
    assert corpora.neighbours(corpus_id, last).after is None
    only = corpora.index_rows(corpus_id)[-1].chunk_id
    assert corpora.neighbours(corpus_id, only) == Neighbours(None, None)
    corpora.delete_document("D1")
    with pytest.raises(NotFound) as caught:
        corpora.neighbours(corpus_id, middle)
    assert (caught.value.code, caught.value.params) == ("chunk_unknown", {"chunk": middle})


def test_counts_add_up_tokens(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    # the samples count one token a character
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["甲乙", "丙"]))
    corpora.put_reading(corpus_id, "D2", "b.txt", make_reading("D2", ["丁"]))
    assert corpora.counts(corpus_id) == Counts(documents=2, chunks=3, tokens=4)
    corpora.delete_document("D1")
    assert corpora.counts(corpus_id) == Counts(documents=1, chunks=1, tokens=1)
    assert corpora.counts("nowhere") == Counts(0, 0, 0)


def test_an_unknown_corpus_is_told(corpora: CorpusRepository) -> None:
    for read in (corpora.snapshot, corpora.index_rows, corpora.generation):
        with pytest.raises(NotFound) as caught:
            read("nowhere")
        assert (caught.value.code, caught.value.params) == ("corpus_unknown", {"name": "nowhere"})


def test_findable_documents_stand_by_time_and_every_reading_is_a_version(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    assert corpora.findable(corpus_id).documents == ()
    corpora.put_reading(corpus_id, "Z", "z.txt", make_reading("Z", ["甲"]))
    corpora.put_reading(corpus_id, "A", "a.txt", make_reading("A", ["乙"]))
    first = corpora.findable(corpus_id)
    assert (first.generation, [d.document_id for d in first.documents]) == (2, ["Z", "A"])
    # The same file is read again, say with another length of chunks: the edition is the same.
    corpora.put_reading(corpus_id, "Z", "z.txt", make_reading("Z", ["甲"]))
    second = corpora.findable(corpus_id)
    assert [d.document_id for d in second.documents] == ["Z", "A"]
    assert second.documents[0].version != first.documents[0].version
    assert second.documents[1] == first.documents[1]
    corpora.delete_document("Z")
    assert corpora.findable(corpus_id).documents == second.documents[1:]
    corpora.restore_document("Z")
    assert corpora.findable(corpus_id).documents == second.documents
    with pytest.raises(NotFound):
        corpora.findable("none")


def test_the_rows_of_some_documents(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    for name in ("D1", "D2", "D3"):
        corpora.put_reading(corpus_id, name, f"{name}.txt", make_reading(name, [name, "x" + name]))
    corpora.put_reading(corpus_id, "D4", "leer.txt", make_reading("D4", []))
    corpora.delete_document("D3")
    rows = corpora.index_rows(corpus_id)
    found = corpora.rows_of_documents(corpus_id, ["D4", "D2", "D3", "none"])
    assert [(one.document.document_id, one.name) for one in found] == [
        ("D2", "D2.txt"),
        ("D4", "leer.txt"),
    ]
    assert found[0].rows == rows[2:4]
    assert found[1].rows == ()
    assert found[0].document == corpora.findable(corpus_id).documents[1]
    assert sorted(corpora.text_hashes(corpus_id)) == sorted(row.text_hash for row in rows)
    assert corpora.text_hashes("none") == ()
