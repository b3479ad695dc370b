import json

import pytest

from workbench.domain.columns import (
    ColumnMap,
    RowText,
    SheetColumns,
    columns_from_json,
    columns_text,
    columns_to_json,
    labels,
    require_sound,
    row_reader,
)
from workbench.domain.errors import InvalidInput

CHOSEN = ColumnMap(
    (
        SheetColumns("问答", "题", ("解", "注"), ("类",), ("号",)),
        SheetColumns(None, None, ("a",)),
    )
)


def test_every_column_has_a_name_of_its_own() -> None:
    assert labels(["a", "", "a", "b"], 5) == ("a", "#2", "a (2)", "b", "#5")
    assert labels([]) == ()


def test_a_choice_by_name_comes_before_the_one_for_all() -> None:
    assert CHOSEN.of("问答") == CHOSEN.sheets[0]
    assert CHOSEN.of("价目") == CHOSEN.sheets[1]
    assert ColumnMap((CHOSEN.sheets[0],)).of("价目") is None


def test_what_a_row_reads_as() -> None:
    heads = ("题", "解", "类", "Note", "")
    uses = SheetColumns(None, "题", ("解", "Note", "#5"), ("类",))
    read = row_reader(heads, labels(heads), uses)
    assert read(["甲", " 乙 ", "丙", "n", "x", "y"]) == RowText(
        ("类：丙",), ("题：甲", "解：乙", "Note: n", "x"), True
    )
    assert read(["甲", "", "丙", "n"]) == RowText(("类：丙",), ("题：甲", "Note: n"), False)
    assert read([]) == RowText((), (), False)
    assert row_reader(heads, labels(heads), uses, rest=True)(["甲", "", "", "", "", "y"]).lines == (
        "题：甲",
        "y",
    )


def test_uses_of_columns() -> None:
    uses = [CHOSEN.sheets[0].use_of(name) for name in ("题", "注", "类", "号", "新")]
    assert uses == ["question", "text", "context", "unused", "unused"]


@pytest.mark.parametrize("columns", [None, CHOSEN])
def test_a_choice_survives_json(columns: ColumnMap | None) -> None:
    stored = json.loads(json.dumps(columns_to_json(columns)))
    assert columns_from_json(stored) == columns
    assert columns_text(columns) == (columns_text(columns_from_json(stored)))
    assert (columns_text(columns) == "") == (columns is None)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (ColumnMap(()), "columns_empty"),
        (ColumnMap((SheetColumns(context=("a",)),)), "columns_empty"),
        (ColumnMap((SheetColumns(question="a", text=("a",)),)), "column_twice"),
        (ColumnMap((SheetColumns(text=("a",), unused=("b", "b")),)), "column_twice"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(columns: ColumnMap, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        require_sound(columns)
    assert caught.value.code == code


def test_a_question_alone_is_enough() -> None:
    require_sound(ColumnMap((SheetColumns(question="a"),)))
