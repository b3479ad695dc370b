"""Question sets: added to, changed, restored, read from files; every change is a version."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from workbench.domain.actors import OWNER
from workbench.domain.errors import Conflict, InvalidInput, NotFound
from workbench.domain.judgements import NO_ANSWER, QuerySet
from workbench.services.question_files import NewQuestion, lines_of, split_tags
from workbench.services.question_sets import with_state, without
from workbench.services.workbench import Workbench


@pytest.fixture
def bench(labelled: Workbench) -> Workbench:
    return labelled


@pytest.fixture
def empty(bench: Workbench) -> QuerySet:
    corpus = bench.corpora.list(OWNER)[-1]
    return bench.question_sets.create(OWNER, " 客服题 ", corpus.corpus_id)


def test_questions_are_added_once_and_the_refused_are_named(
    bench: Workbench, empty: QuerySet
) -> None:
    assert (empty.name, empty.version, empty.queries) == ("客服题", 1, ())
    lines = lines_of("几天之内可以退货?\n\n  How long?  \nHow  long?\n" + "长" * 9_000)
    found = bench.question_sets.add(OWNER, empty, lines)
    assert (found.fresh, found.known, found.query_set.version) == (2, 1, 2)
    (refused,) = found.refused
    assert (refused.line, refused.error.code) == (5, "query_too_long")
    again = bench.question_sets.add(OWNER, found.query_set, lines[:1])
    assert (again.fresh, again.known, again.query_set) == (0, 1, found.query_set)


def test_every_change_is_a_version_and_an_old_one_comes_back(
    bench: Workbench, empty: QuerySet
) -> None:
    first = bench.question_sets.add(OWNER, empty, lines_of("甲?\n乙?")).query_set
    entries = (with_state(first.queries[0], answerable=False), first.queries[1])
    second = bench.question_sets.change(OWNER, first, entries)
    assert second.version == 3 and NO_ANSWER in second.queries[0].tags
    assert bench.question_sets.change(OWNER, second, entries) == second
    third = bench.question_sets.change(OWNER, second, without(second, {entries[1].query_id}))
    versions = bench.question_sets.versions(OWNER, empty.query_set_id)
    told = [(one.version.version, one.added, one.removed, one.edited) for one in versions]
    assert told == [(4, 0, 1, 0), (3, 0, 0, 1), (2, 2, 0, 0), (1, 0, 0, 0)]
    back = bench.question_sets.restore(OWNER, third, 2)
    assert (back.version, back.queries) == (5, first.queries)
    assert with_state(second.queries[0], answerable=True).tags == ()
    with pytest.raises(Conflict, match="query_set_changed"):
        bench.question_sets.change(OWNER, first, ())


def test_a_set_is_renamed_copied_deleted_and_restored(bench: Workbench, empty: QuerySet) -> None:
    one = bench.question_sets.rename(OWNER, empty, "新名")
    copied = bench.question_sets.copy(OWNER, one, "副本")
    assert copied.query_set_id != one.query_set_id and copied.queries == one.queries
    bench.question_sets.delete(OWNER, one.query_set_id, deleted=True)
    names = [found.name for found in bench.question_sets.all(OWNER)]
    assert "新名" not in names and "副本" in names
    assert [found.name for found in bench.question_sets.all(OWNER, deleted=True)] == ["新名"]
    bench.question_sets.delete(OWNER, one.query_set_id, deleted=False)
    assert "新名" in [found.name for found in bench.question_sets.all(OWNER)]
    with pytest.raises(InvalidInput, match="query_set_name_wrong"):
        bench.question_sets.rename(OWNER, one, " ")
    with pytest.raises(NotFound, match="query_set_unknown"):
        bench.question_sets.delete(OWNER, "x", deleted=True)


def test_labels_twins_and_copied_answers_are_told(bench: Workbench) -> None:
    (one,) = bench.questions.sets(OWNER)
    items = {item.query.text: item for item in bench.review.items(OWNER, one.query_set)}
    first = items["几天之内可以退货?"]
    assert (first.blind, first.seen, first.like, first.copied) == (2, 0, "", "")
    assert not items["日本买家怎么退?"].entry.answerable
    texts = "几天之内可以退货？\n商品与描述不符的，退货运费由店铺承担对吗?"
    added = bench.question_sets.add(OWNER, one.query_set, lines_of(texts))
    assert (added.fresh, added.known) == (1, 1)


def test_the_gap_list_holds_what_the_library_does_not_answer(bench: Workbench) -> None:
    (one,) = bench.questions.sets(OWNER)
    data = bench.review.table(OWNER, one.query_set, gaps=True)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [(row["question"], row["state"]) for row in rows] == [("日本买家怎么退?", NO_ANSWER)]
    whole = bench.review.table(OWNER, one.query_set)
    assert len(list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"))))) == 4


def test_a_table_is_read_by_its_columns_and_comes_back_as_it_went(bench: Workbench) -> None:
    (one,) = bench.questions.sets(OWNER)
    data = bench.review.table(OWNER, one.query_set)
    found = bench.question_sets.read(OWNER, "questions.csv", data)
    assert found.uses["question"] == "question" and found.blank == 0
    assert [(q.text, NO_ANSWER in q.tags) for q in found.questions] == [
        ("几天之内可以退货?", False),
        ("Who pays the return postage?", False),
        ("退款要等多久?", False),
        ("日本买家怎么退?", True),
    ]
    other = bench.question_sets.read(OWNER, "q.csv", "编号,内容\n1,甲乙?\n2,\n".encode(), None)
    assert (other.uses, other.blank) == ({"question": "内容"}, 1)
    assert [q.text for q in other.questions] == ["甲乙?"]
    chosen = bench.question_sets.read(
        OWNER, "q.csv", "编号,内容\n1,甲乙?\n2,\n".encode(), {"question": "内容"}
    )
    assert (chosen.questions, chosen.blank) == ((NewQuestion("甲乙?", line=2),), 1)
    with pytest.raises(InvalidInput, match="questions_column_missing"):
        bench.question_sets.read(OWNER, "q.csv", b"a,b\n1,2\n", {"question": "c"})


def test_workbooks_plain_lines_and_json_lines_are_read(bench: Workbench, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["题目", "标签"], ["怎么退?", "退货；售后"], [None, None], ["=1+1", ""]):
        book.active.append(row)
    path = tmp_path / "题.xlsx"
    book.save(path)
    found = bench.question_sets.read(OWNER, path.name, path.read_bytes())
    assert found.questions[0] == NewQuestion("怎么退?", ("退货", "售后"), line=2)
    asked = "怎么退？\n要多久，谁付钱？\n日本买家怎么退？\n合同违约金过高能调整吗？\n"
    plain = bench.question_sets.read(OWNER, "a.txt", asked.encode("gb18030"))
    assert [q.text for q in plain.questions] == asked.splitlines()
    lines = b'{"_id":"1","text":"a?","metadata":{"tags":["x"],"answer":"none"}}\n\n{"text":""}\n'
    rows = bench.question_sets.read(OWNER, "queries.jsonl", lines)
    assert rows.questions == (NewQuestion("a?", ("x", NO_ANSWER), line=1),) and rows.blank == 1
    with pytest.raises(InvalidInput, match="questions_line_wrong"):
        bench.question_sets.read(OWNER, "q.jsonl", b'{"text":"a"}\nnot json\n')


def test_tags_are_split_at_any_comma() -> None:
    assert split_tags("a, b；c、a |d") == ("a", "b", "c", "d")
    assert split_tags(" ") == ()


def test_changed_documents_name_the_questions_they_touch(bench: Workbench) -> None:
    assert bench.review.touched(OWNER) == ()
    (one,) = bench.questions.sets(OWNER)
    bench.uploads.ingest_now(
        OWNER, one.corpus.corpus_id, "notes.md", b"# Refunds\n\nThe shop refunds in ten days.\n"
    )
    (touched,) = bench.review.touched(OWNER)
    assert touched.query_set.query_set_id == one.query_set.query_set_id
    assert len(touched.queries) == 3


def test_what_was_asked_is_remembered_once_and_forgotten(bench: Workbench) -> None:
    for text in ("甲?", "甲?", "乙?", "甲?"):
        bench.asked.note(OWNER, text, ("c",), "")
    assert [one.text for one in bench.asked.recent(OWNER)] == ["甲?", "乙?"]
    bench.asked.clear(OWNER)
    assert bench.asked.recent(OWNER) == ()
