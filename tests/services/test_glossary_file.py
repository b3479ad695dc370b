import codecs
import csv
import io

import pytest

from workbench.domain.errors import InvalidInput
from workbench.domain.glossaries import GlossaryEntry, GlossaryRow, checked
from workbench.services.glossary_file import FILE_BYTES, read_glossary, write_glossary

PAIRS = [("违约金", "penalty"), ("定金", "deposit")]


def pairs(data: bytes) -> list[tuple[str, str]]:
    return [(row.zh, row.en) for row in read_glossary(data)[0]]


def refused(data: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_glossary(data)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("head", ["zh,en", "中文,英文", "Chinese,English"])
def test_encodings_and_heads(encoding: str, head: str) -> None:
    text = f"{head}\n违约金,penalty\n定金,deposit\n"
    assert pairs(text.encode(encoding)) == PAIRS


@pytest.mark.parametrize("mark", [",", ";", "\t", "，", "|"])
def test_what_separates_cells_is_recognised(mark: str) -> None:
    text = f"zh{mark}en\r\n违约金{mark}penalty\r\n定金{mark}deposit\r\n"
    assert pairs(text.encode()) == PAIRS


def test_a_guessed_encoding_is_told() -> None:
    _, notices = read_glossary("zh,en\n违约金,penalty\n".encode("gb18030"))
    assert [(n.code, n.params) for n in notices] == [("encoding_guessed", {"encoding": "gb18030"})]
    assert read_glossary("zh,en\n违约金,penalty\n".encode())[1] == ()


def test_columns_stand_in_any_order_beside_others() -> None:
    rows, _ = read_glossary("编号;备注;English;中文\n1;见 585 条;penalty;违约金\n2\n".encode())
    assert rows == [
        GlossaryRow(2, "违约金", "penalty", "见 585 条"),
        GlossaryRow(3, "", "", ""),
    ]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    text = 'sep=,\nzh,en,note\n违约金,penalty,"two\nlines"\n\n定金,\n'
    rows, _ = read_glossary(text.encode())
    assert [row.number for row in rows] == [3, 5]
    assert [n.params["row"] for n in checked(rows).problems] == [5]


def test_quotes_hold_separators_and_quotes() -> None:
    assert pairs('zh,en\n"违约,金","a ""penalty"""\n'.encode()) == [("违约,金", 'a "penalty"')]


def test_what_is_no_glossary_is_told() -> None:
    for data in (b"", b"\n\n", codecs.BOM_UTF8):
        assert (refused(data).code, refused(data).params) == ("glossary_columns", {"found": "–"})
    error = refused("违约金,penalty\n".encode())
    assert (error.code, error.params) == ("glossary_columns", {"found": "违约金, penalty"})
    assert refused(b"zh\nx\n").code == "glossary_columns"
    assert refused(b"PK\x03\x04" + bytes(range(256)) * 40).code == "glossary_not_text"
    assert refused(b" " * (FILE_BYTES + 1)).code == "glossary_file_large"


def test_an_open_quotation_mark_names_its_row() -> None:
    error = refused('zh,en\n违约金,penalty\n"定金,deposit\n抵押,mortgage\n'.encode())
    assert (error.code, error.params) == ("glossary_broken", {"row": 3})


def test_twenty_thousand_rows_and_no_more() -> None:
    rows = [f"词{n},term {n}" for n in range(20_000)]
    assert len(read_glossary("\n".join(["zh,en", *rows]).encode())[0]) == 20_000
    error = refused("\n".join(["zh,en", *rows, "词,term"]).encode())
    assert (error.code, error.params) == ("glossary_too_many", {"count": 20_001, "limit": 20_000})


def test_what_is_written_comes_back_and_runs_nothing() -> None:
    entries = [
        GlossaryEntry("违约金", 'a "penalty", or two', "=1+1"),
        GlossaryEntry("-词", "@cmd", ""),
        GlossaryEntry("'引号", "it's"),
    ]
    data = write_glossary(entries)
    assert data.startswith(codecs.BOM_UTF8)
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    assert cells[:3] == ["zh", "en", "note"]
    assert not [cell for cell in cells if cell[:1] in ("=", "-", "@", "+")]
    assert checked(read_glossary(data)[0]).entries == tuple(entries)
    assert read_glossary(write_glossary([]))[0] == []
