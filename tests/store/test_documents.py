from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.store.samples import rich_reading
from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.documents import Join, PageSpan, Reading, Removed, SlicePolicy
from workbench.domain.errors import Conflict, InvalidInput, NotFound
from workbench.domain.experiments import canonical_json
from workbench.store.corpora import CorpusRepository

Make = Callable[..., Reading]


def test_everything_that_was_read_comes_back(corpora: CorpusRepository, corpus_id: str) -> None:
    reading = rich_reading("D1")
    document = corpora.put_reading(corpus_id, "D1", "文件 👩‍⚖️.pdf", reading, language="mixed")
    assert corpora.edition("D1") == reading.edition
    assert corpora.edition("D1", reading.edition.edition_id) == reading.edition
    assert corpora.outline("D1") == reading.sections
    assert corpora.chunks_of_document("D1") == reading.chunks
    assert corpora.document("D1") == document == corpora.documents(corpus_id)[0]
    assert (document.name, document.sha256) == ("文件 👩‍⚖️.pdf", reading.edition.sha256)
    assert (document.pages, document.chunks, document.size) == (2, 1, 12)
    assert (document.kind, document.language, document.deleted_at) == ("pdf", "mixed", None)
    assert document.notices == reading.edition.notices


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_reading_may_have_no_chunk_one_or_two(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make, number: int
) -> None:
    texts = ["甲", "乙"][:number]
    document = corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", texts))
    assert document.chunks == number
    assert document.pages is None  # a text has no pages
    assert [chunk.text for chunk in corpora.chunks_of_document("D1")] == texts
    assert len(corpora.outline("D1")) == number + 1
    assert corpora.generation(corpus_id) == 1


