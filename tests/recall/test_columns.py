import numpy as np
import pytest

from tests.recall.tiny import entry
from workbench.domain.queries import Narrowing
from workbench.recall.columns import Columns
from workbench.recall.entries import Entry
from workbench.recall.holdings import Held, Holdings
from workbench.recall.segment import segment_of


def held(entries: list[Entry]) -> Held:
    return Held.of(segment_of(entries, str.split, {}))


ENTRIES = [
    entry("c1", "违约责任", document="a.md", kind="article"),
    entry("c2", "breach", document="b.md", kind="text"),
    entry("c3", "违约金", document="b.md", kind="article"),
]
COLUMNS = Columns(Holdings([held(ENTRIES)]))


@pytest.mark.parametrize(
    ("narrowing", "left"),
    [
        (Narrowing(), [True, True, True]),
        (Narrowing(document="b.md"), [False, True, True]),
        (Narrowing(document="id-b.md"), [False, True, True]),
        (Narrowing(document="none.md"), [False, False, False]),
        (Narrowing(kind="article"), [True, False, True]),
        (Narrowing(language="en"), [False, True, False]),
        (Narrowing(document="b.md", kind="article", language="zh"), [False, False, True]),
        (Narrowing(document="a.md", language="en"), [False, False, False]),
    ],
)
def test_narrowing_is_a_mask(narrowing: Narrowing, left: list[bool]) -> None:
    allowed = COLUMNS.allowed(narrowing)
    assert (left if allowed is None else allowed.tolist()) == left
    assert (allowed is None) == (narrowing == Narrowing())


def test_no_entries() -> None:
    narrowing = Narrowing(document="a", kind="b", language="zh")
    for holdings in (Holdings(), Holdings([held([])])):
        allowed = Columns(holdings).allowed(narrowing)
        assert allowed is not None
        assert allowed.tolist() == []


def test_numbers_run_through_all_segments_and_what_is_gone_keeps_its_own() -> None:
    first, second = held(ENTRIES[:1]), held([*ENTRIES[1:], entry("c1", "违约", document="z.md")])
    columns = Columns(Holdings([first.with_gone(np.array([True])), second]))
    assert [columns.chunk_id(at) for at in range(4)] == ["c1", "c2", "c3", "c1"]
    assert [columns.number(name) for name in ("c1", "c2", "c9")] == [3, 1, None]
    assert columns.language(1) == "en"
    allowed = columns.allowed(Narrowing(kind="article"))
    assert allowed is not None
    assert allowed.tolist() == [False, False, True, False]
    assert columns.text_hash(1) == ENTRIES[1].text_hash
    assert columns.there().tolist() == [False, True, True, True]


def test_a_chunk_that_is_gone_is_never_what_its_identifier_stands_for() -> None:
    twice = [held(ENTRIES[:1]).with_gone(np.array([True])), held(ENTRIES[:1])]
    columns = Columns(Holdings(twice))
    assert [columns.chunk_id(at) for at in (0, 1, 0)] == ["c1", "c1", "c1"]
    assert columns.number("c1") == 1
