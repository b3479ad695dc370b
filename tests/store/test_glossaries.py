import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.domain.documents import SlicePolicy
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.glossaries import Glossary, GlossaryEntry
from workbench.store.corpora import CorpusRepository
from workbench.store.database import HEAD, Database, open_database
from workbench.store.glossaries import GlossaryRepository

FIRST = (GlossaryEntry("违约金", "penalty"), GlossaryEntry("定金 🙂", 'a "deposit"', "§ 586"))
SECOND = (GlossaryEntry("抵押", "mortgage"),)


@pytest.fixture
def glossaries(database: Database) -> GlossaryRepository:
    return GlossaryRepository(database)


def test_a_corpus_begins_without_entries(glossaries: GlossaryRepository, corpus_id: str) -> None:
    assert glossaries.get(corpus_id) == Glossary(corpus_id, (), 0, undoable=False)
    assert (glossaries.version(corpus_id), glossaries.count(corpus_id)) == (0, 0)


def test_all_entries_are_replaced_and_come_back_in_order(
    glossaries: GlossaryRepository, corpus_id: str
) -> None:
    assert glossaries.replace(corpus_id, FIRST) == Glossary(corpus_id, FIRST, 1, undoable=True)
    assert glossaries.count(corpus_id) == 2
    assert glossaries.replace(corpus_id, SECOND).entries == SECOND
    assert glossaries.get(corpus_id) == Glossary(corpus_id, SECOND, 2, undoable=True)
    assert glossaries.replace(corpus_id, ()).entries == ()


def test_the_last_change_is_undone_and_redone(
    glossaries: GlossaryRepository, corpus_id: str
) -> None:
    glossaries.replace(corpus_id, FIRST)
    assert glossaries.undo(corpus_id).entries == ()
    assert glossaries.undo(corpus_id).entries == FIRST
    glossaries.replace(corpus_id, SECOND)
    assert glossaries.undo(corpus_id).entries == FIRST
    # a version is never used twice: what was made of an older one is not taken for this one
    assert glossaries.version(corpus_id) == 5


def test_nothing_to_undo_is_told(glossaries: GlossaryRepository, corpus_id: str) -> None:
    with pytest.raises(Conflict) as caught:
        glossaries.undo(corpus_id)
    assert caught.value.code == "glossary_never_changed"


def test_who_saw_an_older_version_replaces_nothing(
    glossaries: GlossaryRepository, corpus_id: str
) -> None:
    glossaries.replace(corpus_id, FIRST, expected=0)
    with pytest.raises(Conflict) as caught:
        glossaries.replace(corpus_id, SECOND, expected=0)
    assert caught.value.code == "glossary_changed"
    assert glossaries.get(corpus_id).entries == FIRST


def test_of_two_at_once_one_is_refused(glossaries: GlossaryRepository, corpus_id: str) -> None:
    outcomes: list[str] = []

    def change(entries: tuple[GlossaryEntry, ...]) -> None:
        try:
            glossaries.replace(corpus_id, entries, expected=0)
            outcomes.append("kept")
        except Conflict as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=change, args=(one,)) for one in (FIRST, SECOND)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["glossary_changed", "kept"]


def test_a_corpus_that_is_not_there_has_none(
    glossaries: GlossaryRepository, corpora: CorpusRepository, corpus_id: str
) -> None:
    corpora.delete(corpus_id)
    for act in (lambda: glossaries.replace(corpus_id, FIRST), lambda: glossaries.undo(corpus_id)):
        with pytest.raises(NotFound) as caught:
            act()
        assert caught.value.code == "corpus_unknown"
    with pytest.raises(NotFound):
        glossaries.replace("nowhere", FIRST)


def test_a_home_of_the_revision_before_is_upgraded(
    older: Callable[[str], Database], home: Path
) -> None:
    before = older("0004")
    corpus_id = CorpusRepository(before).create("合同", "local", SlicePolicy()).corpus_id
    before.close()
    upgraded = open_database(home)
    try:
        glossaries = GlossaryRepository(upgraded)
        assert glossaries.get(corpus_id).entries == ()
        assert glossaries.replace(corpus_id, FIRST).entries == FIRST
        with upgraded.read() as connection:
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            assert found.scalar_one() == HEAD
    finally:
        upgraded.close()
    assert len(list(home.glob("workbench-0003-*.db"))) == 1
