import pytest

from tests.ingest.test_xlsx_file import book
from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.errors import InvalidInput, UnreadableDocument
from workbench.ingest.limits import Limits
from workbench.ingest.table_sheets import sheets_of


def test_sheets_of_a_workbook_with_what_was_chosen_for_each():
    data = book(问答=[["题", "解"], ["甲", "乙"]], 空=[], 价目=[["名", "价"], ["梨", 3]])
    chosen = ColumnMap((SheetColumns("价目", None, ("价",)),))
    first, second = sheets_of(data, "a.xlsx", columns=chosen)
    assert (first.name, first.chosen, first.uses.text) == ("问答", False, ("题", "解"))
    assert (second.name, second.chosen, second.samples) == ("价目", True, (("梨", "3"),))


def test_only_tables_have_columns():
    with pytest.raises(InvalidInput) as caught:
        sheets_of(b"# a\n", "a.md")
    assert (caught.value.code, caught.value.params) == ("columns_not_table", {"kind": "markdown"})


def test_limits_hold():
    with pytest.raises(UnreadableDocument, match="empty_file"):
        sheets_of(b"", "a.csv")
    with pytest.raises(UnreadableDocument, match="too_many_columns"):
        sheets_of(b"a,b\n1,2\n", "a.csv", Limits(column_limit=1))