def test_the_language_is_that_of_the_text_unless_it_is_given(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    english = make_reading("D1", ["The buyer pays the price in full."])
    assert corpora.put_reading(corpus_id, "D1", "a", english).language == "en"
    chinese = make_reading("D2", ["买方应当支付全部价款。"])
    assert corpora.put_reading(corpus_id, "D2", "b", chinese).language == "zh"


def test_a_new_edition_replaces_its_own_chunks_and_leaves_other_documents(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    old = make_reading("D1", ["甲", "乙", "丙"])
    new = make_reading("D1", ["甲", "丁"])
    other = make_reading("D2", ["戊", "己"])
    first = corpora.put_reading(corpus_id, "D1", "a.txt", old)
    corpora.put_reading(corpus_id, "D2", "b.txt", other)
    second = corpora.put_reading(corpus_id, "D1", "a neu.txt", new)
    assert corpora.chunks_of_document("D1") == new.chunks
    assert corpora.chunks_of_document("D2") == other.chunks
    assert corpora.outline("D1") == new.sections
    assert corpora.outline("D2") == other.sections
    assert corpora.edition("D1") == new.edition
    assert corpora.edition("D1", old.edition.edition_id) == old.edition
    assert (second.created_at, second.name) == (first.created_at, "a neu.txt")
    assert [d.document_id for d in corpora.documents(corpus_id)] == ["D1", "D2"]
    assert corpora.generation(corpus_id) == 3
    gone = [chunk.chunk_id for chunk in old.chunks[1:]]
    assert corpora.texts(corpus_id, gone) == {}


def test_an_older_edition_can_become_the_present_one_again(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    old, new = make_reading("D1", ["甲", "乙"]), make_reading("D1", ["丙"])
    for reading in (old, new, old):
        corpora.put_reading(corpus_id, "D1", "a.txt", reading)
    assert corpora.chunks_of_document("D1") == old.chunks
    assert corpora.edition("D1") == old.edition
    assert corpora.edition("D1", new.edition.edition_id) == new.edition


def test_slicing_again_keeps_the_edition_and_changes_what_is_derived(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    first = make_reading("D1", ["甲", "乙"], removed=(Removed(0, 1, "running_line"),))
    again = replace(
        first,
        edition=replace(
            first.edition, removed=(), joins=(Join(1, ""),), pages=(PageSpan(1, 0, 3),)
        ),
        sections=first.sections[:2],
        chunks=first.chunks[:1],
    )
    corpora.put_reading(corpus_id, "D1", "a.txt", first)
    document = corpora.put_reading(corpus_id, "D1", "a.txt", again)
    assert corpora.edition("D1") == again.edition
    assert corpora.outline("D1") == again.sections
    assert corpora.chunks_of_document("D1") == again.chunks
    assert (document.pages, document.chunks) == (1, 1)


def test_the_same_file_twice_is_refused_among_live_documents_of_a_corpus(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["甲"]))
    twin = make_reading("D2", ["甲"])
    with pytest.raises(Conflict) as caught:
        corpora.put_reading(corpus_id, "D2", "b.txt", twin)
    assert (caught.value.code, caught.value.params) == ("document_duplicate", {"document": "a.txt"})
    assert corpora.document("D2") is None
    assert corpora.generation(corpus_id) == 1  # the refused one counted nothing
    other = corpora.create("别的", "local", SlicePolicy()).corpus_id
    corpora.put_reading(other, "D3", "b.txt", make_reading("D3", ["甲"]))
    corpora.delete_document("D1")
    corpora.put_reading(corpus_id, "D2", "b.txt", twin)
    with pytest.raises(Conflict) as caught:
        corpora.restore_document("D1")
    assert caught.value.params == {"document": "b.txt"}


def test_duplicates_and_names_are_found_among_live_documents(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    old, new = make_reading("D1", ["甲"]), make_reading("D1", ["乙"])
    assert corpora.find_duplicate(corpus_id, old.edition.sha256) is None
    assert corpora.find_by_name(corpus_id, "a.txt") is None
    corpora.put_reading(corpus_id, "D1", "a.txt", old)
    document = corpora.put_reading(corpus_id, "D1", "a.txt", new)
    assert corpora.find_duplicate(corpus_id, new.edition.sha256) == document
    assert (
        corpora.find_duplicate(corpus_id, old.edition.sha256) is None
    )  # no longer the present one
    assert corpora.find_by_name(corpus_id, "a.txt") == document
    assert corpora.find_by_name("another corpus", "a.txt") is None
    corpora.delete_document("D1")
    assert corpora.find_duplicate(corpus_id, new.edition.sha256) is None
    assert corpora.find_by_name(corpus_id, "a.txt") is None


def test_a_deleted_document_is_not_found_and_comes_back_whole(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    reading = make_reading("D1", ["甲", "乙"])
    before = corpora.put_reading(corpus_id, "D1", "a.txt", reading)
    other = corpora.put_reading(corpus_id, "D2", "b.txt", make_reading("D2", ["丙"]))
    corpora.delete_document("D1")
    assert corpora.documents(corpus_id) == (other,)
    (gone,) = corpora.documents(corpus_id, deleted=True)
    assert gone == corpora.document("D1")
    assert replace(gone, deleted_at=None) == before
    assert gone.deleted_at > gone.created_at
    assert corpora.chunks_of_document("D1") == ()
    assert [row.document_id for row in corpora.index_rows(corpus_id)] == ["D2"]
    assert corpora.generation(corpus_id) == 3
    corpora.delete_document("D1")  # nothing changes, so nothing is counted
    assert corpora.generation(corpus_id) == 3
    with pytest.raises(NotFound):
        corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["新"]))
    corpora.restore_document("D1")
    corpora.restore_document("D1")
    assert corpora.document("D1") == before
    assert corpora.chunks_of_document("D1") == reading.chunks
    assert corpora.generation(corpus_id) == 4


def test_a_document_stays_in_its_corpus(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    other = corpora.create("别的", "local", SlicePolicy()).corpus_id
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["甲"]))
    with pytest.raises(Conflict) as caught:
        corpora.put_reading(other, "D1", "a.txt", make_reading("D1", ["乙"]))
    assert caught.value.code == "document_elsewhere"
    assert corpora.generation(other) == 0


def test_what_is_unknown_is_told(corpora: CorpusRepository, make_reading: Make) -> None:
    for act in (corpora.edition, corpora.delete_document, corpora.restore_document):
        with pytest.raises(NotFound) as caught:
            act("nowhere")
        assert caught.value.params == {"document": "nowhere"}
    assert corpora.document("nowhere") is None
    assert corpora.outline("nowhere") == ()
    assert corpora.documents("nowhere") == ()
    with pytest.raises(NotFound) as caught:
        corpora.put_reading("nowhere", "D1", "a.txt", make_reading("D1"))
    assert caught.value.code == "corpus_unknown"


def test_an_edition_that_was_never_read_is_told(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1"))
    with pytest.raises(NotFound):
        corpora.edition("D1", "another edition")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_none_keeps_the_whole_document_out(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make, number: float
) -> None:
    sound = make_reading("D1")
    notice = replace(rich_reading("D1").edition.notices[0], params={"share": number})
    edition = replace(sound.edition, notices=(notice,))
    with pytest.raises(InvalidInput) as caught:
        corpora.put_reading(corpus_id, "D1", "a.txt", replace(sound, edition=edition))
    assert caught.value.code == "not_finite"
    assert corpora.documents(corpus_id) == ()
    assert corpora.generation(corpus_id) == 0
    with pytest.raises(InvalidInput):
        canonical_json({"share": number})


def test_chosen_columns_are_kept_with_the_document_until_others_come(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    chosen = ColumnMap((SheetColumns("表", "题", ("解",), ("类",), ("号",)),))
    kept = corpora.put_reading(corpus_id, "D1", "a.csv", make_reading("D1"), columns=chosen)
    assert kept.columns == chosen
    found = corpora.document("D1")
    assert found is not None and found.columns == chosen
    assert corpora.put_reading(corpus_id, "D1", "a.csv", make_reading("D1")).columns is None


def test_a_file_is_held_as_long_as_an_edition_is_made_of_it(
    corpora: CorpusRepository, corpus_id: str, make_reading: Make
) -> None:
    first = make_reading("D1")
    assert not corpora.holds_file(first.edition.sha256)
    corpora.put_reading(corpus_id, "D1", "a.txt", first)
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["别的"]))
    corpora.delete_document("D1")
    assert corpora.holds_file(first.edition.sha256)
