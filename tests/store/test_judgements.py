from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from workbench.domain.documents import Span
from workbench.domain.errors import Conflict, InvalidInput, NotFound
from workbench.domain.judgements import Anchor, Criterion, Judgement
from workbench.domain.queries import Query
from workbench.store.database import Database
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository

ANCHOR = Anchor(
    document_id="D1",
    edition_id="E1",
    section_key="b3/z1/t463",
    spans=(Span(0, 3), Span(5, 9)),
    quote='第四百六十三条 "…" 🙂',
    quote_hash="h1",
    chunk_id="c1",
)
FIRST = Judgement("J1", "张三", "q1", "K1", ANCHOR, 2, "几乎 🙂", "2026-01-01T00:00:00Z")


@pytest.fixture
def judgements(database: Database) -> JudgementRepository:
    questions = QuestionRepository(database)
    for query_id in ("q1", "q2"):
        questions.add_query("local", Query.of(f"问题 {query_id}"), query_id)
    for criterion_id in ("K1", "K2"):
        questions.add_criterion(
            Criterion(criterion_id, "local", "question", "", "zh", "2026-01-01T00:00:00Z")
        )
    return JudgementRepository(database)


def test_no_judgement_one_two(judgements: JudgementRepository) -> None:
    assert judgements.current() == judgements.history() == ()
    judgements.append(FIRST)
    assert judgements.current() == judgements.history() == (FIRST,)
    second = replace(FIRST, judgement_id="J2", query_id="q2", grade=0)
    judgements.append(second)
    assert judgements.current() == judgements.history() == (FIRST, second)


@pytest.mark.parametrize("grade", [0, 1, 2, 3, None])
def test_every_grade_is_kept_and_cannot_tell_is_none_of_them(
    judgements: JudgementRepository, grade: int | None
) -> None:
    judgements.append(replace(FIRST, grade=grade))
    assert judgements.current()[0].grade is grade


def test_the_last_event_on_a_label_counts_and_none_is_lost(
    judgements: JudgementRepository,
) -> None:
    # It arrived later although its clock says otherwise: the order of arrival decides.
    changed = replace(FIRST, judgement_id="J0", grade=0, at="2025-12-31T00:00:00Z", supersedes="J1")
    judgements.append(FIRST)
    judgements.append(changed)
    assert judgements.current() == (changed,)
    assert judgements.history() == (FIRST, changed)
    taken_back = replace(FIRST, judgement_id="J3", grade=None, supersedes="J0")
    judgements.append(taken_back)
    assert judgements.current() == (taken_back,)


def test_what_is_withdrawn_says_nothing_until_a_grade_comes_again(
    judgements: JudgementRepository,
) -> None:
    judgements.append(FIRST)
    withdrawal = replace(FIRST, judgement_id="J2", grade=None, supersedes="J1", withdrawn=True)
    judgements.append(withdrawal)
    assert judgements.current() == ()
    assert judgements.history() == (FIRST, withdrawal)
    again = replace(FIRST, judgement_id="J3", grade=0, supersedes="J2")
    judgements.append(again)
    assert judgements.current() == (again,)


@pytest.mark.parametrize(
    "changes",
    [
        {"judge": "李四"},
        {"query_id": "q2"},
        {"criterion_id": "K2"},
        {"anchor": replace(ANCHOR, document_id="D2")},
        {"anchor": replace(ANCHOR, section_key="t1")},
        {"anchor": replace(ANCHOR, quote_hash="h2")},
        {"way": "open"},
    ],
)
def test_a_label_belongs_to_judge_question_criterion_and_passage(
    judgements: JudgementRepository, changes: dict[str, object]
) -> None:
    other = replace(FIRST, judgement_id="J2", **changes)
    judgements.append_all((FIRST, other))
    assert judgements.current() == (FIRST, other)


def test_a_passage_stays_the_same_in_a_new_edition_and_another_chunk(
    judgements: JudgementRepository,
) -> None:
    moved = replace(ANCHOR, edition_id="E2", chunk_id="c9", spans=(Span(100, 107),))
    again = replace(FIRST, judgement_id="J2", anchor=moved, grade=3)
    judgements.append_all((FIRST, again))
    assert judgements.current() == (again,)


def test_the_view_can_be_narrowed(judgements: JudgementRepository) -> None:
    other = replace(
        FIRST,
        judgement_id="J2",
        judge="李四",
        query_id="q2",
        criterion_id="K2",
        anchor=replace(ANCHOR, document_id="D2"),
    )
    assert judgements.append_all((FIRST, other)) == 2
    for narrowing in (
        {"judge": "李四"},
        {"query_id": "q2"},
        {"criterion_id": "K2"},
        {"document_id": "D2"},
        {"judge": "李四", "query_id": "q2"},
    ):
        assert judgements.current(**narrowing) == judgements.history(**narrowing) == (other,)
    assert judgements.current(judge="李四", query_id="q1") == ()


def test_the_same_file_can_be_imported_again(judgements: JudgementRepository) -> None:
    assert judgements.append_all((FIRST,)) == 1
    assert judgements.append_all((FIRST, replace(FIRST, judgement_id="J2", grade=1))) == 1
    assert len(judgements.history()) == 2
    assert judgements.append_all(()) == 0
    with pytest.raises(Conflict) as caught:
        judgements.append(replace(FIRST, grade=3))
    assert (caught.value.code, caught.value.params) == ("judgement_exists", {"judgement": "J1"})


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"grade": 4}, InvalidInput, "grade_invalid"),
        ({"grade": -1}, InvalidInput, "grade_invalid"),
        ({"anchor": replace(ANCHOR, quote="长" * 501)}, InvalidInput, "quote_too_long"),
        ({"query_id": "nowhere"}, NotFound, "query_unknown"),
        ({"criterion_id": "nowhere"}, NotFound, "criterion_unknown"),
    ],
)
def test_one_bad_event_keeps_all_of_them_out(
    judgements: JudgementRepository,
    changes: dict[str, object],
    error: type[Exception],
    code: str,
) -> None:
    with pytest.raises(error) as caught:
        judgements.append_all((FIRST, replace(FIRST, judgement_id="J2", **changes)))
    assert caught.value.code == code
    assert judgements.history() == ()


def test_a_quote_of_exactly_the_limit_is_kept(judgements: JudgementRepository) -> None:
    anchor = replace(ANCHOR, quote="长" * 500)
    judgements.append(replace(FIRST, anchor=anchor))
    assert judgements.current()[0].anchor == anchor


def test_the_database_itself_refuses_a_grade_that_is_none(
    judgements: JudgementRepository, database: Database
) -> None:
    judgements.append(FIRST)
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql("UPDATE judgements SET grade = 4")
