import json

import pytest
from sqlalchemy import insert, select

from tests.store.samples import reading, rich_reading
from workbench.domain.documents import Notice, Span
from workbench.domain.experiments import canonical_json
from workbench.domain.identity import text_hash
from workbench.store import columns
from workbench.store.database import Database
from workbench.store.tables import METADATA, chunks, corpora, editions, sections


@pytest.mark.parametrize(
    "notice", [None, Notice("x"), Notice("页", {"p": "2–3", "n": 2, "s": 0.5})]
)
def test_a_notice_survives_json(notice: Notice | None) -> None:
    stored = json.loads(canonical_json(columns.notice_columns(notice)))
    assert columns.notice_of(stored) == notice


@pytest.mark.parametrize("spans", [(), (Span(0, 3),), (Span(0, 3), Span(7, 9))])
def test_spans_survive_json(spans: tuple[Span, ...]) -> None:
    assert columns.spans_of(json.loads(canonical_json(columns.span_columns(spans)))) == spans


def test_every_column_of_a_reading_is_written(database: Database) -> None:
    # A column that the functions forget would be stored as its default, or not at all.
    rich = rich_reading("D1")
    place = {"document_id", "created_at", "title"}
    assert set(columns.edition_columns(rich.edition)) == set(editions.c.keys()) - place
    place = {"document_id", "edition_id"}
    assert set(columns.section_columns(0, rich.sections[0])) == set(sections.c.keys()) - place
    place = {"corpus_id", "document_id"}
    assert set(columns.chunk_columns(rich.chunks[0])) == set(chunks.c.keys()) - place


def test_the_hash_of_a_chunk_is_that_of_what_is_read() -> None:
    (chunk,) = reading("D1", ["甲"]).chunks
    assert chunk.reads == "合同.txt › 甲\n甲"
    assert columns.chunk_columns(chunk)["text_hash"] == text_hash("合同.txt › 甲\n甲")


def test_the_json_columns_hold_chinese_as_chinese(database: Database) -> None:
    row = {"corpus_id": "C", "owner": "o", "name": "n", "generation": 0, "created_at": "t"}
    with database.write() as connection:
        connection.execute(insert(corpora).values(**row, policy={"b": "第一条 🙂", "a": 1}))
        raw = connection.exec_driver_sql("SELECT policy FROM corpora").scalar_one()
        assert connection.execute(select(corpora.c.policy)).scalar_one() == {
            "a": 1,
            "b": "第一条 🙂",
        }
    assert raw == '{"a":1,"b":"第一条 🙂"}'


def test_every_time_column_is_text() -> None:
    times = [
        column
        for table in METADATA.tables.values()
        for column in table.c
        if column.name.endswith("_at") or column.name == "at"
    ]
    assert len(times) >= 10
    assert {str(column.type) for column in times} == {"TEXT"}
