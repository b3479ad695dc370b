"""Grades on passages: given, changed, taken back, and kept through another reading."""

import pytest

from workbench.domain.actors import OWNER, Actor
from workbench.domain.errors import Forbidden, InvalidInput, NotFound
from workbench.domain.judgements import Criterion
from workbench.domain.queries import Query
from workbench.services.judging import Said
from workbench.services.workbench import Workbench
from workbench.store.database import open_database
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository


@pytest.fixture
def asked(filled: Workbench) -> tuple[Workbench, str, str, Said]:
    """A workbench with a question and a criterion, a corpus, one of its chunks, and a grade."""
    questions = QuestionRepository(_database(filled))
    query = questions.add_query(OWNER.id, Query.of("违约金是多少?"))
    questions.add_criterion(Criterion("c1", OWNER.id, "question", "是否回答", "zh", "2026-01-01Z"))
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    document = filled.corpora.documents(OWNER, corpus)[0]
    chunk = filled.corpora.chunks(OWNER, document.document_id)[0]
    return filled, corpus, chunk.chunk_id, Said("amy", query.query_id, "c1", 3, note="全文")


def _database(bench: Workbench):  # type: ignore[no-untyped-def]
    return open_database(bench.settings.home)


def _current(bench: Workbench) -> list[tuple[str, int | None, str]]:
    found = JudgementRepository(_database(bench)).current()
    return [(one.judge, one.grade, one.way) for one in found]


def test_a_grade_is_kept_with_the_passage_and_who_gave_it(
    asked: tuple[Workbench, str, str, Said],
) -> None:
    bench, corpus, chunk, said = asked
    kept = bench.judging.grade(OWNER, corpus, chunk, said)
    assert kept.grade == 3 and kept.note == "全文" and kept.way == "blind"
    assert kept.anchor.chunk_id == chunk and kept.anchor.quote and kept.supersedes is None
    assert _current(bench) == [("amy", 3, "blind")]


def test_a_second_grade_replaces_the_first_and_taking_it_back_brings_it_back(
    asked: tuple[Workbench, str, str, Said],
) -> None:
    bench, corpus, chunk, said = asked
    first = bench.judging.grade(OWNER, corpus, chunk, said)
    second = bench.judging.grade(OWNER, corpus, chunk, Said("amy", said.query_id, "c1", None))
    assert second.supersedes == first.judgement_id
    assert _current(bench) == [("amy", None, "blind")]
    undone = bench.judging.take_back(OWNER, second)
    assert (undone.grade, undone.note, undone.withdrawn) == (3, "全文", False)
    assert _current(bench) == [("amy", 3, "blind")]


def test_taking_back_the_only_grade_leaves_none(asked: tuple[Workbench, str, str, Said]) -> None:
    bench, corpus, chunk, said = asked
    bench.judging.take_back(OWNER, bench.judging.grade(OWNER, corpus, chunk, said))
    assert _current(bench) == []
    # What was taken back stays in the history, and a new grade counts again.
    bench.judging.grade(OWNER, corpus, chunk, said)
    assert _current(bench) == [("amy", 3, "blind")]


def test_ways_of_judging_do_not_replace_each_other(
    asked: tuple[Workbench, str, str, Said],
) -> None:
    bench, corpus, chunk, said = asked
    bench.judging.grade(OWNER, corpus, chunk, said)
    open_one = Said("amy", said.query_id, "c1", 1, way="open")
    assert bench.judging.grade(OWNER, corpus, chunk, open_one).supersedes is None
    assert sorted(_current(bench)) == [("amy", 1, "open"), ("amy", 3, "blind")]


def test_what_cannot_be_graded_is_refused(asked: tuple[Workbench, str, str, Said]) -> None:
    bench, corpus, chunk, said = asked
    with pytest.raises(NotFound, match="chunk_unknown"):
        bench.judging.grade(OWNER, corpus, "0" * 32, said)
    with pytest.raises(InvalidInput, match="grade_invalid"):
        bench.judging.grade(OWNER, corpus, chunk, Said("amy", said.query_id, "c1", 4))
    with pytest.raises(NotFound, match="criterion_unknown"):
        bench.judging.grade(OWNER, corpus, chunk, Said("amy", said.query_id, "c9", 1))
    with pytest.raises(Forbidden):
        bench.judging.grade(Actor("x", "x"), corpus, chunk, said)
    assert _current(bench) == []
