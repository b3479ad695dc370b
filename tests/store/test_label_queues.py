"""Queues of passages to grade: kept as they are, put off, forgotten."""

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.domain.actors import OWNER
from workbench.domain.errors import NotFound
from workbench.domain.judgements import Criterion, LabelQueue
from workbench.store.database import open_database
from workbench.store.label_queues import LabelQueueRepository
from workbench.store.questions import QuestionRepository

QUEUE = LabelQueue(
    queue_id="01A",
    owner=OWNER.id,
    query_set_id="set",
    version=2,
    corpus_id="corpus",
    criterion_id="c",
    mode="deciding",
    judge="艾米",
    seed=7,
    items=(("q1", "x"), ("q 2", "段")),
    later=(),
    created_at="2026-01-01T00:00:00Z",
)


def test_a_queue_comes_back_as_it_was(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    QuestionRepository(database).add_criterion(
        Criterion("c", OWNER.id, "question", "?", "zh", "2026-01-01Z")
    )
    queues = LabelQueueRepository(database)
    queues.add(QUEUE)
    newer = replace(QUEUE, queue_id="01B", mode="disagreements")
    queues.add(newer)
    assert queues.get("01A") == QUEUE and QUEUE.way == "blind"
    assert queues.all(OWNER.id) == (newer, QUEUE) and newer.way == "adjudicated"
    assert queues.all("somebody") == ()
    queues.put_off("01A", (1, 0))
    assert queues.get("01A") == replace(QUEUE, later=(1, 0))
    queues.remove("01A")
    with pytest.raises(NotFound, match="label_queue_unknown"):
        queues.get("01A")
    database.close()
