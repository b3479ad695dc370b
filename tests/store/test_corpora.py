from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from workbench.domain.documents import Reading, SlicePolicy
from workbench.domain.errors import Conflict, NotFound
from workbench.store.corpora import CorpusRepository
from workbench.store.database import Database


def test_no_corpus_one_corpus_two(corpora: CorpusRepository) -> None:
    assert corpora.list("local") == ()
    first = corpora.create("b", "local", SlicePolicy())
    assert corpora.list("local") == (first,)
    second = corpora.create("a", "local", SlicePolicy())
    assert corpora.list("local") == (first, second)  # by age, not by name


def test_a_corpus_comes_back_as_it_was_made(corpora: CorpusRepository) -> None:
    policy = SlicePolicy(mode="statute", ignore_bookmarks=True, minimum=1, counter="exact-2")
    made = corpora.create('合同 👩‍⚖️ "x"', "local", policy)
    assert made == corpora.get(made.corpus_id) == corpora.by_name("local", '合同 👩‍⚖️ "x"')
    assert (made.policy, made.generation, made.documents, made.chunks) == (policy, 0, 0, 0)
    # the ticking clock was looked at for the identifier first, then for this
    assert made.created_at == "2023-11-14T22:13:22.000000Z"


def test_names_are_unique_for_an_owner(corpora: CorpusRepository) -> None:
    corpora.create("手册", "local", SlicePolicy())
    corpora.create("手册", "somebody else", SlicePolicy())
    with pytest.raises(Conflict) as caught:
        corpora.create("手册", "local", SlicePolicy())
    assert (caught.value.code, caught.value.params) == ("corpus_exists", {"name": "手册"})
    assert len(corpora.list("local")) == 1


def test_the_database_itself_refuses_two_live_corpora_of_a_name(
    corpora: CorpusRepository, database: Database
) -> None:
    corpora.create("手册", "local", SlicePolicy())
    other = corpora.create("别的", "local", SlicePolicy())
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE corpora SET name = '手册' WHERE corpus_id = ?", (other.corpus_id,)
        )


def test_the_name_of_a_deleted_corpus_can_be_used_again(corpora: CorpusRepository) -> None:
    first = corpora.create("手册", "local", SlicePolicy())
    corpora.delete(first.corpus_id)
    second = corpora.create("手册", "local", SlicePolicy())
    assert corpora.list("local") == (second,)
    assert corpora.list("local", deleted=True) == (first,)
    assert corpora.by_name("local", "手册") == second
    with pytest.raises(Conflict):
        corpora.restore(first.corpus_id)
    corpora.rename(second.corpus_id, "新手册")
    assert corpora.restore(first.corpus_id) == first
    assert [c.name for c in corpora.list("local")] == ["手册", "新手册"]


def test_a_deleted_corpus_is_hidden_with_everything_in_it_until_it_is_restored(
    corpora: CorpusRepository, corpus_id: str, make_reading: Callable[..., Reading]
) -> None:
    reading = make_reading("D1", ["甲", "乙"])
    corpora.put_reading(corpus_id, "D1", "合同.txt", reading)
    before = corpora.get(corpus_id)
    ids = [chunk.chunk_id for chunk in reading.chunks]
    corpora.delete(corpus_id)
    assert corpora.get(corpus_id) is None
    assert corpora.by_name("local", "合同") is None
    assert corpora.texts(corpus_id, ids) == {}
    assert corpora.chunks_of_document("D1") == ()
    for read in (corpora.snapshot, corpora.index_rows, corpora.generation):
        with pytest.raises(NotFound):
            read(corpus_id)
    with pytest.raises(NotFound):
        corpora.put_reading(corpus_id, "D2", "b.txt", make_reading("D2", ["丙"]))
    assert corpora.restore(corpus_id) == before
    assert list(corpora.texts(corpus_id, ids)) == ids


def test_restoring_a_live_corpus_changes_nothing(corpora: CorpusRepository, corpus_id: str) -> None:
    assert corpora.restore(corpus_id) == corpora.get(corpus_id)


def test_a_corpus_can_be_renamed_to_its_own_name(corpora: CorpusRepository, corpus_id: str) -> None:
    assert corpora.rename(corpus_id, "合同").name == "合同"
    corpora.create("手册", "local", SlicePolicy())
    with pytest.raises(Conflict):
        corpora.rename(corpus_id, "手册")
    assert corpora.rename(corpus_id, "合同二").name == "合同二"


def test_the_policy_of_a_corpus_can_be_changed(corpora: CorpusRepository, corpus_id: str) -> None:
    policy = SlicePolicy(mode="qa", maximum=100)
    assert corpora.set_policy(corpus_id, policy).policy == policy


@pytest.mark.parametrize("act", ["delete", "restore", "rename", "set_policy"])
def test_an_unknown_corpus_is_told(corpora: CorpusRepository, act: str) -> None:
    more = {"rename": ("x",), "set_policy": (SlicePolicy(),)}.get(act, ())
    with pytest.raises(NotFound) as caught:
        getattr(corpora, act)("nowhere", *more)
    assert (caught.value.code, caught.value.params) == ("corpus_unknown", {"name": "nowhere"})
    assert corpora.get("nowhere") is None


def test_counts_hold_what_can_be_found(
    corpora: CorpusRepository, corpus_id: str, make_reading: Callable[..., Reading]
) -> None:
    other = corpora.create("别的", "local", SlicePolicy()).corpus_id
    corpora.put_reading(corpus_id, "D1", "a.txt", make_reading("D1", ["甲", "乙"]))
    corpora.put_reading(corpus_id, "D2", "b.txt", make_reading("D2", ["丙"]))
    corpora.put_reading(other, "D3", "c.txt", make_reading("D3", ["丁"]))
    assert [(c.documents, c.chunks) for c in corpora.list("local")] == [(2, 3), (1, 1)]
    corpora.delete_document("D1")
    assert [(c.documents, c.chunks) for c in corpora.list("local")] == [(1, 1), (1, 1)]
