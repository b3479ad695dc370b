import codecs

import pytest

from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.text import read_text

LAW = "第一条 为了保护民事主体的合法权益，调整民事关系，制定本法。\n第二条 民法调整平等主体。"
TRADITIONAL = "第一條 為了保護民事主體的合法權益，調整民事關係，制定本法。\n第二條 平等。"


@pytest.mark.parametrize(
    ("data", "encoding", "guessed"),
    [
        (LAW.encode(), "utf-8", False),
        (codecs.BOM_UTF8 + LAW.encode(), "utf-8-sig", False),
        (LAW.encode("gb18030"), "gb18030", True),
        (LAW.encode("gbk"), "gb18030", True),
        (LAW.encode("utf-16"), "utf-16", False),
        (LAW.encode("utf-16-le"), "utf_16_le", True),
        (LAW.encode("utf-16-be"), "utf_16_be", True),
    ],
)
def test_encodings(data, encoding, guessed):
    source = read_text(data)
    assert source.text == LAW
    assert source.encoding == encoding
    expected = (Notice("encoding_guessed", {"encoding": encoding}),) if guessed else ()
    assert source.notices == expected


def test_big5():
    assert read_text((TRADITIONAL * 5).encode("big5")).text == TRADITIONAL * 5


def test_four_byte_gb18030():
    assert read_text((LAW + "𠮷").encode("gb18030")).text == LAW + "𠮷"


def test_a_cut_utf8_file_is_still_utf8():
    source = read_text((LAW * 10).encode()[:-1])
    assert source.encoding == "utf-8"
    assert source.text.startswith(LAW)
    assert source.notices == (Notice("characters_unreadable", {"count": 1}),)


def test_lines_keep_blank_ones_and_say_so():
    source = read_text("甲\r\n\r\n乙\x0c丙".encode())
    assert source.text == "甲\n\n乙\n丙"
    assert [(line.text, line.after_blank) for line in source.lines] == [
        ("甲", False),
        ("", False),
        ("乙", True),
        ("丙", False),
    ]
    assert all(source.text[line.start : line.end] == line.text for line in source.lines)


def test_noise_is_no_text():
    noise = bytes((i * 7919 + i // 3) % 255 + 1 for i in range(4000))
    with pytest.raises(UnreadableDocument, match="unsupported_kind"):
        read_text(noise)
