from dataclasses import replace

import pytest

from workbench.domain.errors import Conflict, NotFound
from workbench.domain.judgements import Criterion, SetEntry
from workbench.domain.queries import Query
from workbench.store.database import Database
from workbench.store.questions import QuestionRepository

DINGTALK = Query.of("客户说你们系统不能对接钉钉,该怎么回应?")
SLOW = Query.of("Why is the server slow?")
CRITERION = Criterion("K1", "local", "requirement", "三段式 🙂 reply", "zh", "2026-01-01T00:00:00Z")


@pytest.fixture
def questions(database: Database) -> QuestionRepository:
    return QuestionRepository(database)


def test_a_question_gets_an_identity_and_keeps_its_words(questions: QuestionRepository) -> None:
    stored = questions.add_query("local", DINGTALK)
    assert (stored.owner, stored.text, stored.language) == ("local", DINGTALK.text, "zh")
    assert questions.queries((stored.query_id,)) == (stored,)
    assert questions.find_query("local", DINGTALK.text) == stored
    assert questions.find_query("somebody else", DINGTALK.text) is None


def test_questions_come_in_the_order_asked(questions: QuestionRepository) -> None:
    first = questions.add_query("local", DINGTALK)
    second = questions.add_query("local", SLOW)
    assert questions.queries(()) == ()
    assert questions.queries((second.query_id, first.query_id)) == (second, first)
    with pytest.raises(NotFound) as caught:
        questions.queries((first.query_id, "nowhere"))
    assert (caught.value.code, caught.value.params) == ("query_unknown", {"query": "nowhere"})


def test_an_imported_question_can_be_imported_again(questions: QuestionRepository) -> None:
    first = questions.add_query("local", SLOW, "q-7")
    assert first.query_id == "q-7"
    assert questions.add_query("local", SLOW, "q-7") == first
    with pytest.raises(Conflict) as caught:
        questions.add_query("local", DINGTALK, "q-7")
    assert (caught.value.code, caught.value.params) == ("query_exists", {"query": "q-7"})
    assert questions.queries(("q-7",)) == (first,)


def test_a_criterion_never_changes(questions: QuestionRepository) -> None:
    assert questions.criteria("local") == ()
    assert questions.add_criterion(CRITERION) == CRITERION
    assert questions.add_criterion(CRITERION) == CRITERION
    with pytest.raises(Conflict) as caught:
        questions.add_criterion(replace(CRITERION, text="something else"))
    assert caught.value.code == "criterion_exists"
    assert questions.criterion("K1") == CRITERION
    assert questions.criteria("local") == (CRITERION,)
    assert questions.criteria("somebody else") == ()
    with pytest.raises(NotFound) as caught:
        questions.criterion("nowhere")
    assert caught.value.code == "criterion_unknown"


def test_each_change_of_a_question_set_is_a_version_of_its_own(
    questions: QuestionRepository,
) -> None:
    first, second = (questions.add_query("local", query).query_id for query in (DINGTALK, SLOW))
    one = questions.save_set("local", "售后", (SetEntry(first, ("钉钉", "🙂")),))
    two = questions.save_set(
        "local",
        "售后",
        (SetEntry(first), SetEntry(second, ("perf",), "K1", "先问法务")),
        query_set_id=one.query_set_id,
        based_on=1,
    )
    assert (one.version, two.version) == (1, 2)
    assert questions.query_set(one.query_set_id) == two
    assert questions.query_set(one.query_set_id, 1) == one
    assert questions.query_set(one.query_set_id, 2) == two
    assert questions.query_sets("local") == (two,)
    other = questions.save_set("local", "空", ())
    assert questions.query_sets("local") == (two, other)
    assert questions.query_sets("somebody else") == ()


def test_a_change_that_was_overtaken_is_refused(questions: QuestionRepository) -> None:
    one = questions.save_set("local", "售后", ())
    questions.save_set("local", "售后", (), query_set_id=one.query_set_id, based_on=1)
    with pytest.raises(Conflict) as caught:
        questions.save_set("local", "mine", (), query_set_id=one.query_set_id, based_on=1)
    assert caught.value.code == "query_set_changed"
    assert caught.value.params == {"based_on": 1, "newest": 2}
    assert questions.query_set(one.query_set_id).version == 2


def test_what_is_unknown_is_told(questions: QuestionRepository) -> None:
    with pytest.raises(NotFound):
        questions.save_set("local", "售后", (SetEntry("nowhere"),))
    assert questions.query_sets("local") == ()
    for act in (
        lambda: questions.query_set("nowhere"),
        lambda: questions.save_set("local", "x", (), query_set_id="nowhere"),
    ):
        with pytest.raises(NotFound) as caught:
            act()
        assert caught.value.code == "query_set_unknown"
    one = questions.save_set("local", "售后", ())
    with pytest.raises(NotFound):
        questions.query_set(one.query_set_id, 2)
