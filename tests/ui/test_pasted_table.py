"""Tables as spreadsheets put them on the clipboard, and as CSV files hold them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.pasted_table import cells_of, forced_table, recognised_table


def documents(text: str) -> tuple[str, ...]:
    table = recognised_table(text)
    assert table is not None
    return table.documents


def test_a_cell_with_line_breaks_is_one_candidate() -> None:
    assert documents('"第一行\n第二行"\n另一格\n') == ("第一行\n第二行", "另一格")
    assert documents('1\t"a ""b""\nc"\n2\td\n') == ('a "b"\nc', "d")


def test_quotation_marks_that_quote_nothing_stay() -> None:
    assert documents('甲\t他说"好"\n乙\t"重要"的通知\n') == ('甲\n他说"好"', '乙\n"重要"的通知')
    # An opened mark that nothing closes swallows no row.
    assert documents('甲\t"没有关\n乙\t丙\n') == ('甲\n"没有关', "乙\n丙")


def test_numbers_and_dates_are_no_text_and_empty_rows_no_candidates() -> None:
    assert documents("1\t甲文\t2024-03-01\n\t\t\n2\t乙文\t2024-03-02\n") == ("甲文", "乙文")
    assert documents("1\t2\n3\t4\n") == ("1\n2", "3\n4")


def test_the_column_of_texts_is_chosen_by_its_name() -> None:
    table = recognised_table("id,text,remark\n7,hello,x\n8,bye,y\n")
    assert table is not None
    assert (table.documents, table.columns, table.rows) == (("hello", "bye"), ("text",), 3)
    assert table.head == ("id", "text", "remark")


def test_columns_are_joined_under_their_names() -> None:
    assert documents("标题\t内容\n退货\t七天\n") == ("标题：退货\n内容：七天",)


def test_a_first_row_that_may_be_a_candidate_stays() -> None:
    assert documents("苹果\t红色\n香蕉\t黄色\n") == ("苹果\n红色", "香蕉\n黄色")
    assert documents("文档\t这是一段很长很长很长很长很长很长的候选文字\n乙\t丙\n")[0].startswith(
        "文档\n"
    )


def test_csv_needs_quotes_or_a_known_head() -> None:
    assert documents('"a, b",c\n"d",e\n') == ("a, b\nc", "d\ne")
    assert recognised_table("a,b\nc,d\n") is None
    assert recognised_table('"a","b"\nc\n') is None


@pytest.mark.parametrize(
    "text", ["", "a", "a\nb", "func f() {\n\tx()\n\t\ty()\n}\n", "if a:\n\tb\n"]
)
def test_lines_and_code_are_no_table(text: str) -> None:
    assert recognised_table(text) is None


def test_a_table_may_be_forced() -> None:
    assert forced_table("a,b\nc,d").documents == ("a\nb", "c\nd")
    assert forced_table("").documents == ()


def test_short_rows_are_filled_up() -> None:
    rows = "\n".join(["a\tb\tc"] * 5 + ["d\te"])
    assert documents(rows)[-1] == "d\ne"


def test_marks_that_are_never_closed_cost_one_pass() -> None:
    text = ('"' * 3 + "a\t") * 20_000
    rows, quoted, _ = cells_of(text, "\t")
    assert len(rows[0]) == 20_001 and not quoted


CELL = st.text(alphabet='ab"\n\t ,文', max_size=8)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    expected = [row for row in rows if any(map(str.strip, row))]
    assert cells_of(out.getvalue(), "\t")[0] == expected
