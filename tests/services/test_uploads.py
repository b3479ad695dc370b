"""The columns of a table are chosen, kept with the document, and used for its next edition."""

from collections.abc import Callable

import pytest

from workbench.domain.actors import OWNER
from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.documents import Document
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.jobs import Job
from workbench.services.workbench import Workbench

Wait = Callable[[str], Job]
TABLE = "号,题,解,类\n1,怎么退货？,七天内寄回。,售后\n2,谁付运费？,买家。,运费\n"
CHOSEN = ColumnMap((SheetColumns(None, "题", ("解",), ("类",), ("号",)),))


def corpus_of(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def only(bench: Workbench) -> Document:
    (document,) = bench.corpora.documents(OWNER, corpus_of(bench))
    return document


def texts(bench: Workbench) -> list[tuple[str, str, str]]:
    chunks = bench.corpora.chunks(OWNER, only(bench).document_id)
    return [(chunk.kind, chunk.prefix, chunk.text) for chunk in chunks]


@pytest.fixture
def table(bench: Workbench) -> Workbench:
    bench.uploads.ingest_now(OWNER, corpus_of(bench), "faq.csv", TABLE.encode())
    return bench


def test_columns_are_shown_with_rows_and_the_uses_in_force(table: Workbench) -> None:
    (sheet,) = table.uploads.columns(OWNER, only(table).document_id)
    assert sheet.columns == ("号", "题", "解", "类")
    assert sheet.samples[1] == ("2", "谁付运费？", "买家。", "运费")
    assert (sheet.uses.text, sheet.chosen) == (("号", "题", "解", "类"), False)


def test_chosen_columns_make_another_edition_and_go_back(table: Workbench, wait_for: Wait) -> None:
    before = only(table)
    job = wait_for(table.uploads.map_columns(OWNER, before.document_id, CHOSEN).job_id)
    assert (job.state, job.outcome and job.outcome.code) == ("done", "columns_applied")
    after = only(table)
    assert (after.document_id, after.columns) == (before.document_id, CHOSEN)
    assert after.edition_id != before.edition_id
    assert texts(table)[0] == ("qa", "faq\n类：售后", "题：怎么退货？\n解：七天内寄回。")
    (sheet,) = table.uploads.columns(OWNER, before.document_id)
    assert (sheet.chosen, sheet.uses.question) == (True, "题")
    wait_for(table.uploads.map_columns(OWNER, before.document_id, None).job_id)
    assert (only(table).edition_id, only(table).columns) == (before.edition_id, None)


def test_the_next_edition_is_read_by_the_chosen_columns(table: Workbench, wait_for: Wait) -> None:
    wait_for(table.uploads.map_columns(OWNER, only(table).document_id, CHOSEN).job_id)
    changed = TABLE.replace("买家。", "卖家。")
    table.uploads.ingest_now(OWNER, corpus_of(table), "faq.csv", changed.encode())
    assert only(table).columns == CHOSEN
    assert texts(table)[1] == ("qa", "faq\n类：运费", "题：谁付运费？\n解：卖家。")


def test_an_edition_without_a_chosen_column_is_refused_and_the_old_one_stays(
    table: Workbench, wait_for: Wait
) -> None:
    wait_for(table.uploads.map_columns(OWNER, only(table).document_id, CHOSEN).job_id)
    before = texts(table)
    upload = table.uploads.ingest_now(OWNER, corpus_of(table), "faq.csv", "题,答\n甲,乙\n".encode())
    assert upload.job and upload.job.outcome
    assert (upload.job.state, upload.job.outcome.code) == ("failed", "columns_missing")
    assert upload.job.outcome.params == {"missing": "解, 类", "known": "题, 答"}
    assert texts(table) == before


def test_a_failed_choice_leaves_the_document_and_its_file(table: Workbench, wait_for: Wait) -> None:
    before = only(table)
    chosen = ColumnMap((SheetColumns(text=("无",)),))
    job = wait_for(table.uploads.map_columns(OWNER, before.document_id, chosen).job_id)
    assert (job.state, job.outcome and job.outcome.code) == ("failed", "columns_missing")
    assert only(table) == before
    assert table.corpora.original(OWNER, before.document_id) == TABLE.encode()


def test_a_choice_is_made_for_the_newest_edition(
    table: Workbench, monkeypatch: pytest.MonkeyPatch, wait_for: Wait
) -> None:
    document = only(table)
    monkeypatch.setattr(table.jobs, "_queue", lambda job: None)
    job = table.uploads.map_columns(OWNER, document.document_id, CHOSEN)
    changed = TABLE.replace("买家。", "卖家。")
    table.uploads.ingest_now(OWNER, corpus_of(table), "faq.csv", changed.encode())
    monkeypatch.undo()
    table.jobs._queue(job)
    assert wait_for(job.job_id).state == "done"
    assert texts(table)[1][2] == "题：谁付运费？\n解：卖家。"


def test_the_same_file_with_other_columns_is_read_again(table: Workbench) -> None:
    again = table.uploads.ingest_now(
        OWNER, corpus_of(table), "faq.csv", TABLE.encode(), columns=CHOSEN
    )
    assert again.job and again.job.state == "done"
    assert only(table).columns == CHOSEN
    twice = table.uploads.ingest_now(
        OWNER, corpus_of(table), "faq.csv", TABLE.encode(), columns=CHOSEN
    )
    assert twice.skipped and twice.skipped.code == "already_there"


def test_what_has_no_columns_is_refused(bench: Workbench) -> None:
    bench.uploads.ingest_now(OWNER, corpus_of(bench), "a.md", b"# A\n\ntext\n")
    document = only(bench).document_id
    for call in (
        lambda: bench.uploads.columns(OWNER, document),
        lambda: bench.uploads.map_columns(OWNER, document, CHOSEN),
    ):
        with pytest.raises(InvalidInput, match="columns_not_table"):
            call()


def test_a_choice_of_nothing_is_refused(table: Workbench) -> None:
    with pytest.raises(InvalidInput, match="columns_empty"):
        table.uploads.map_columns(OWNER, only(table).document_id, ColumnMap((SheetColumns(),)))


def test_only_a_job_that_read_a_file_can_read_it_again(bench: Workbench) -> None:
    job, _ = bench.jobs._repository.submit("embed", "k", OWNER.id, {"corpus": corpus_of(bench)})
    with pytest.raises(NotFound, match="job_unknown"):
        bench.uploads.read_again(OWNER, job.job_id)


def test_an_unreadable_file_that_a_document_is_made_of_is_kept(
    table: Workbench, monkeypatch: pytest.MonkeyPatch, wait_for: Wait
) -> None:
    document = only(table)
    limits = table.uploads._ingestion._reader._limits
    monkeypatch.setattr(table.uploads._ingestion._reader, "_limits", type(limits)(column_limit=1))
    job = wait_for(table.uploads.map_columns(OWNER, document.document_id, CHOSEN).job_id)
    assert job.outcome and job.outcome.code == "too_many_columns"
    assert table.corpora.original(OWNER, document.document_id) == TABLE.encode()
