from workbench.ingest.markdown import plain_title, read_markdown


def marks(text):
    return [(mark.title, mark.level, mark.line) for mark in read_markdown(text.encode()).marks]


def test_headings_with_their_lines():
    assert marks("# 甲\n\n文\n\n## **乙** [丙](#c)\n") == [("甲", 1, 0), ("乙 丙", 2, 4)]


def test_a_sign_in_code_is_no_heading():
    source = read_markdown(b"```\n# no\n```\n    # nor this\n\n# yes\n")
    assert [mark.title for mark in source.marks] == ["yes"]
    assert [line.quoted for line in source.lines] == [True, True, True, True, False, False]


def test_headings_in_lists_and_quotations_do_not_count():
    assert marks("> # q\n\n- # l\n\n# h\n") == [("h", 1, 4)]


def test_underlined_headings_of_one_line_only():
    assert marks("甲\n===\n\n乙\n---\n") == [("甲", 1, 0), ("乙", 2, 3)]
    assert marks("first line\nsecond line\n---\n") == []


def test_front_matter_is_no_heading():
    assert marks("---\ntitle: x\n---\n# 甲\n") == [("甲", 1, 3)]


def test_tables_are_quoted():
    source = read_markdown(b"| a | b |\n|---|---|\n| 1 | 2 |\n\nend\n")
    assert [line.quoted for line in source.lines] == [True, True, True, False, False]


def test_plain_titles():
    assert plain_title("`code` and *stress*") == "code and stress"
    assert plain_title("2 * 3 * 4") == "2 * 3 * 4"


def test_a_hostile_line_does_not_hang():
    assert read_markdown(b"[" * 1_000_000).marks == ()
