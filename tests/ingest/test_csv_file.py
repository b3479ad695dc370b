import csv

import pytest

from workbench.domain.columns import ColumnMap, SheetColumns
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
        ("a,b,c\nd,e\nf,g,h,i\nj,k,l\n", ","),
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
    ("text", "line"),
    [
        ('a,b\n1,"2\n3,4\n5,6\n', 2),
        ('a,b\n"1" x,2\n3,4\n', 2),
        ('a,b\n"1\n2",3\n"4,5\n', 4),
        ('a,b\n"1,2\n3,4\n5,6\n', 2),
    ],
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


def test_a_quotation_mark_left_open_over_megabytes_names_the_row_where_it_opens():
    data = b'a,b\n1,2\n3,"' + b"y,z\n" * 1_250_000
    with pytest.raises(UnreadableDocument) as caught:
        read_csv(data, Limits())
    assert (caught.value.code, caught.value.params) == ("broken_csv", {"line": 3})


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("問題\t答案\n怎麼退貨？\t七天內，寄回\n".encode("utf-16"), "utf-16"),
        ("問題;答案\n怎麼退貨？;七天內，寄回\n".encode(), "utf-8"),
        ("問題,答案\n怎麼退貨？,七天內，寄回\n".encode("utf-8-sig"), "utf-8-sig"),
    ],
)
def test_tabs_semicolons_and_marks(data, encoding):
    reading = read_bytes(data, "faq.csv", "D")
    assert reading.edition.encoding == encoding
    assert [c.text for c in reading.chunks] == ["問題：怎麼退貨？\n答案：七天內，寄回"]


def test_big5_is_recognised_from_enough_text():
    rows = "".join(
        f"{n},客戶詢問第{n}次退貨應該如何處理,請於七日內寄回並附上發票\n" for n in range(40)
    )
    reading = read_bytes(("編號,說明,處理\n" + rows).encode("big5"), "客服.csv", "D")
    assert (
        reading.chunks[7].text
        == "編號：7\n說明：客戶詢問第7次退貨應該如何處理\n處理：請於七日內寄回並附上發票"
    )
    assert [n.code for n in reading.edition.notices] == ["encoding_guessed"]


def test_ragged_rows_keep_every_cell():
    data = b"name,price,note\napple,2\npear,3,ripe,sweet\nplum,4,\nfig,5,x\n"
    assert [c.text for c in read_bytes(data, "a.csv", "D").chunks] == [
        "name: apple\nprice: 2",
        "name: pear\nprice: 3\nnote: ripe\nsweet",
        "name: plum\nprice: 4",
        "name: fig\nprice: 5\nnote: x",
    ]


def test_rows_that_agree_on_no_separator_are_whole_lines():
    data = b'she said "yes, no"\nb\nc;d\ne,f,g\n'
    assert [c.text for c in read_bytes(data, "a.csv", "D").chunks] == [
        'she said "yes, no"', "b", "c;d", "e,f,g",
    ]  # fmt: skip
    quoted = b'"two\nlines"\n"x" y\n'
    assert [c.text for c in read_bytes(quoted, "a.csv", "D").chunks] == ['"two', 'lines"', '"x" y']
    assert [c.text for c in read_bytes(b'"two\nlines"\nx\n', "a.csv", "D").chunks] == [
        "two\nlines",
        "x",
    ]


def test_one_column_with_a_usual_name():
    chunks = read_bytes("内容\n甲\n乙\n".encode(), "a.csv", "D").chunks
    assert [c.text for c in chunks] == ["内容：甲", "内容：乙"]


def test_stray_nul_bytes_are_left_out_and_names_may_stand_twice():
    data = b"tel,tel,name\n1,2,a\x00b\n" + b"3,4,some longer text here\n" * 40
    assert read_bytes(data, "a.csv", "D").chunks[0].text == "tel: 1\ntel: 2\nname: ab"


def test_a_hundred_thousand_columns():
    data = ",".join(f"c{n}" for n in range(100_000)).encode() + b"\n1,2\n"
    with pytest.raises(UnreadableDocument) as caught:
        read_bytes(data, "a.csv", "D")
    assert (caught.value.code, caught.value.params["columns"]) == ("too_many_columns", 100_000)


@pytest.mark.parametrize("data", [b"a,b\n", "问题,答案\n,\n".encode()])
def test_a_head_without_rows(data):
    with pytest.raises(UnreadableDocument, match="table_without_rows"):
        read_bytes(data, "a.csv", "D")


def test_background_is_read_before_every_part_and_counted_in_none():
    chosen = ColumnMap((SheetColumns(None, "题", ("解",), ("类",)),))
    text = "类,题,解\n售后,甲？," + "很长的回答。" * 300 + "\n运费,乙？,短。\n"
    reading = read_bytes(text.encode(), "faq.csv", "D", columns=chosen)
    *parts, last = reading.chunks
    assert len(parts) > 1
    assert parts[0].prefix == "faq\n类：售后"
    assert {c.prefix for c in parts[1:]} == {"faq\n类：售后\n题：甲？"}
    assert (last.prefix, last.text) == ("faq\n类：运费", "题：乙？\n解：短。")
    assert {r.reason for r in reading.edition.removed} == {"background"}
    plain = read_bytes(text.encode(), "faq.csv", "D")
    assert plain.edition.edition_id != reading.edition.edition_id
    assert plain.edition.sha256 == reading.edition.sha256


def test_long_background_is_read_once():
    chosen = ColumnMap((SheetColumns(text=("文",), context=("注",)),))
    text = "注,文\n" + "背" * 500 + "," + "很长的回答。" * 300 + "\n"
    parts = read_bytes(text.encode(), "a.csv", "D", columns=chosen).chunks
    assert parts[0].prefix == "a\n注：" + "背" * 500
    assert not any("背" in part.prefix for part in parts[1:])
