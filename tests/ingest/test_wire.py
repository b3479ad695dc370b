import json

from tests.ingest.pdf_maker import lines, make_pdf, with_labels
from workbench.domain.columns import ColumnMap, SheetColumns
from workbench.domain.documents import SlicePolicy
from workbench.ingest.limits import Limits
from workbench.ingest.reading import read_bytes
from workbench.ingest.table_sheets import sheets_of
from workbench.ingest.wire import (
    Request,
    reading_from_json,
    reading_to_json,
    request_from_json,
    request_to_json,
    sheets_from_json,
    sheets_to_json,
)


def over(value):
    return json.loads(json.dumps(value))


def test_a_reading_survives_the_way():
    law = [f"第{n}条 甲乙丙丁 戊己，庚辛。" for n in range(1, 12)]
    data = with_labels(make_pdf([lines(law), lines(["𠮷 “引号”"]), []], images=[3]), 1)
    reading = read_bytes(data, "法.pdf", "D")
    assert reading.edition.joins
    assert reading.edition.notices
    assert reading.chunks[0].printed_page == "i"
    assert reading_from_json(over(reading_to_json(reading))) == reading


def test_a_reading_without_chunks_survives():
    reading = read_bytes(make_pdf([[]]), "a.pdf", "D")
    assert reading_from_json(over(reading_to_json(reading))) == reading


def test_a_request_survives():
    request = Request(
        "/tmp/\udcff名",
        "名.pdf",
        "D",
        SlicePolicy(mode="qa", minimum=1),
        Limits(1, 2, 3, 4),
        "密码",
        ColumnMap(
            (SheetColumns("表", None, ("a", "b"), ("c",), ("d",)), SheetColumns(question="q"))
        ),
        "sheets",
    )
    assert request_from_json(over(request_to_json(request))) == request


def test_sheets_survive():
    chosen = ColumnMap((SheetColumns(None, "题", ("解",), ("类",)),))
    sheets = sheets_of("题,解,类\n甲,乙,丙\n".encode(), "a.csv", columns=chosen)
    assert sheets[0].chosen
    assert sheets_from_json(over(sheets_to_json(sheets))) == sheets
