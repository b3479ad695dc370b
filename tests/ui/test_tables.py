"""A table that is saved opens in a spreadsheet as what it is."""

import csv
import io

import pytest

from workbench.ui.tables import csv_bytes, filled, guarded_cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("+1", "'+1"),
        ("-乙方", "'-乙方"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ('"=1"', '\'"=1"'),
        ("  =1", "'  =1"),
        ("\tx", "'\tx"),
        ("第一条 = 总则", "第一条 = 总则"),
        ("", ""),
        (-5, -5),
        (0.25, 0.25),
        (None, None),
    ],
)
def test_what_looks_like_a_formula_is_text(
    cell: str | float | None, expected: str | float | None
) -> None:
    assert guarded_cell(cell) == expected


def test_a_saved_table_comes_back() -> None:
    rows = [{"段落": "甲,“乙”\n丙", "分数": 0.5}, {"段落": "=1", "分数": -1.0}]
    data = csv_bytes(rows)
    assert data.startswith(b"\xef\xbb\xbf")
    back = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert back == [{"段落": "甲,“乙”\n丙", "分数": "0.5"}, {"段落": "'=1", "分数": "-1.0"}]


def test_an_empty_table_is_a_file_too() -> None:
    assert csv_bytes([]).startswith(b"\xef\xbb\xbf")


def test_columns_that_no_row_fills_are_left_out_and_gaps_are_marked() -> None:
    rows = [{"a": 1, "b": None, "c": None}, {"a": None, "b": "x", "c": None}]
    assert filled(rows) == [{"a": 1, "b": "–"}, {"a": "–", "b": "x"}]
    assert filled([]) == []
