from workbench.ingest.blocks import Blocks
from workbench.ingest.lines import Block

TEXT = "甲|乙\n一|二\n三|四\n后面"
TABLE = Block(0, 11, (0, 3))


def test_rows_that_stand_alone_cut_a_range():
    blocks = Blocks(TEXT, [Block(4, 7, (4, 4), "qa"), Block(8, 11, (8, 8), "table")])
    assert blocks.alone
    assert list(blocks.cut(0, 14)) == [
        (0, 4, "text"),
        (4, 7, "qa"),
        (7, 8, "text"),
        (8, 11, "table"),
        (11, 14, "text"),
    ]
    assert list(blocks.cut(4, 7)) == [(4, 7, "qa")]


def test_a_head_is_repeated_where_a_table_goes_on_and_nowhere_else():
    blocks = Blocks(TEXT, [TABLE])
    assert not blocks.alone
    assert [blocks.head(at) for at in (0, 4, 8, 12)] == ["", "甲|乙", "甲|乙", ""]
    assert Blocks(TEXT, []).head(4) == ""


def test_text_within_a_table_is_of_kind_table():
    blocks = Blocks(TEXT, [TABLE])
    assert blocks.kind(0, 11, "text") == "table"
    assert blocks.kind(4, 14, "text") == "text"
    assert blocks.kind(4, 7, "article") == "article"
