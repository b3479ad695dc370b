from workbench.ingest.draft import Draft


def test_lines_know_their_place_in_the_text():
    draft = Draft()
    draft.write("甲\x00乙\n丙 ")
    draft.write("")
    draft.head("  第一章\u3000总则 ", 1)
    draft.head(" ", 1)
    source = draft.source("docx", "docx-1", "style")
    assert source.text == "甲乙\n丙\n\n第一章 总则"
    assert [source.text[line.start : line.end] for line in source.lines] == [
        line.text for line in source.lines
    ]
    assert [line.after_blank for line in source.lines] == [False, False, False, True]
    assert [(m.title, m.level, m.line) for m in source.marks] == [("第一章 总则", 1, 3)]


def test_nothing_written_is_an_empty_text():
    source = Draft().source("html", "html-1", "tag")
    assert (source.text, source.lines, source.blocks) == ("", (), ())


def test_tables_are_quoted_and_their_first_row_is_the_head():
    draft = Draft()
    draft.table([["名 称", "价\n格"], ["", ""], ["甲", "1"]])
    draft.table([["", ""]])
    source = draft.source("docx", "docx-1", "style")
    assert source.text == "名 称 | 价 格\n甲 | 1"
    assert all(line.quoted for line in source.lines)
    assert [(b.start, b.end, b.head, b.alone) for b in source.blocks] == [(0, 15, (0, 9), None)]


def test_a_long_first_row_is_not_repeated():
    draft = Draft()
    draft.row(["字" * 201, "值"], "qa")
    assert draft.blocks[0].head == (0, 0)
    assert draft.blocks[0].alone == "qa"
