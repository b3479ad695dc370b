import pytest

from tests.recall.tiny import entry
from workbench.domain.queries import Narrowing
from workbench.recall.entries import Columns

COLUMNS = Columns.of(
    [
        entry("c1", "违约责任", document="a.md", kind="article"),
        entry("c2", "breach", document="b.md", kind="text"),
        entry("c3", "违约金", document="b.md", kind="article"),
    ]
)


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
    assert COLUMNS.allowed(narrowing).tolist() == left


def test_no_entries() -> None:
    assert Columns.of([]).allowed(Narrowing(document="a", kind="b", language="zh")).tolist() == []
