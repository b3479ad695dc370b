import csv

import pytest

from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.csv_file import delimiter_of, read_csv
from workbench.ingest.limits import Limits
from workbench.ingest.reading import read_bytes

FAQ = '问题,答案\n怎么退货？,"七天内，\n请寄回"\n运费,买家付\n'


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b\n1,2\n", ","),
        ("a\tb,c\n1\t2\n", "\t"),
        ("a;b;c\n1,5;2;3\n", ";"),
        ("one\ntwo\n", None),
        ("", None),
        ("甲，乙\n丙，丁", None),
        ("a,b\nc\nd\ne,f,g\n", None),
    ],
)
def test_delimiters(text, mark):
    assert delimiter_of(text) == mark


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_every_row_is_a_passage_of_question_and_answer(encoding):
    reading = read_bytes(FAQ.encode(encoding), "faq.csv", "D")
    assert reading.edition.kind == "csv"
    assert [(c.kind, c.text, c.prefix) for c in reading.chunks] == [
        ("qa", "问题：怎么退货？\n答案：七天内，\n请寄回", "faq"),
        ("qa", "问题：运费\n答案：买家付", "faq"),
    ]
    assert reading.edition.notices[-1].code == "read_as_questions"
    assert [s.key for s in reading.sections] == [""]


def test_long_answers_repeat_their_question():
    reading = read_bytes(("问题,答案\n甲？," + "很长的回答。" * 300).encode(), "faq.csv", "D")
    assert len(reading.chunks) > 1
    assert reading.chunks[0].prefix == "faq"
    assert {c.prefix for c in reading.chunks[1:]} == {"faq\n问题：甲？"}
    assert {c.kind for c in reading.chunks} == {"qa"}


def test_a_cell_of_five_megabytes_is_cut_and_the_modules_limit_stays():
    usual = csv.field_size_limit()
    reading = read_bytes(b"name,value\nx," + b"y" * 5_000_000, "a.csv", "D")
    assert sum(c.text.count("y") for c in reading.chunks) == 5_000_000
    assert max(c.tokens for c in reading.chunks) <= 640
    assert csv.field_size_limit() == usual


@pytest.mark.parametrize(
    ("text", "line"), [('a,b\n1,"2\n3,4\n5,6\n', 4), ('a,b\n"1" x,2\n3,4\n', 2)]
)
def test_quotation_marks_that_are_not_paired(text, line):
    with pytest.raises(UnreadableDocument) as caught:
        read_csv(text.encode(), Limits())
    assert (caught.value.code, caught.value.params) == ("broken_csv", {"line": line})


def test_rows_beyond_the_limit_are_told():
    source = read_csv(b"a,b\n" + b"1,2\n" * 5, Limits(row_limit=3))
    assert source.notices == (Notice("rows_left_out", {"limit": 3}),)
    assert len(source.blocks) == 3


def test_numbers_in_cells_are_no_headings():
    rows = "".join(f"第{n}条,内容{n}\n" for n in range(1, 15))
    reading = read_bytes(("条,文\n" + rows).encode(), "a.csv", "D")
    assert len(reading.sections) == 1
    assert len(reading.chunks) == 14
